import { afterEach, describe, expect, test, vi } from 'vitest';
import { Administration } from '../../src/amqp/administration.js';
import { MethodFrame } from '../../src/amqp/protocol/method-frame.js';
import { type Peer, type ScriptedBroker, scriptedBroker } from './wire/scripted-broker.js';
import { channelOpenOk, close, greetWithChannel, ok } from './wire/scripts.js';

afterEach(() => void vi.useRealTimers());

type Script = (peer: Peer) => Promise<void> | void;

/** A broker that serves each connection, up to its open channel, by a script of its own. */
function brokerWith(...scripts: readonly Script[]): Promise<ScriptedBroker> {
  let next = 0;
  return scriptedBroker(async (peer) => {
    const script = scripts[next++];
    if (script === undefined) throw new Error('one connection too many');
    await greetWithChannel(peer);
    await script(peer);
  });
}

function declareOk(messages: number): MethodFrame {
  return new MethodFrame(1, 'queue.declare-ok').shortString('q').uint32(messages).uint32(0);
}

/** Answers whoever asks how many messages there are. */
async function serveQueue(peer: Peer): Promise<void> {
  await peer.expect('queue.declare');
  peer.send(declareOk(7));
}

/** Hangs up instead of an answer. */
function hangUpAt(method: string): Script {
  return async (peer) => {
    await peer.expect(method);
    peer.socket.destroy();
  };
}

describe('a call whose connection goes in the middle', () => {
  test('is made once more', async () => {
    const { url } = await brokerWith(hangUpAt('queue.declare'), serveQueue);
    const administration = await Administration.open(url);
    expect(await administration.readyMessages('q')).toBe(7);
  });

  test('is not made a third time, and rejects with what happened where', async () => {
    const shutdown: Script = async (peer) => {
      await peer.expect('queue.declare');
      peer.send(close(0, 320, 'CONNECTION_FORCED - shutdown'));
    };
    const { url, port } = await brokerWith(shutdown, shutdown);
    const administration = await Administration.open(url);
    const asked = administration.readyMessages('q');
    await expect(asked).rejects.toThrow(`cannot inspect queue "q" at 127.0.0.1:${port}: `);
    await expect(asked).rejects.toThrow(/lost: .*CONNECTION_FORCED - shutdown/);
  });

  test('has its count lost when it was a purge, which is not repeated', async () => {
    const { url, peers } = await brokerWith(hangUpAt('queue.purge'), serveQueue);
    const administration = await Administration.open(url);
    expect(await administration.purgeQueue('q')).toBeUndefined();
    expect(await administration.readyMessages('q')).toBe(7);
    expect(peers[1]?.received.map(({ name }) => name)).not.toContain('queue.purge');
  });
});

test('a call that is not answered in time is made over another connection', async () => {
  const asked: Peer[] = [];
  const { url } = await brokerWith(async (peer) => {
    await peer.expect('queue.declare');
    asked.push(peer);
  }, serveQueue);
  const administration = await Administration.open(url);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const answer = administration.readyMessages('q');
  await vi.waitUntil(() => asked.length === 1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await answer).toBe(7);
});

describe('a refusal', () => {
  const refuse = (code: number, text: string): Script => {
    return async (peer) => {
      await peer.expect('queue.declare');
      peer.send(close(1, code, text, 'queue.declare'));
      await peer.expect('channel.close-ok');
    };
  };

  test('is not answered by asking again, and the next call has another channel', async () => {
    const { url, peers } = await brokerWith(async (peer) => {
      await refuse(405, 'RESOURCE_LOCKED - exclusive')(peer);
      await peer.expect('channel.open');
      peer.send(channelOpenOk());
      await peer.expect('queue.delete');
      peer.send(new MethodFrame(1, 'queue.delete-ok').uint32(0));
    });
    const administration = await Administration.open(url);
    await expect(administration.readyMessages('q')).rejects.toThrow(/RESOURCE_LOCKED - exclusive/);
    await administration.removeQueue('q');
    expect(peers).toHaveLength(1);
  });

  test.each([
    ["NOT_FOUND - no queue 'q' in vhost '/'", 'absent'],
    [
      "NOT_FOUND - home node 'rabbit@a' of durable queue 'q' in vhost '/' is down or inaccessible",
      'unreachable',
    ],
    ["NOT_FOUND - queue 'q' in vhost '/' process is stopped by supervisor", 'unreachable'],
  ])('tells by its words how a queue is: %s', async (text, kind) => {
    const { url } = await brokerWith(refuse(404, text));
    const administration = await Administration.open(url);
    expect(await administration.queueState('q')).toEqual({ kind });
  });

  test('with another code says nothing of the queue', async () => {
    const { url } = await brokerWith(refuse(403, "ACCESS_REFUSED - no queue 'q'"));
    const administration = await Administration.open(url);
    await expect(administration.queueState('q')).rejects.toThrow(/ACCESS_REFUSED/);
  });

  test('of a purge, for the home node is down, rejects: nothing was counted', async () => {
    const { url } = await brokerWith(async (peer) => {
      await peer.expect('queue.purge');
      const text = "NOT_FOUND - home node 'a' of durable queue 'q' in vhost '/' is down";
      peer.send(close(1, 404, text, 'queue.purge'));
      await peer.expect('channel.close-ok');
    });
    const administration = await Administration.open(url);
    await expect(administration.purgeQueue('q')).rejects.toThrow(/home node 'a'/);
  });
});

test('closing twice asks the broker for it once', async () => {
  const { url, peers } = await brokerWith(async (peer) => {
    await peer.until('connection.close');
    peer.send(ok('connection.close-ok', 0));
    peer.socket.end();
  });
  const administration = await Administration.open(url);
  await administration.close();
  await administration.close();
  const names = peers[0]?.received.map(({ name }) => name);
  expect(names?.filter((name) => name === 'connection.close')).toHaveLength(1);
});
