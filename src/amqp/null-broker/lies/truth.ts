import type { LogEntry, StampedMessage } from './log.js';
import { MessageBag } from './message-bag.js';

/** What became of the messages of a trial, told by the broker that did it. */
export interface Truth {
  /** All there is to explain the rest. */
  readonly log: readonly LogEntry[];
  /** Each as often as the broker took it: more than once if it was sent again. */
  readonly received: MessageBag;
  readonly confirmed: MessageBag;
  readonly nacked: MessageBag;
  readonly returned: MessageBag;
  /** Each as often as it was written to a consumer. */
  readonly delivered: MessageBag;
  /** The same, without return trips. */
  readonly plain: MessageBag;
  /** Each as often as it was delivered too often. */
  readonly duplicated: MessageBag;
  readonly reordered: MessageBag;
  /** Confirmed and not returned, and never written to a consumer. */
  readonly neverDelivered: MessageBag;
  /** Counted as sent to a consumer without acknowledgements, and not written to that one. */
  readonly markedSent: MessageBag;
  readonly figures: TrueFigures;
}

/** In the terms of a trial's ledger. */
export interface TrueFigures {
  readonly confirmed: number;
  readonly nacked: number;
  readonly returned: number;
  readonly delivered: number;
  readonly unique: number;
  readonly redelivered: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly neverDelivered: number;
  /** Of those never delivered, the ones that count as sent. */
  readonly lostSent: number;
  /** By purges. */
  readonly purged: number;
}

/** How often a message was sent by its publisher. */
export type SendingsOf = (message: StampedMessage) => number;

type MessageKind = Extract<LogEntry, StampedMessage>['kind'];

/**
 * What the log comes to. So many plain deliveries are in order as a message was sent: as a rule, as
 * often as it was received. Only its publisher knows of further sendings, which never arrived; a
 * ledger that believes its publishers is to be compared with a truth that does so, too.
 */
export function truthOf(log: readonly LogEntry[], sendingsOf?: SendingsOf): Truth {
  const bagOf = (kind: MessageKind) => messagesIn(log, (entry) => entry.kind === kind);
  const bags = {
    received: bagOf('received'),
    confirmed: bagOf('confirmed'),
    nacked: bagOf('nacked'),
    returned: bagOf('returned'),
    delivered: bagOf('delivered'),
    plain: messagesIn(log, (entry) => entry.kind === 'delivered' && entry.trip === 'none'),
    markedSent: bagOf('marked sent'),
  };
  const { received, confirmed, returned, delivered, plain } = bags;
  const sendings = sendingsOf ?? ((message) => received.count(message));
  const duplicated = duplicatesIn(plain, sendings);
  const isUnmistakable = (message: StampedMessage) =>
    plain.count(message) === 1 && sendings(message) <= 1;
  const reordered = overtakenIn(log).where(isUnmistakable);
  const neverDelivered = confirmed.where((one) => !returned.has(one) && !delivered.has(one));
  const derived = { duplicated, reordered, neverDelivered };
  return { log, ...bags, ...derived, figures: figuresOf(log, { ...bags, ...derived }) };
}

function figuresOf(
  log: readonly LogEntry[],
  bags: Omit<Truth, 'log' | 'figures' | 'received'>,
): TrueFigures {
  return {
    confirmed: bags.confirmed.distinct,
    nacked: bags.nacked.total,
    returned: bags.returned.distinct,
    delivered: bags.delivered.total,
    unique: bags.delivered.distinct,
    redelivered: bags.delivered.total - bags.plain.total,
    duplicated: bags.duplicated.total,
    reordered: bags.reordered.distinct,
    neverDelivered: bags.neverDelivered.distinct,
    lostSent: bags.neverDelivered.where((one) => bags.markedSent.has(one)).distinct,
    purged: log.reduce((sum, entry) => sum + (entry.kind === 'purged' ? entry.messages : 0), 0),
  };
}

function messagesIn(log: readonly LogEntry[], isMeant: (entry: LogEntry) => boolean): MessageBag {
  const bag = new MessageBag();
  for (const entry of log) if ('sequence' in entry && isMeant(entry)) bag.add(entry);
  return bag;
}

function duplicatesIn(plain: MessageBag, sendingsOf: SendingsOf): MessageBag {
  const duplicated = new MessageBag();
  for (const message of plain) {
    const tooMany = plain.count(message) - Math.max(1, sendingsOf(message));
    if (tooMany > 0) duplicated.add(message, tooMany);
  }
  return duplicated;
}

/**
 * Messages that came to their consumer, for the first time anywhere and without a return trip, after
 * a later one of the same publisher had come to it without one.
 */
function overtakenIn(log: readonly LogEntry[]): MessageBag {
  const overtaken = new MessageBag();
  const delivered = new MessageBag();
  const latest = new Map<string, number>();
  for (const entry of log) {
    if (entry.kind !== 'delivered') continue;
    const hasCome = delivered.has(entry);
    delivered.add(entry);
    if (entry.trip !== 'none') continue;
    const stream = `${entry.publisher} to ${entry.consumer}`;
    const last = latest.get(stream) ?? -1;
    if (entry.sequence < last && !hasCome) overtaken.add(entry);
    latest.set(stream, Math.max(last, entry.sequence));
  }
  return overtaken;
}
