import type { Truth } from '../../src/amqp/null-broker/lies/truth.js';
import type { Ledger } from '../../src/measure/ledger.js';
import { unroutableIds } from './perform.js';
import type { Play } from './plays.js';

/** What the ledger and the broker tell differently of one play: `[state, ledger, truth]`. */
export function disagreements(
  play: Play,
  ledger: Ledger,
  truth: Truth,
): (readonly [state: string, told: number, true_: number])[] {
  const { figures } = truth;
  const expected = { ...sameFigures(truth), ...derivedFigures(play, ledger, truth) };
  const told = { ...ledger, neverCame: ledger.lost + ledger.lostOnAutoAck };
  const pairs = Object.entries(expected).map(
    ([state, value]) => [state, told[state as keyof typeof expected], value] as const,
  );
  const wrong = pairs.filter(([, one, other]) => one !== other);
  if (isAttributable(play, truth) && ledger.lostOnAutoAck !== figures.lostSent) {
    wrong.push(['lostOnAutoAck', ledger.lostOnAutoAck, figures.lostSent]);
  }
  return wrong;
}

function sameFigures({ figures }: Truth) {
  const { confirmed, returned, delivered, unique, redelivered, duplicated, reordered } = figures;
  return { confirmed, returned, delivered, unique, redelivered, duplicated, reordered, foreign: 0 };
}

/** Only publishers know what they wrote, and what of it the broker never had. */
function derivedFigures(play: Play, ledger: Ledger, truth: Truth) {
  const hasConfirms = play.publishers[0]?.guarantee !== 'none';
  const isMandatory = play.publishers[0]?.mandatory ?? false;
  const nacked = truth.nacked.distinct;
  const strays = new Set(isMandatory ? [] : unroutableIds(play));
  const never = truth.neverDelivered.where(({ publisher }) => !strays.has(publisher)).distinct;
  const unroutable = truth.confirmed.where(({ publisher }) => strays.has(publisher)).distinct;
  if (hasConfirms) {
    const inDoubt = ledger.published - truth.confirmed.distinct - nacked;
    return { nacked, inDoubt, unroutable, neverCame: never };
  }
  const came = truth.delivered.where(() => true);
  for (const message of truth.returned) if (!came.has(message)) came.add(message);
  const neverCame = ledger.published - came.distinct - ledger.unroutable;
  return { nacked: 0, inDoubt: 0, neverCame };
}

/** Whether nothing but lost connections explains what never came to consumers without acks. */
function isAttributable({ lies, consumers, publishers }: Play, truth: Truth): boolean {
  const { drop, swap, duplicate, deadLetter, repeatFlagged } = lies;
  const isHonest = [drop, swap, duplicate, deadLetter, repeatFlagged].every((share) => share === 0);
  const isAlone = consumers.every(({ acknowledgeEvery }) => acknowledgeEvery === undefined);
  const isSentOnce = truth.received.total === truth.received.distinct;
  return isHonest && isAlone && isSentOnce && publishers[0]?.guarantee === 'confirm';
}
