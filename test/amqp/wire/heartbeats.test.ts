import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Beating, Heartbeats } from '../../../src/amqp/wire/heartbeats.js';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

/** A connection that notes when it was told what, in seconds. */
class FakeConnection implements Beating {
  readonly heartbeatSeconds: number;
  readonly told: string[] = [];
  #sent = false;
  #received = false;

  constructor(heartbeatSeconds: number) {
    this.heartbeatSeconds = heartbeatSeconds;
  }

  send(): void {
    this.#sent = true;
  }

  receive(): void {
    this.#received = true;
  }

  hasSent(): boolean {
    const has = this.#sent;
    this.#sent = false;
    return has;
  }

  hasReceived(): boolean {
    const has = this.#received;
    this.#received = false;
    return has;
  }

  beat(): void {
    this.send();
    this.told.push(`beat at ${Date.now() / 1000}`);
  }

  onSilence(): void {
    this.told.push(`silence at ${Date.now() / 1000}`);
  }

  ofKind(kind: string): string[] {
    return this.told.filter((one) => one.startsWith(kind));
  }
}

function watched(heartbeatSeconds: number) {
  const heartbeats = new Heartbeats(() => Date.now());
  const connection = new FakeConnection(heartbeatSeconds);
  heartbeats.watch(connection);
  return { heartbeats, connection };
}

/** Lets so many seconds pass, doing this in every half of a second. */
function pass(seconds: number, inEach: () => void = () => {}): void {
  for (let i = 0; i < seconds * 2; i++) {
    inEach();
    vi.advanceTimersByTime(500);
  }
}

describe('a connection on which nothing else is sent', () => {
  test('beats in every half of its interval', () => {
    const { connection } = watched(10);
    pass(20, () => connection.receive());
    expect(connection.told).toEqual(['beat at 5', 'beat at 10', 'beat at 15', 'beat at 20']);
  });

  test('beats in time with the shortest interval, too', () => {
    const { connection } = watched(1);
    pass(2, () => connection.receive());
    expect(connection.told).toEqual(['beat at 0.5', 'beat at 1', 'beat at 1.5', 'beat at 2']);
  });

  test('does not beat as long as other things are sent', () => {
    const { connection } = watched(10);
    pass(20, () => {
      connection.receive();
      connection.send();
    });
    expect(connection.told).toEqual([]);
  });

  test('beats half an interval after the last thing that was sent', () => {
    const { connection } = watched(10);
    pass(3, () => connection.send());
    pass(5.5);
    expect(connection.told).toEqual(['beat at 8']);
  });
});

describe('a peer of which nothing is heard', () => {
  test('is given up after two intervals, and not before', () => {
    const { connection } = watched(10);
    pass(20);
    expect(connection.ofKind('silence')).toEqual([]);
    pass(0.5);
    expect(connection.ofKind('silence')).toEqual(['silence at 20.5']);
  });

  test('is not given up when it says anything within two intervals', () => {
    const { connection } = watched(10);
    for (let i = 0; i < 10; i++) {
      pass(19.5);
      connection.receive();
    }
    expect(connection.ofKind('silence')).toEqual([]);
  });
});

describe('many connections', () => {
  test('are watched each by its own interval, with one timer', () => {
    const heartbeats = new Heartbeats(() => Date.now());
    const connections = [new FakeConnection(2), new FakeConnection(10)];
    for (const one of connections) heartbeats.watch(one);
    expect(vi.getTimerCount()).toBe(1);
    pass(5, () => {
      for (const one of connections) one.receive();
    });
    expect(connections.map(({ told }) => told.length)).toEqual([5, 1]);
  });

  test('are forgotten one by one, and the timer with the last', () => {
    const heartbeats = new Heartbeats(() => Date.now());
    const connections = [new FakeConnection(1), new FakeConnection(1)] as const;
    for (const one of connections) heartbeats.watch(one);
    heartbeats.forget(connections[0]);
    pass(0.5);
    expect(connections.map(({ told }) => told)).toEqual([[], ['beat at 0.5']]);
    heartbeats.forget(connections[1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('may be forgotten while they are looked after, as those are that fell silent', () => {
    const heartbeats = new Heartbeats(() => Date.now());
    const connections = Array.from({ length: 5 }, () => new FakeConnection(1));
    for (const one of connections) {
      heartbeats.watch(one);
      one.onSilence = () => {
        heartbeats.forget(one);
        one.told.push('silence');
      };
    }
    pass(10);
    expect(connections.map((one) => one.ofKind('silence').length)).toEqual([1, 1, 1, 1, 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('are watched again after there were none', () => {
    const { heartbeats, connection } = watched(1);
    heartbeats.forget(connection);
    heartbeats.watch(connection);
    pass(0.5);
    expect(connection.told).toHaveLength(1);
  });
});

test('a process that was stopped for long does not blame its peers before it has listened to them', () => {
  const heartbeats = new Heartbeats(() => Date.now() + stopped);
  let stopped = 0;
  const connection = new FakeConnection(10);
  heartbeats.watch(connection);
  pass(5);
  stopped = 3_600_000;
  pass(0.5);
  connection.receive();
  pass(0.5);
  expect(connection.ofKind('silence')).toEqual([]);
});
