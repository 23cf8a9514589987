import type { MessageBag } from '../../src/amqp/null-broker/lies/message-bag.js';
import type { Truth } from '../../src/amqp/null-broker/lies/truth.js';
import { type Ledger, type MessagesOfPublisher, rangesMax } from '../../src/measure/ledger.js';
import { unroutableIds } from './perform.js';
import type { Play } from './plays.js';

/** A figure, or a list of messages, of which ledger and broker tell differently. */
export type Disagreement = readonly [what: string, told: unknown, true_: unknown];

/** What the ledger and the broker tell differently of one play. */
export function disagreements(play: Play, ledger: Ledger, truth: Truth): Disagreement[] {
  return [...figuresThatDiffer(play, ledger, truth), ...messagesThatDiffer(play, ledger, truth)];
}

function figuresThatDiffer(play: Play, ledger: Ledger, truth: Truth): Disagreement[] {
  const expected = {
    ...sameFigures(truth),
    ...derivedFigures(play, ledger, truth),
    ...(isAttributable(play, truth) ? { lostOnAutoAck: truth.figures.lostSent } : {}),
  };
  const told = { ...ledger, neverCame: ledger.lost + ledger.lostOnAutoAck };
  return Object.entries(expected)
    .map(([state, value]) => [state, told[state as keyof typeof told], value] as const)
    .filter(([, one, other]) => one !== other);
}

function sameFigures({ figures }: Truth) {
  const { confirmed, returned, delivered, unique, redelivered, duplicated, reordered } = figures;
  return { confirmed, returned, delivered, unique, redelivered, duplicated, reordered, foreign: 0 };
}

/** Only publishers know what they wrote, and what of it the broker never had. */
function derivedFigures(play: Play, ledger: Ledger, truth: Truth) {
  if (hasConfirms(play)) {
    const nacked = truth.nacked.distinct;
    const inDoubt = ledger.published - truth.confirmed.distinct - nacked;
    const strays = straysOf(play);
    const unroutable = truth.confirmed.where(({ publisher }) => strays.has(publisher)).distinct;
    return { nacked, inDoubt, unroutable, neverCame: neverCame(play, truth).distinct };
  }
  const came = truth.delivered.where(() => true);
  for (const message of truth.returned) if (!came.has(message)) came.add(message);
  const neverCameOf = ledger.published - came.distinct - ledger.unroutable;
  return { nacked: 0, inDoubt: 0, neverCame: neverCameOf };
}

function messagesThatDiffer(play: Play, ledger: Ledger, truth: Truth): Disagreement[] {
  const { lostMessages, lostOnAutoAckMessages, duplicatedMessages, reorderedMessages } = ledger;
  const lists: [string, readonly MessagesOfPublisher[], MessageBag][] = [
    ['which were duplicated', duplicatedMessages, truth.duplicated],
    ['which were reordered', reorderedMessages, truth.reordered],
  ];
  if (hasConfirms(play)) {
    const missing = [...lostMessages, ...lostOnAutoAckMessages];
    lists.push(['which never came', missing, neverCame(play, truth)]);
  }
  return lists
    .filter(([, messages]) => messages.flatMap(({ ranges }) => ranges).length < rangesMax)
    .map(([what, messages, bag]) => [what, namesOf(messages), [...bag].map(nameOf).sort()] as const)
    .filter(([, told, true_]) => told.join() !== true_.join());
}

function namesOf(messages: readonly MessagesOfPublisher[]): string[] {
  return messages
    .flatMap(({ publisher, ranges }) =>
      ranges.flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, i) =>
          nameOf({ publisher, sequence: first + i }),
        ),
      ),
    )
    .sort();
}

function nameOf(message: { readonly publisher: number; readonly sequence: number }): string {
  return `${message.publisher}/${message.sequence}`;
}

/** Confirmed, and written neither to a consumer nor back; without those that were to go nowhere. */
function neverCame(play: Play, truth: Truth): MessageBag {
  const strays = straysOf(play);
  return truth.neverDelivered.where(({ publisher }) => !strays.has(publisher));
}

function hasConfirms({ publishers }: Play): boolean {
  return publishers[0]?.guarantee !== 'none';
}

/** Publishers of which nothing comes, and nothing comes back. */
function straysOf(play: Play): ReadonlySet<number> {
  return new Set(play.publishers[0]?.mandatory ? [] : unroutableIds(play));
}

/** Whether nothing but lost connections explains what never came to consumers without acks. */
function isAttributable({ lies, consumers, publishers }: Play, truth: Truth): boolean {
  const { drop, swap, duplicate, deadLetter, repeatFlagged } = lies;
  const isHonest = [drop, swap, duplicate, deadLetter, repeatFlagged].every((share) => share === 0);
  const isAlone = consumers.every(({ acknowledgeEvery }) => acknowledgeEvery === undefined);
  const isSentOnce = truth.received.total === truth.received.distinct;
  return isHonest && isAlone && isSentOnce && publishers[0]?.guarantee === 'confirm';
}
