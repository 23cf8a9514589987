import { describe, expect, onTestFinished, test } from 'vitest';
import { startNullBroker } from '../../../src/amqp/null-broker/null-broker.js';
import { heartbeatFrame } from '../../../src/amqp/protocol/frame-layout.js';
import { declareFrame, RawConnection } from './support/raw-connection.js';

/** A broker whose time passes only when the test says so. */
async function brokerWithTicks() {
  const intervals: number[] = [];
  const running = new Set<() => void>();
  const broker = await startNullBroker({ mode: 'sink' }, (millis, onTick) => {
    intervals.push(millis);
    running.add(onTick);
    return () => running.delete(onTick);
  });
  onTestFinished(() => broker.stop());
  const tick = () => {
    for (const onTick of [...running]) onTick();
  };
  return { broker, intervals, running, tick };
}

describe('heartbeats', () => {
  test('are looked after at half the interval that the client agreed to', async () => {
    const { broker, intervals } = await brokerWithTicks();
    await RawConnection.open(broker.port, 20);
    expect(intervals).toEqual([10_000]);
  });

  test('are not sent when the client wants none', async () => {
    const { broker, intervals } = await brokerWithTicks();
    await RawConnection.open(broker.port, 0);
    expect(intervals).toEqual([]);
  });

  test('are sent when nothing else was', async () => {
    const { broker, tick } = await brokerWithTicks();
    const raw = await RawConnection.open(broker.port, 20);
    tick();
    tick();
    await raw.heartbeat();
    expect(raw.heartbeats).toBe(1);
  });

  test('that stay away for two intervals end the connection', async () => {
    const { broker, running, tick } = await brokerWithTicks();
    const raw = await RawConnection.open(broker.port, 20);
    for (let i = 0; i < 5; i++) tick();
    await raw.closed;
    expect(running.size).toBe(0);
  });

  test('of the client keep the connection alive', async () => {
    const { broker, tick } = await brokerWithTicks();
    const raw = await RawConnection.open(broker.port, 20);
    for (let i = 0; i < 5; i++) {
      for (let half = 0; half < 4; half++) tick();
      // The answer shows that the broker has read the heartbeat before it.
      raw.send(heartbeatFrame, declareFrame('q'));
      await raw.next('queue.declare-ok');
    }
  });
});
