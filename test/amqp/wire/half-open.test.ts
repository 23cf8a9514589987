import { describe, expect, test } from 'vitest';
import { heartbeatFrame } from '../../../src/amqp/protocol/frame-layout.js';
import { openConsumer, openPublisher } from '../../support/opened-clients.js';
import { scriptedBroker } from './scripted-broker.js';
import { greetConsumer, greetPublisher } from './scripts.js';

/** These tests last as long as the shortest heartbeats that can be agreed on. */
const limit = { timeout: 15_000 };

describe('with a heartbeat of 1 s', () => {
  test('a peer that falls silent, though its socket stays open, is found', limit, async () => {
    const broker = await scriptedBroker((peer) => greetPublisher(peer, { heartbeat: 1 }));
    const { told } = await openPublisher(broker.url.replace('heartbeat=0', 'heartbeat=1'));
    await told.until('closed');
    expect(told.errors.map(({ message }) => message)).toEqual([
      `lost the connection to 127.0.0.1:${broker.port}: nothing was heard of it for 2 s, not even a heartbeat`,
    ]);
    // The client had kept its own side of it.
    const { received, closed } = await broker.peer();
    expect(received.filter(({ name }) => name === 'heartbeat').length).toBeGreaterThan(1);
    await closed;
    expect(told.errors).toHaveLength(1);
  });

  test('a peer that only sends heartbeats is not', limit, async () => {
    let beats = 0;
    const broker = await scriptedBroker(async (peer) => {
      await greetConsumer(peer, { heartbeat: 1 });
      while (beats < 5) {
        await peer.until('heartbeat');
        peer.send(heartbeatFrame);
        beats++;
      }
    });
    const { told } = await openConsumer(broker.url.replace('heartbeat=0', 'heartbeat=1'));
    await expect.poll(() => beats, { timeout: 12_000 }).toBe(5);
    expect(told.errors).toEqual([]);
  });
});
