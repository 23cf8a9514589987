import { describe, expect, test } from 'vitest';
import type { LogEntry, Trip } from '../../../src/amqp/null-broker/lies/log.js';
import { truthOf } from '../../../src/amqp/null-broker/lies/truth.js';

const publisher = 1;

function said(kind: 'confirmed' | 'nacked' | 'returned', ...sequences: number[]): LogEntry[] {
  return sequences.map((sequence) => ({ kind, publisher, sequence }));
}

function received(...sequences: number[]): LogEntry[] {
  return sequences.map((sequence) => ({
    kind: 'received',
    publisher,
    sequence,
    connection: 'publisher',
    fate: [],
  }));
}

function delivered(sequences: readonly number[], trip: Trip = 'none', to = 'a'): LogEntry[] {
  return sequences.map((sequence) => ({
    kind: 'delivered',
    publisher,
    sequence,
    consumer: to,
    trip,
  }));
}

function markedSent(...sequences: number[]): LogEntry[] {
  return sequences.map((sequence) => ({ kind: 'marked sent', publisher, sequence, consumer: 'a' }));
}

describe('a message', () => {
  test('is never delivered when it was confirmed, and neither returned nor written', () => {
    const log = [...said('confirmed', 0, 1, 2), ...said('returned', 1), ...delivered([2])];
    expect([...truthOf(log).neverDelivered]).toEqual([{ publisher, sequence: 0 }]);
  });

  test('was delivered if only by a return trip', () => {
    const log = [...said('confirmed', 0, 1), ...delivered([0], 'redelivered')];
    const { figures } = truthOf([...log, ...delivered([1], 'dead-lettered')]);
    expect(figures).toMatchObject({ unique: 2, redelivered: 2, neverDelivered: 0, duplicated: 0 });
  });

  test('counts as sent and lost only if nobody else got it', () => {
    const log = [...said('confirmed', 0, 1, 2), ...markedSent(0, 1), ...delivered([1])];
    expect(truthOf(log).figures).toMatchObject({ neverDelivered: 2, lostSent: 1 });
  });

  test('counts once as confirmed however often it was sent', () => {
    const log = [...received(0, 0), ...said('confirmed', 0, 0)];
    expect(truthOf(log).figures.confirmed).toBe(1);
  });
});

describe('a delivery is a duplicate', () => {
  test('if it comes without a return trip, and is not the first', () => {
    const log = [...received(0), ...delivered([0, 0]), ...delivered([0], 'redelivered')];
    expect(truthOf(log).figures).toMatchObject({ delivered: 3, duplicated: 1, redelivered: 1 });
  });

  test('only beyond as many as were received', () => {
    const log = [...received(0, 0), ...delivered([0, 0, 0])];
    expect(truthOf(log).figures.duplicated).toBe(1);
  });

  test('only beyond as many as were sent, if that is known', () => {
    const log = [...received(0), ...delivered([0, 0, 0])];
    expect(truthOf(log, () => 2).figures.duplicated).toBe(1);
  });
});

describe('a message is reordered', () => {
  test('if it comes to a consumer after a later one', () => {
    const log = [...received(0, 1, 2, 3), ...delivered([0, 3, 1, 2])];
    expect(truthOf(log).reordered.sequencesOf(publisher)).toEqual([1, 2]);
  });

  test('not if the later one came to another consumer', () => {
    const log = [...received(0, 1), ...delivered([1], 'none', 'a'), ...delivered([0], 'none', 'b')];
    expect(truthOf(log).figures.reordered).toBe(0);
  });

  test('not by a return trip, neither its own nor of the later one', () => {
    const log = [...received(0, 1), ...delivered([1], 'redelivered'), ...delivered([0])];
    expect(truthOf(log).figures.reordered).toBe(0);
    expect(truthOf([...delivered([1]), ...delivered([0], 'dead-lettered')]).figures.reordered).toBe(
      0,
    );
  });

  test('not if it is a duplicate, or was sent again, or had come before', () => {
    const early = [...received(0, 1), ...delivered([1])];
    expect(truthOf([...early, ...delivered([0, 0])]).figures.reordered).toBe(0);
    expect(truthOf([...early, ...received(0), ...delivered([0])]).figures.reordered).toBe(0);
    const flagged = delivered([0], 'redelivered');
    expect(truthOf([...early, ...flagged, ...delivered([0])]).figures.reordered).toBe(0);
  });
});
