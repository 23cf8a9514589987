import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Alarm, TimerAlarm } from '../../src/load/alarm.js';
import { Pacer } from '../../src/load/pacer.js';
import { FakeClock } from '../support/fake-clock.js';

afterEach(() => {
  vi.useRealTimers();
});

/** An alarm that the test rings, and a clock that it sets. */
function pacing(grainMicros = 0) {
  const clock = {
    micros: 0,
    nowMicros() {
      return this.micros;
    },
  };
  const settings: number[] = [];
  const alarm: Alarm = {
    onRing: () => {},
    polledMicros: 0,
    set: (atMicros) => settings.push(atMicros),
    end: () => settings.push(Number.NaN),
  };
  const pacer = new Pacer(clock, alarm, grainMicros);
  const ringAt = (micros: number) => {
    clock.micros = micros;
    alarm.onRing();
  };
  return { pacer, ringAt, settings };
}

describe('a pacer', () => {
  test('wakes everyone who is due, and nobody else', () => {
    const { pacer, ringAt } = pacing();
    const woken: string[] = [];
    for (const [name, micros] of [
      ['a', 30],
      ['b', 10],
      ['c', 20],
    ] as const) {
      pacer.join(() => woken.push(name)).wakeAt(micros);
    }
    ringAt(20);
    expect(woken).toEqual(['b', 'c']);
  });

  test('wakes nobody twice for one moment', () => {
    const { pacer, ringAt } = pacing();
    const wake = vi.fn();
    pacer.join(wake).wakeAt(10);
    ringAt(10);
    ringAt(20);
    expect(wake).toHaveBeenCalledTimes(1);
  });

  test('sets its alarm for whoever is first', () => {
    const { pacer, settings } = pacing();
    for (const micros of [30, 10, 20]) pacer.join(() => {}).wakeAt(micros);
    expect(settings).toEqual([30, 10]);
  });

  test('sets its alarm for the next one when it has rung', () => {
    const { pacer, ringAt, settings } = pacing();
    for (const micros of [10, 20, 40]) pacer.join(() => {}).wakeAt(micros);
    ringAt(20);
    expect(settings).toEqual([10, 40]);
  });

  test('heeds what those whom it wakes ask for, once for all of them', () => {
    const { pacer, ringAt, settings } = pacing();
    for (const period of [50, 70]) {
      const seat = pacer.join(() => seat.wakeAt(10 + period));
      seat.wakeAt(10);
    }
    ringAt(10);
    expect(settings).toEqual([10, 60]);
  });

  test('forgets the moment of whoever asks for another', () => {
    const { pacer, ringAt } = pacing();
    const wake = vi.fn();
    const seat = pacer.join(wake);
    seat.wakeAt(10);
    seat.wakeAt(Number.POSITIVE_INFINITY);
    ringAt(10);
    expect(wake).not.toHaveBeenCalled();
  });

  test('lets its grain pass between two wakings', () => {
    const { pacer, ringAt, settings } = pacing(200);
    for (const micros of [10, 50, 900]) pacer.join(() => {}).wakeAt(micros);
    ringAt(12);
    ringAt(212);
    expect(settings).toEqual([10, 212, 900]);
  });

  test('keeps to its grain also when someone asks in between', () => {
    const { pacer, ringAt, settings } = pacing(200);
    const seat = pacer.join(() => {});
    seat.wakeAt(10);
    ringAt(10);
    seat.wakeAt(60);
    expect(settings).toEqual([10, 210]);
  });

  test('has places for thousands', () => {
    const { pacer, ringAt } = pacing();
    let woken = 0;
    for (let i = 0; i < 5000; i++) pacer.join(() => woken++).wakeAt(i);
    ringAt(4000);
    expect(woken).toBe(4001);
  });

  test('lets go of its alarm in the end', () => {
    const { pacer, settings } = pacing();
    pacer.end();
    expect(settings).toEqual([Number.NaN]);
  });
});

describe('an alarm of timers', () => {
  function alarmAt(...moments: number[]) {
    const clock = new FakeClock();
    const alarm = new TimerAlarm(clock);
    const rings: number[] = [];
    alarm.onRing = () => rings.push(clock.nowMicros());
    for (const micros of moments) alarm.set(micros);
    return { alarm, clock, rings };
  }

  test('rings once, at the first millisecond that is not before its moment', async () => {
    const { clock, rings } = alarmAt(2500);
    await clock.advanceTo(10);
    expect(rings).toEqual([3000]);
  });

  test('rings at the last moment that it was set to', async () => {
    const { clock, rings } = alarmAt(2000, 7000, 5000);
    await clock.advanceTo(10);
    expect(rings).toEqual([5000]);
  });

  test('waits on when its timer fires before the clock says that it is due', async () => {
    const { clock, rings } = alarmAt(2000);
    clock.aheadMicros = -300;
    await clock.advanceTo(10);
    expect(rings).toEqual([2700]);
  });

  test('never rings when it was set to never, or ended', async () => {
    const { alarm, clock, rings } = alarmAt(2000, Number.POSITIVE_INFINITY);
    await clock.advanceTo(10);
    alarm.set(20_000);
    alarm.end();
    await clock.advanceTo(50);
    expect(rings).toEqual([]);
  });
});
