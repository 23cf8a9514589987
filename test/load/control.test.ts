import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BrokerError } from '../../src/base/errors.js';
import { Control, outcomeOf } from '../../src/load/control.js';
import type { ControlMessage, TrialInstants } from '../../src/load/protocol.js';

const instants: TrialInstants = { beginMicros: 1, startMicros: 2, stopMicros: 3 };

let main: MessagePort;
let control: Control;

beforeEach(() => {
  const { port1, port2 } = new MessageChannel();
  main = port1;
  control = new Control(port2);
});

afterEach(() => {
  main.close();
});

function tell(message: ControlMessage): void {
  main.postMessage(message);
}

describe('the control of a worker', () => {
  test('says that it is ready, and from when its clock counts', async () => {
    const heard = once(main, 'message');
    control.ready().catch(() => {});
    expect(await heard).toEqual([{ type: 'ready', clockOriginMillis: performance.timeOrigin }]);
  });

  test('hands over the instants', async () => {
    const ready = control.ready();
    tell({ type: 'start', instants });
    expect(await ready).toEqual(instants);
  });

  test('keeps what arrives before it is awaited', async () => {
    tell({ type: 'finish' });
    tell({ type: 'start', instants });
    // Messages come in order: with the start, the finish has come too.
    await control.ready();
    await expect(control.told('finish')).resolves.toBeUndefined();
  });

  test('does not take one message for another', async () => {
    const order: string[] = [];
    const drain = control.told('drain').then(() => order.push('drain'));
    const finish = control.told('finish').then(() => order.push('finish'));
    tell({ type: 'finish' });
    await finish;
    tell({ type: 'drain' });
    await drain;
    expect(order).toEqual(['finish', 'drain']);
  });

  test('closes its port', async () => {
    const closed = once(main, 'close');
    control.close();
    await expect(closed).resolves.toHaveLength(1);
  });
});

describe('the outcome of a trial', () => {
  test('is its record', async () => {
    expect(await outcomeOf(async () => 7)).toEqual({ kind: 'record', record: 7 });
  });

  test('is, of an error meant for the user, its message and hint as plain data', async () => {
    const outcome = await outcomeOf(() => {
      throw new BrokerError('no route', { hint: 'Is it up?' });
    });
    expect(structuredClone(outcome)).toEqual({
      kind: 'failed',
      message: 'no route',
      hint: 'Is it up?',
    });
  });

  test('of a fault of ours is that fault', async () => {
    const fault = new TypeError('oops');
    const outcome = outcomeOf(() => Promise.reject(fault));
    await expect(outcome).rejects.toBe(fault);
  });
});
