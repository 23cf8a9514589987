import { describe, expect, test } from 'vitest';
import type { Blockage, Outage } from '../../src/load/protocol.js';
import type { TrialEvent } from '../../src/result/result.js';
import { connectionsOf } from '../../src/run/connections.js';
import { eventsMax, trialEvents } from '../../src/run/events.js';
import type { NodeTrouble } from '../../src/run/node-troubles.js';
import type { Redeclaration } from '../../src/run/topology-keeper.js';
import { type Troubles, troublesOf } from '../../src/run/troubles.js';
import { consumerRecord, publisherRecord } from './finished-trial.js';

interface Given {
  readonly publishers?: Parameters<typeof publisherRecord>[0];
  readonly consumers?: Parameters<typeof consumerRecord>[0];
  readonly redeclarations?: readonly Redeclaration[];
  readonly nodeTroubles?: readonly NodeTrouble[];
}

/** The start instant is second 10, publishers end at second 20, consumers at second 30. */
function troubles({ publishers = {}, consumers = {} }: Given): Troubles {
  return troublesOf({
    publishers: [publisherRecord(publishers)],
    consumers: [consumerRecord(consumers)],
    publishersEndMicros: 20e6,
    consumersEndMicros: 30e6,
  });
}

function events(given: Given): TrialEvent[] {
  const { redeclarations = [], nodeTroubles = [] } = given;
  return trialEvents({
    troubles: troubles(given),
    redeclarations,
    nodeTroubles,
    startMicros: 10e6,
  });
}

function texts(given: Given): string[] {
  return events(given).map(({ text }) => text);
}

const seconds = 1e6;

function outage(changes: Partial<Outage> = {}): Outage {
  return {
    ...{ id: 0, reason: 'lost the connection to h:1: reset', attempts: 1, inDoubt: 0 },
    ...{ lostMicros: 12 * seconds, restoredMicros: 12.5 * seconds },
    ...changes,
  };
}

function blockage(changes: Partial<Blockage> = {}): Blockage {
  const [sinceMicros, untilMicros] = [12 * seconds, 14 * seconds];
  return { id: 0, reason: 'low on memory', sinceMicros, untilMicros, ...changes };
}

function many<T>(count: number, one: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => one(i));
}

test('a trial without trouble has no events', () => {
  expect(events({})).toEqual([]);
});

describe('connections lost together', () => {
  const publishers = {
    outages: many(2, (id) => outage({ id, attempts: 3, inDoubt: 400 + id })),
  };
  const consumers = { outages: [outage({ lostMicros: 12.2e6, restoredMicros: 12.83e6 })] };

  test('are one event with its count, attempts and messages in doubt', () => {
    expect(events({ publishers, consumers })).toMatchObject([
      {
        ...{ kind: 'connections-lost', count: 3, attempts: 7, inDoubt: 801 },
        ...{ atSeconds: 2, untilSeconds: 2.83 },
      },
    ]);
  });

  test('are told by side, with why and how it ended', () => {
    expect(texts({ publishers, consumers })).toEqual([
      '2 publishers and 1 consumer lost their connections (reset); all were back after 830 ms, 7 attempts; 801 messages left in doubt',
    ]);
  });

  test('are told with how often when some were lost twice', () => {
    const again = outage({ lostMicros: 12.6e6, restoredMicros: 12.7e6 });
    expect(texts({ consumers: { outages: [outage(), again] } })[0]).toContain(
      '1 consumer lost its connection, 2 times in all (reset); all were back after 700 ms',
    );
  });
});

describe('the end of an outage', () => {
  test.each([
    [[outage()], 'it was back after 500 ms, 1 attempt', 2.5],
    [[outage({ restoredMicros: undefined })], 'it was not back by the end, 1 attempt', null],
    [
      many(2, (id) => outage({ id, restoredMicros: undefined })),
      'none was back by the end, 2 attempts',
      null,
    ],
    [
      [outage(), outage({ id: 1, restoredMicros: undefined })],
      'all but 1 were back by the end, 2 attempts',
      null,
    ],
  ])('of connection(s) is told', (outages, text, untilSeconds) => {
    const [event] = events({ publishers: { outages } });
    expect(event?.text.endsWith(text)).toBe(true);
    expect(event?.untilSeconds).toBe(untilSeconds);
  });
});

describe('blocked connections', () => {
  test('are one event with for how long', () => {
    const blockages = [blockage(), blockage({ id: 1, untilMicros: 14.1e6 })];
    expect(events({ publishers: { blockages } })).toEqual([
      {
        ...{ atSeconds: 2, untilSeconds: 4.1, kind: 'connections-blocked', count: 2 },
        text: 'the broker blocked 2 connections (low on memory) for 2.10 s',
      },
    ]);
  });

  test('may be so up to the end', () => {
    const blockages = [blockage({ untilMicros: undefined })];
    const [event] = events({ publishers: { blockages } });
    expect(event?.untilSeconds).toBeNull();
    expect(event?.text).toBe('the broker blocked 1 connection (low on memory) up to the end');
  });

  // A loss that ends a blockage is in the blockage itself.
  test.each([
    [14e6, 4],
    [undefined, null],
  ])('are so until their own end, whatever outages there are: %s', (untilMicros, untilSeconds) => {
    const outages = [outage({ lostMicros: 13e6 })];
    const told = events({ publishers: { blockages: [blockage({ untilMicros })], outages } });
    const blocked = told.find(({ kind }) => kind === 'connections-blocked');
    expect(blocked?.untilSeconds).toBe(untilSeconds);
  });
});

