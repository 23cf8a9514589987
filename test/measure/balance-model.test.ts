import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balance } from '../../src/measure/balance.js';
import type { Ledger, MessagesOfPublisher } from '../../src/measure/ledger.js';
import {
  type Delivery,
  deliveryAccounts,
  type Fate,
  type Gap,
  keyOf,
  publisherAccounts,
  type Trial,
  threadsMax,
  trials,
} from './trial-model.js';

/** One message, with all that happened to it. */
interface Message extends Fate {
  readonly key: string;
  readonly publisher: number;
  readonly deliveries: readonly Delivery[];
  readonly isInGap: boolean;
}

function messagesOf({ publishers, deliveries, gaps }: Trial): Message[] {
  return publishers.flatMap(({ id, fates }) =>
    fates.map((fate, sequence) => ({
      ...fate,
      key: keyOf({ publisher: id, sequence }),
      publisher: id,
      deliveries: deliveries.filter((one) => one.publisher === id && one.sequence === sequence),
      isInGap: gaps.some(
        (gap) => gap.publisher === id && gap.first <= sequence && sequence <= endOf(gap, fates),
      ),
    })),
  );
}

/** A gap that a message sent again has ended goes on to the last one sent again. */
function endOf({ last }: Gap, fates: readonly Fate[]): number {
  const isTooEarly = (fates[last + 1]?.timesRepublished ?? 0) > 0;
  const lastSentAgain = fates.findLastIndex(({ timesRepublished }) => timesRepublished > 0);
  return isTooEarly ? Math.max(last, lastSentAgain) : last;
}

function plainOf({ deliveries }: Message): readonly Delivery[] {
  return deliveries.filter(({ isRedelivered }) => !isRedelivered);
}

function surplusOf(message: Message): number {
  return Math.max(0, plainOf(message).length - 1 - message.timesRepublished);
}

function isReordered(message: Message): boolean {
  const [only, ...others] = plainOf(message);
  return only?.isLate === true && others.length === 0 && message.timesRepublished === 0;
}

function isPromised({ outcome }: Message, { context }: Trial): boolean {
  return outcome === 'confirmed' || !context.confirms;
}

function isMissing(message: Message, trial: Trial): boolean {
  return (
    isPromised(message, trial) &&
    !message.isReturned &&
    !trial.context.unroutable.has(message.publisher) &&
    message.deliveries.length === 0
  );
}

function foreignOf({ publishers, deliveries, context }: Trial): number {
  const isOurs = (one: Delivery) =>
    publishers.some(({ id, fates }) => id === one.publisher && one.sequence < fates.length);
  return context.foreign + deliveries.filter((one) => !isOurs(one)).length;
}

/** The ledger by asking each message and each delivery, one by one; identities as lists of keys. */
function naiveLedger(trial: Trial) {
  const { publishers, deliveries, context } = trial;
  const messages = messagesOf(trial);
  const count = (is: (message: Message) => boolean) => messages.filter(is).length;
  const sum = (value: (message: Message) => number) =>
    messages.reduce((total, message) => total + value(message), 0);
  const keys = (is: (message: Message) => boolean) => messages.filter(is).map(({ key }) => key);
  const ours = deliveries.filter((one) => publishers.some(({ id }) => id === one.publisher));
  const isLost = (one: Message) => isMissing(one, trial) && !one.isInGap;
  const isLostOnAutoAck = (one: Message) => isMissing(one, trial) && one.isInGap;
  return {
    published: messages.length,
    confirmed: count(({ outcome }) => outcome === 'confirmed'),
    nacked: count(({ outcome }) => outcome === 'nacked'),
    returned: count(({ isReturned }) => isReturned),
    unroutable: count((one) => context.unroutable.has(one.publisher) && isPromised(one, trial)),
    inDoubt: count(({ outcome }) => outcome === 'in doubt'),
    republished: sum(({ timesRepublished }) => timesRepublished),
    delivered: ours.length,
    unique: count((one) => one.deliveries.length > 0),
    redelivered: ours.filter(({ isRedelivered }) => isRedelivered).length,
    duplicated: sum(surplusOf),
    reordered: count(isReordered),
    foreign: foreignOf(trial),
    lostOnAutoAck: count(isLostOnAutoAck),
    leftInQueues: context.leftInQueues,
    uncountedQueues: context.uncountedQueues,
    lost: count(isLost),
    lostBasis: context.confirms ? 'confirmed' : 'published',
    lostMessages: keys(isLost),
    lostOnAutoAckMessages: keys(isLostOnAutoAck),
    duplicatedMessages: keys((one) => surplusOf(one) > 0),
    reorderedMessages: keys(isReordered),
  };
}

/** Identities as lists of keys. */
function keysOf(messages: readonly MessagesOfPublisher[]): string[] {
  return messages.flatMap(({ publisher, ranges }) =>
    ranges.flatMap(({ first, last }) =>
      Array.from({ length: last - first + 1 }, (_, i) => keyOf({ publisher, sequence: first + i })),
    ),
  );
}

function ledgerOf(trial: Trial) {
  const ledger: Ledger = balance(publisherAccounts(trial), deliveryAccounts(trial), trial.context);
  return {
    ...ledger,
    lostMessages: keysOf(ledger.lostMessages),
    lostOnAutoAckMessages: keysOf(ledger.lostOnAutoAckMessages),
    duplicatedMessages: keysOf(ledger.duplicatedMessages),
    reorderedMessages: keysOf(ledger.reorderedMessages),
  };
}

describe('a ledger', () => {
  test('balances as a list of every message and every delivery does', () => {
    fc.assert(
      fc.property(trials, (trial) => {
        expect(ledgerOf(trial)).toEqual(naiveLedger(trial));
      }),
      { numRuns: 1000 },
    );
  });

  test('is the same whichever thread took which delivery, and in which order', () => {
    const hands = fc.array(fc.nat(threadsMax - 1), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(trials, hands, (trial, threads) => {
        const dealt = trial.deliveries.map((one, i) => ({ ...one, thread: threads[i] ?? 0 }));
        const again = { ...trial, deliveries: dealt.toReversed() };
        expect(ledgerOf(again)).toEqual(ledgerOf(trial));
      }),
      { numRuns: 300 },
    );
  });

  test('leaves the accounts as they were', () => {
    fc.assert(
      fc.property(trials, (trial) => {
        const publishers = publisherAccounts(trial);
        const deliveries = deliveryAccounts(trial);
        const once = balance(publishers, deliveries, trial.context);
        expect(balance(publishers, deliveries, trial.context)).toEqual(once);
      }),
      { numRuns: 100 },
    );
  });
});
