import { describe, expect, test } from 'vitest';
import { openConsumer, openPublisher } from '../../support/opened-clients.js';
import { scriptedBroker } from './scripted-broker.js';
import { type Greeting, greetConsumer, greetPublisher, greetWithChannel, ok } from './scripts.js';

/** What the client says to this greeting, by the names of what it says. */
async function saidTo(greeting: Greeting, query = '') {
  const broker = await scriptedBroker((peer) => greetConsumer(peer, greeting));
  const url = new URL(broker.url);
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.set(name, value);
  await openConsumer(url.href);
  const said = (await broker.peer()).received;
  const find = (name: string) => {
    const found = said.find((one) => one.name === name);
    if (!found) throw new Error(`no ${name} among ${said.map((one) => one.name)}`);
    return found;
  };
  return { said, find };
}

describe('the client', () => {
  test('opens with the protocol header of 0-9-1, and then answers in order', async () => {
    const { said, find } = await saidTo({});
    expect(said.map(({ name }) => name)).toEqual([
      'protocol header',
      'connection.start-ok',
      'connection.tune-ok',
      'connection.open',
      'channel.open',
      'basic.qos',
    ]);
    expect(find('protocol header').payload).toEqual(Buffer.from('AMQP\0\0\x09\x01', 'latin1'));
  });

  test('identifies its user by PLAIN', async () => {
    const { fields } = (await saidTo({})).find('connection.start-ok');
    expect(fields).toMatchObject({
      mechanism: 'PLAIN',
      response: Buffer.from('\0me\0secret'),
      locale: 'en_US',
    });
  });

  test('lets its certificate speak by EXTERNAL', async () => {
    const greeting = { mechanisms: 'AMQPLAIN EXTERNAL PLAIN' };
    const { find } = await saidTo(greeting, 'auth_mechanism=external');
    expect(find('connection.start-ok').fields).toMatchObject({
      mechanism: 'EXTERNAL',
      response: Buffer.alloc(0),
    });
  });

  test('says who it is and what it understands', async () => {
    const { clientProperties } = (await saidTo({})).find('connection.start-ok').fields;
    expect(clientProperties).toMatchObject({
      product: 'rmqbench',
      connection_name: 'wire test',
      capabilities: {
        publisher_confirms: true,
        'basic.nack': true,
        consumer_cancel_notify: true,
        'connection.blocked': true,
        authentication_failure_close: true,
      },
    });
  });

  test('opens the virtual host of its URL', async () => {
    const broker = await scriptedBroker((peer) => greetConsumer(peer));
    await openConsumer(broker.url.replace('?', '/orders%2Fnew?'));
    const said = (await broker.peer()).received.find(({ name }) => name === 'connection.open');
    expect(said?.fields).toMatchObject({ virtualHost: 'orders/new' });
  });

  test.each<[string, Greeting, string, object]>([
    [
      'takes the broker’s limits when they are lower',
      { channelMax: 5, frameMax: 4096 },
      '',
      { channelMax: 5, frameMax: 4096 },
    ],
    [
      'sets its own limits when the broker has none',
      { channelMax: 0, frameMax: 0 },
      '',
      { channelMax: 2047, frameMax: 131_072 },
    ],
    [
      'takes no larger frames than it has room for',
      { frameMax: 2 ** 32 - 1 },
      '',
      { frameMax: 131_072 },
    ],
    [
      'takes the broker’s heartbeat when it is shorter',
      { heartbeat: 7 },
      'heartbeat=20',
      { heartbeat: 7 },
    ],
    [
      'takes its own heartbeat when it is shorter',
      { heartbeat: 60 },
      'heartbeat=20',
      { heartbeat: 20 },
    ],
    [
      'takes its own heartbeat when the broker suggests none',
      { heartbeat: 0 },
      'heartbeat=20',
      { heartbeat: 20 },
    ],
    [
      'wants no heartbeat when its URL does not',
      { heartbeat: 60 },
      'heartbeat=0',
      { heartbeat: 0 },
    ],
  ])('%s', async (_, greeting, query, expected) => {
    const { find } = await saidTo(greeting, query);
    expect(find('connection.tune-ok').fields).toMatchObject(expected);
  });

  test('tolerates every type of value in the broker’s properties, and ones of its own', async () => {
    const serverProperties = { nested: { list: [1, null, { deep: true }] }, product: 'Other' };
    await expect(saidTo({ serverProperties })).resolves.toBeDefined();
  });
});

describe('a channel', () => {
  test('of a publisher asks for confirms', async () => {
    const broker = await scriptedBroker((peer) => greetPublisher(peer));
    await openPublisher(broker.url);
    const { received } = await broker.peer();
    expect(received.at(-1)).toMatchObject({ name: 'confirm.select', fields: { nowait: false } });
  });

  test('of a publisher that wants no guarantee asks for nothing', async () => {
    const broker = await scriptedBroker((peer) => greetWithChannel(peer));
    await openPublisher(broker.url, { guarantee: 'none' });
    const { received } = await broker.peer();
    expect(received.at(-1)?.name).toBe('channel.open');
  });

  test('of a publisher in transactions begins one', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetWithChannel(peer);
      await peer.expect('tx.select');
      peer.send(ok('tx.select-ok'));
    });
    await openPublisher(broker.url, { guarantee: 'transaction' });
    const { received } = await broker.peer();
    expect(received.at(-1)?.name).toBe('tx.select');
  });

  test('of a consumer asks for its prefetch', async () => {
    const broker = await scriptedBroker((peer) => greetConsumer(peer));
    await openConsumer(broker.url, { prefetch: 321 });
    const { received } = await broker.peer();
    expect(received.at(-1)?.fields).toEqual({ prefetchSize: 0, prefetchCount: 321, global: false });
  });
});