describe('topology declared again', () => {
  const once = { atMicros: 11e6, untilMicros: 11.02e6, exchange: false, queues: ['a', 'b'] };

  test.each([
    [{}, '2 queues were gone and were declared again: a, b'],
    [{ queues: ['a'] }, '1 queue was gone and was declared again: a'],
    [{ queues: [], exchange: true }, 'the exchange was gone and was declared again'],
    [{ exchange: true }, 'the exchange and 2 queues were gone and were declared again: a, b'],
    [
      { queues: many(7, (i) => `q${i}`) },
      '7 queues were gone and were declared again: q0, q1, q2, q3, q4 and 2 more',
    ],
  ])('is told with what was gone', (changes, text) => {
    expect(texts({ redeclarations: [{ ...once, ...changes }] })).toEqual([text]);
  });

  test('has its moments and its count', () => {
    expect(events({ redeclarations: [once] })).toMatchObject([
      { kind: 'topology-declared-again', atSeconds: 1, untilSeconds: 1.02, count: 2 },
    ]);
  });
});

test('events stand in the order of their beginning, whatever they are', () => {
  const told = events({
    publishers: { outages: [outage({ lostMicros: 13e6 })], blockages: [blockage()] },
    redeclarations: [{ atMicros: 9e6, untilMicros: 9e6, exchange: true, queues: [] }],
  });
  expect(told.map(({ atSeconds }) => atSeconds)).toEqual([-1, 2, 3]);
});

describe('of many events', () => {
  const flapping = (count: number) => many(count, (i) => outage({ lostMicros: 2e6 * i }));

  test('all are told up to the most that a result keeps', () => {
    const told = texts({ publishers: { outages: flapping(eventsMax) } });
    expect(told).toHaveLength(eventsMax);
    expect(told.at(-1)).not.toContain('further');
  });

  test('the last one says how many are not told', () => {
    const told = texts({ publishers: { outages: flapping(eventsMax + 7) } });
    expect(told).toHaveLength(eventsMax);
    expect(told.at(-1)).toContain('; further events, not listed: 7');
  });

  test('the last one says how many losses were only counted', () => {
    const told = texts({ publishers: { outages: [outage()], furtherOutages: 5 } });
    expect(told.at(-1)).toContain('; further connections lost, only counted: 5');
  });
});

describe('the totals of connections', () => {
  test('are over both sides, from each loss to its end', () => {
    const publishers = { outages: [outage({ attempts: 2 })], furtherOutages: 3 };
    const consumers = { outages: [outage({ lostMicros: 12e6, restoredMicros: 13.25e6 })] };
    expect(connectionsOf(troubles({ publishers, consumers }))).toMatchObject({
      ...{ lost: 5, attempts: 3, downSeconds: 1.75, longestDownSeconds: 1.25 },
    });
  });

  test('count what never ended up to the end of its side', () => {
    const outages = [outage({ restoredMicros: undefined })];
    const ofPublishers = connectionsOf(troubles({ publishers: { outages } }));
    const ofConsumers = connectionsOf(troubles({ consumers: { outages } }));
    expect([ofPublishers.downSeconds, ofConsumers.downSeconds]).toEqual([8, 18]);
  });

  test('say for how long connections were blocked', () => {
    const blockages = [blockage(), blockage({ id: 1, untilMicros: undefined })];
    expect(connectionsOf(troubles({ publishers: { blockages } }))).toMatchObject({
      ...{ lost: 0, blocked: 2, blockedSeconds: 10, longestBlockedSeconds: 8 },
    });
  });
});

describe('what was seen of the nodes', () => {
  const node = 'rabbit-1@a';
  const span = { fromMicros: 12 * seconds, untilMicros: 14.5 * seconds };

  test.each([
    ['memory-alarm', 'alarm', 'ran low on memory, and its cluster blocked publishers, for 2.50 s'],
    [
      'disk-alarm',
      'alarm',
      'ran low on disk space, and its cluster blocked publishers, for 2.50 s',
    ],
    ['down', 'node-down', 'did not run for 2.50 s'],
  ] as const)('becomes an event: %s', (trouble, kind, text) => {
    expect(events({ nodeTroubles: [{ kind: trouble, node, ...span }] })).toEqual([
      { atSeconds: 2, untilSeconds: 4.5, kind, text: `${node} ${text}`, count: 1 },
    ]);
  });

  test('is told to have lasted to the end when it was not seen to end', () => {
    const lasting = { kind: 'down', node, ...span, untilMicros: undefined } as const;
    expect(events({ nodeTroubles: [lasting] })).toMatchObject([
      { untilSeconds: null, text: `${node} did not run up to the end` },
    ]);
  });
});
