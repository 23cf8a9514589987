import { describe, expect, onTestFinished, test } from 'vitest';
import type { Channel, ChannelEvents } from '../../../src/amqp/wire/channel.js';
import { Connection } from '../../../src/amqp/wire/connection.js';
import { type Peer, scriptedBroker } from './scripted-broker.js';
import { channelOpenOk, close, delivery, type Greeting, greet, ok } from './scripts.js';

/** A connection with so many channels, and how its broker goes on. */
async function connected(
  count: number,
  goesOn: (peer: Peer) => Promise<void> | void = () => {},
  greeting: Greeting = {},
) {
  const broker = await scriptedBroker(async (peer) => {
    await greet(peer, greeting);
    for (let number = 1; number <= count; number++) {
      await peer.expect('channel.open');
      peer.send(channelOpenOk(number));
    }
    await goesOn(peer);
  });
  const connection = await Connection.open({ url: broker.url, connectionName: 'channels' });
  onTestFinished(() => void connection.close());
  const channels: Channel[] = [];
  for (let i = 0; i < count; i++) channels.push(await connection.openChannel());
  return { connection, channels, peer: await broker.peer() };
}

function listen(channel: Channel): string[] {
  const told: string[] = [];
  const events: ChannelEvents = {
    onArrival: () => told.push('arrival'),
    onArrivalEnd: () => told.push('arrival end'),
    onDelivery: (bytes, offset, length, tag) =>
      told.push(`${tag} ${bytes.toString('latin1', offset, offset + length)}`),
    onBlocked: (reason) => told.push(`blocked: ${reason}`),
    onClosed: (reason) => told.push(`closed: ${reason}`),
  };
  channel.listen(events);
  return told;
}

const text = (body: string) => Buffer.from(body);

describe('channels of one connection', () => {
  test('are told each what is theirs, though their frames lie among each other’s', async () => {
    const { channels } = await connected(2, async (peer) => {
      await peer.expect('basic.qos');
      const [first, second] = [1, 2].map((channel) => {
        const bytes = delivery({ tag: channel, channel, body: text(`body ${channel}`) });
        const method = 8 + bytes.readUInt32BE(3);
        const header = method + 8 + bytes.readUInt32BE(method + 3);
        return [bytes.subarray(0, method), bytes.subarray(method, header), bytes.subarray(header)];
      });
      const mixed = [0, 1, 2].flatMap((i) => [first?.[i], second?.[i]]);
      peer.send(...mixed.filter((one) => one !== undefined), ok('basic.qos-ok', 2));
    });
    const told = channels.map(listen);
    await channels[1]?.prefetch(1);
    expect(told.map((all) => all.filter((one) => !one.startsWith('arrival')))).toEqual([
      ['1 body 1'],
      ['2 body 2'],
    ]);
  });

  test('end alone when the broker closes one of them; what still comes for it is dropped', async () => {
    const { channels, peer } = await connected(2, async (one) => {
      one.send(
        close(1, 406, 'PRECONDITION_FAILED'),
        delivery({ tag: 1, body: text('for nobody') }),
        delivery({ tag: 2, channel: 2, body: text('for somebody') }),
      );
      // The client may have asked before it heard.
      await one.until('basic.qos');
      one.send(ok('basic.qos-ok', 2));
    });
    const told = channels.map(listen);
    await expect(channels[1]?.prefetch(1)).resolves.toBeUndefined();
    expect(told[0]?.filter((one) => !one.startsWith('arrival'))).toEqual([
      'closed: 406 PRECONDITION_FAILED',
    ]);
    expect(told[1]).toContain('2 for somebody');
    expect(peer.received.some(({ name }) => name === 'channel.close-ok')).toBe(true);
  });

  test('are told of the end, too, when the broker’s reason for it cannot be read', async () => {
    const { channels } = await connected(1, (peer) =>
      peer.send(ok('channel.close').uint16(404).uint8(200)),
    );
    const told = channels.map(listen);
    const message = expect.stringContaining('a method with too few arguments');
    await expect.poll(() => told).toEqual([expect.arrayContaining([message])]);
  });

  test('end all with the connection, each told once', async () => {
    const { channels, peer } = await connected(3, (one) => one.send(close(0, 320, 'GONE')));
    const told = channels.map(listen);
    await peer.closed;
    const closed = told.map((all) => all.filter((one) => one.startsWith('closed')));
    expect(closed).toEqual([['closed: 320 GONE'], ['closed: 320 GONE'], ['closed: 320 GONE']]);
  });

  test('hear all that the connection is blocked', async () => {
    const { channels } = await connected(2, (peer) =>
      peer.send(ok('connection.blocked', 0).shortString('low on memory')),
    );
    const told = channels.map(listen);
    await expect
      .poll(() => told)
      .toEqual([
        expect.arrayContaining(['blocked: low on memory']),
        expect.arrayContaining(['blocked: low on memory']),
      ]);
  });

  test('can be no more than the broker allows', async () => {
    const { connection } = await connected(2, undefined, { channelMax: 2 });
    await expect(connection.openChannel()).rejects.toThrow('no more than 2 channels');
  });

  test('cannot be opened on a connection that is over', async () => {
    const { connection, peer } = await connected(0, (one) => one.send(close(0, 320, 'GONE')));
    await peer.closed;
    await expect(connection.openChannel()).rejects.toThrow('320 GONE');
  });

  test('that were never opened end the connection when something comes for them', async () => {
    const { channels } = await connected(1, (peer) =>
      peer.send(delivery({ tag: 1, channel: 2, body: text('for nobody') })),
    );
    const told = channels.map(listen);
    const message = expect.stringContaining('a frame for channel 2, which was never opened');
    await expect.poll(() => told).toEqual([expect.arrayContaining([message])]);
  });

  test('may be closed, and others opened, with numbers of their own', async () => {
    const { connection, channels, peer } = await connected(1, async (one) => {
      await one.expect('channel.close');
      one.send(ok('channel.close-ok'));
      await one.expect('channel.open');
      one.send(channelOpenOk(2));
    });
    await channels[0]?.close();
    const channel = await connection.openChannel();
    expect(channel.number).toBe(2);
    expect(peer.received.at(-1)).toMatchObject({ name: 'channel.open', channel: 2 });
  });
});
