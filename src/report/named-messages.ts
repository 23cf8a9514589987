import type { Trial } from '../result/result.js';
import { secondsText } from './seconds-text.js';

type MessagesOfPublisher = Trial['ledger']['lostMessages'][number];
type SentRange = MessagesOfPublisher['ranges'][number];

/** How many ranges are named for each kind of trouble; the result has more. */
const rangesShown = 3;

/** `: publisher 4, sequences 811–813, sent between 12.1 s and 12.4 s`; nothing if none is known. */
export function namedMessages(messages: readonly MessagesOfPublisher[]): string {
  const shown = firstRanges(messages, rangesShown);
  if (shown.length === 0) return '';
  const known = messages.reduce((total, { ranges }) => total + ranges.length, 0);
  const texts = shown.map(publisherText);
  return `: ${[...texts, ...(known > rangesShown ? ['…'] : [])].join('; ')}`;
}

function firstRanges(
  messages: readonly MessagesOfPublisher[],
  limit: number,
): MessagesOfPublisher[] {
  let room = limit;
  const first: MessagesOfPublisher[] = [];
  for (const { publisher, ranges } of messages) {
    const shown = ranges.slice(0, room);
    if (shown.length > 0) first.push({ publisher, ranges: shown });
    room -= shown.length;
  }
  return first;
}

function publisherText({ publisher, ranges }: MessagesOfPublisher): string {
  const isSingle = ranges.length === 1 && ranges.every(({ first, last }) => first === last);
  const noun = isSingle ? 'sequence' : 'sequences';
  return `publisher ${publisher}, ${noun} ${ranges.map(rangeText).join(', ')}${sentText(ranges)}`;
}

function rangeText({ first, last }: SentRange): string {
  return first === last ? `${first}` : `${first}–${last}`;
}

/** Older results do not tell when a message was sent. */
function sentText(ranges: readonly SentRange[]): string {
  const earliest = Math.min(...ranges.map(({ fromSeconds }) => fromSeconds));
  const latest = Math.max(...ranges.map(({ toSeconds }) => toSeconds));
  if (Number.isNaN(earliest) || Number.isNaN(latest)) return '';
  const [from, to] = [secondsText(earliest), secondsText(latest)];
  return from === to ? `, sent at ${from}` : `, sent between ${from} and ${to}`;
}
