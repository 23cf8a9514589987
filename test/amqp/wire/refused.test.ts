import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectLimitMillis } from '../../../src/amqp/load-client.js';
import { BrokerError } from '../../../src/base/errors.js';
import { openConsumer, openPublisher } from '../../support/opened-clients.js';
import { type Peer, type Script, type ScriptedBroker, scriptedBroker } from './scripted-broker.js';
import { close, greet, greetWithChannel, ok, openOk, start, tune } from './scripts.js';

/** The error with which opening a consumer at this broker fails. */
async function refusal(
  script: Script,
  query = '',
): Promise<BrokerError & { broker: ScriptedBroker }> {
  const broker = await scriptedBroker(script);
  const thrown = await openConsumer(broker.url + query).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(BrokerError);
  // Not one of the client's sockets is left.
  await Promise.all(broker.peers.map(({ closed }) => closed));
  return Object.assign(thrown as BrokerError, { broker });
}

async function untilTuned(peer: Peer): Promise<void> {
  await peer.expect('protocol header');
  peer.send(start());
  await peer.expect('connection.start-ok');
}

describe('a broker that refuses', () => {
  test('the user is told with the user’s name, and never with the password', async () => {
    const { message, hint, broker } = await refusal(async (peer) => {
      await untilTuned(peer);
      const text = 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.';
      peer.send(close(0, 403, text));
    });
    expect(message).toBe(`the broker at 127.0.0.1:${broker.port} refused user "me"`);
    expect(hint).toContain('Check user and password');
    expect(message + hint).not.toContain('secret');
  });

  test('the virtual host is told as that', async () => {
    const { message, hint } = await refusal(async (peer) => {
      await untilTuned(peer);
      peer.send(tune());
      await peer.until('connection.open');
      const text = "NOT_ALLOWED - access to vhost 'orders' refused for user 'me'";
      peer.send(close(0, 530, text, 'connection.open'));
    });
    expect(message).toContain('user "me" may not use that virtual host');
    expect(hint).toContain('the path of the URL');
  });

  test('the mechanism is told with those that it offers', async () => {
    const { message } = await refusal(async (peer) => {
      await peer.expect('protocol header');
      peer.send(start({ mechanisms: 'EXTERNAL SCRAM-SHA-256' }));
    });
    expect(message).toContain('it offers no PLAIN authentication, only EXTERNAL, SCRAM-SHA-256');
  });

  test('to answer without another challenge is told as that', async () => {
    const { message } = await refusal(async (peer) => {
      await untilTuned(peer);
      peer.send(ok('connection.secure', 0).longString('who are you?'));
    });
    expect(message).toContain('connection.secure came instead of connection.tune');
  });

  test('this version of AMQP is told with its own', async () => {
    const { message } = await refusal(async (peer) => {
      await peer.expect('protocol header');
      peer.socket.end('AMQP\x00\x01\x00\x00', 'latin1');
    });
    expect(message).toContain('it speaks another version of AMQP (1-0-0)');
  });

  test('any other protocol is told as what is not AMQP', async () => {
    const { message } = await refusal((peer) => {
      peer.socket.end('SSH-2.0-OpenSSH_9.6\r\n');
    });
    expect(message).toContain('is not AMQP 0-9-1');
  });

  test('frames of the least size is told, before any are cut to nothing', async () => {
    const { message } = await refusal(async (peer) => {
      await untilTuned(peer);
      peer.send(tune({ frameMax: 8 }));
    });
    expect(message).toContain('it takes no frames above 8 bytes');
  });

  test('a channel is told with its reason', async () => {
    const { message } = await refusal(async (peer) => {
      await greet(peer);
      await peer.expect('channel.open');
      peer.send(close(0, 504, 'CHANNEL_ERROR - no more channels', 'channel.open'));
    });
    expect(message).toContain('504 CHANNEL_ERROR - no more channels (channel.open)');
  });

  test('what a channel needs is told with its reason', async () => {
    const { message } = await refusal(async (peer) => {
      await greetWithChannel(peer);
      await peer.expect('basic.qos');
      peer.send(close(1, 540, 'NOT_IMPLEMENTED - prefetch_size!=0 (8)', 'basic.qos'));
      await peer.until('connection.close');
      peer.send(ok('connection.close-ok', 0));
    });
    expect(message).toContain('540 NOT_IMPLEMENTED - prefetch_size!=0 (8) (basic.qos)');
  });

  test('to go on in the same read in which it welcomed is told with its reason', async () => {
    const { message } = await refusal(async (peer) => {
      await untilTuned(peer);
      peer.send(tune());
      await peer.until('connection.open');
      peer.send(openOk(), close(0, 320, 'CONNECTION_FORCED - going down'));
    });
    expect(message).toContain('320 CONNECTION_FORCED - going down');
  });
});

const stages: readonly [string, Script][] = [
  ['at once', () => {}],
  ['after the protocol header', async (peer) => void (await peer.expect('protocol header'))],
  ['after start-ok', untilTuned],
  [
    'after the connection was to be opened',
    async (peer) => {
      await untilTuned(peer);
      peer.send(tune());
      await peer.until('connection.open');
    },
  ],
  [
    'after the channel was to be opened',
    async (peer) => {
      await greet(peer);
      await peer.expect('channel.open');
    },
  ],
  [
    'after the prefetch was set',
    async (peer) => {
      await greetWithChannel(peer);
      await peer.expect('basic.qos');
    },
  ],
];

describe.each(stages)('a broker that, %s,', (_, stage) => {
  test('hangs up fails the opening', async () => {
    const { message } = await refusal(async (peer) => {
      await stage(peer);
      peer.socket.end();
    });
    expect(message).toMatch(/^cannot open an AMQP connection to 127\.0\.0\.1:\d+: /);
  });

  test('resets the connection fails the opening', async () => {
    const { message } = await refusal(async (peer) => {
      await stage(peer);
      peer.socket.resetAndDestroy();
    });
    expect(message).toMatch(/^cannot open an AMQP connection to 127\.0\.0\.1:\d+: /);
  });

  test('falls silent fails the opening at its limit', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let reach = () => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const refused = refusal(async (peer) => {
      await stage(peer);
      reach();
    });
    await reached;
    await vi.advanceTimersByTimeAsync(connectLimitMillis);
    // Then come the limits of a goodbye that is not answered.
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await refused).message).toContain('did not answer within 15 s');
  });
});

test('an error of a publisher’s opening is a BrokerError, too', async () => {
  const broker = await scriptedBroker((peer) => {
    peer.socket.end();
  });
  await expect(openPublisher(broker.url)).rejects.toBeInstanceOf(BrokerError);
});
