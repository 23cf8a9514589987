import type { TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { BrokerError } from '../../../src/base/errors.js';
import { openConsumer, openPublisher, publish } from '../../support/opened-clients.js';
import { testCertificates } from '../../support/tls-material.js';
import { type ScriptedBroker, scriptedBroker } from './scripted-broker.js';
import {
  confirm,
  delivery,
  greetConsumer,
  greetPublisher,
  sayGoodbye,
  serveConsumer,
} from './scripts.js';

const { ca, server, client } = testCertificates;

/** The broker's address by this name for the same machine. */
function urlBy(host: string, { url }: ScriptedBroker): string {
  return url.replace('127.0.0.1', host);
}

describe('the broker’s certificate', () => {
  test('is trusted when a named authority signed it, and it is for the URL’s host', async () => {
    const broker = await scriptedBroker((peer) => greetConsumer(peer), server);
    await openConsumer(urlBy('localhost', broker), { tls: { ca } });
    const { socket } = await broker.peer();
    // Brokers that share an address tell by this name whom a client means.
    expect((socket as TLSSocket & { servername: string }).servername).toBe('localhost');
  });

  test('is trusted for another name than the host’s when that was asked for', async () => {
    const broker = await scriptedBroker((peer) => greetConsumer(peer), server);
    await openConsumer(broker.url, { tls: { ca, servername: 'broker.test' } });
    const { socket } = await broker.peer();
    expect((socket as TLSSocket & { servername: string }).servername).toBe('broker.test');
  });

  test.each([
    ['no authority that is known signed it', 'localhost', undefined, 'target.tls.ca'],
    ['it is for another host', '127.0.0.1', { ca }, 'target.tls.serverName'],
    [
      'it is for another name',
      'localhost',
      { ca, servername: 'other.test' },
      'target.tls.serverName',
    ],
  ])('is refused when %s', async (_, host, tls, remedy) => {
    const broker = await scriptedBroker((peer) => greetConsumer(peer), server);
    const opening = openConsumer(urlBy(host, broker), tls ? { tls } : {});
    const error = (await opening.catch((thrown: unknown) => thrown)) as BrokerError;
    expect(error).toBeInstanceOf(BrokerError);
    expect(error.message).toContain(`the certificate of ${host}:${broker.port} is`);
    expect(error.hint).toContain(remedy);
    await Promise.all(broker.peers.map(({ closed }) => closed));
    expect(broker.peers.flatMap(({ received }) => received)).toEqual([]);
  });
});

test('a broker’s certificate is not asked about when nobody wants to know', async () => {
  const broker = await scriptedBroker((peer) => greetConsumer(peer), server);
  await openConsumer(broker.url, { tls: { rejectUnauthorized: false } });
});

describe('the client’s certificate', () => {
  const asking = { ...server, ca, requestCert: true, rejectUnauthorized: true };

  test('is shown when the broker asks for it, and may stand for the user', async () => {
    const broker = await scriptedBroker(
      (peer) => greetConsumer(peer, { mechanisms: 'EXTERNAL' }),
      asking,
    );
    const url = `${urlBy('localhost', broker)}&auth_mechanism=external`;
    await openConsumer(url, { tls: { ca, ...client } });
    const { socket, received } = await broker.peer();
    expect((socket as TLSSocket).getPeerCertificate().subject.CN).toBe('me');
    expect(received[1]?.fields).toMatchObject({ mechanism: 'EXTERNAL' });
  });

  test('that is missing lets the broker refuse, which is told', async () => {
    const broker = await scriptedBroker((peer) => greetConsumer(peer), asking);
    await expect(openConsumer(urlBy('localhost', broker), { tls: { ca } })).rejects.toThrow(
      BrokerError,
    );
  });
});

describe('an address', () => {
  test('that does not speak TLS is told as that', async () => {
    // What RabbitMQ says to what is no AMQP.
    const broker = await scriptedBroker((peer) => {
      peer.socket.end('AMQP\0\0\x09\x01', 'latin1');
    });
    const opening = openConsumer(broker.url.replace('amqp:', 'amqps:'));
    const error = (await opening.catch((thrown: unknown) => thrown)) as BrokerError;
    expect(error.message).toBe(`127.0.0.1:${broker.port} does not speak TLS`);
    expect(error.hint).toContain('amqp://');
  });

  test('that speaks TLS alone fails whoever does not', async () => {
    const broker = await scriptedBroker((peer) => greetConsumer(peer), server);
    const opening = openConsumer(broker.url.replace('amqps:', 'amqp:'));
    await expect(opening).rejects.toThrow(`127.0.0.1:${broker.port}`);
  });
});

describe('over TLS', () => {
  test('messages arrive whole, in order, and are confirmed', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      for (let i = 0; i < 20; i++) await peer.until('body');
      peer.send(confirm('basic.ack', 20, true));
      await sayGoodbye(peer);
    }, server);
    const { publisher, told } = await openPublisher(urlBy('localhost', broker), {
      tls: { ca },
      payloadBytes: 100_000,
    });
    for (let i = 0; i < 20; i++) publish(publisher, `message ${i}`);
    publisher.flush();
    expect(await told.until('confirm')).toEqual([['confirm', 20, true, true]]);
    await publisher.close();
    const { received } = await broker.peer();
    const bodies = received.filter(({ name }) => name === 'body').map(({ payload }) => payload);
    expect(bodies.map((body) => body.toString('latin1', 0, 10).replaceAll('\0', ''))).toEqual(
      Array.from({ length: 20 }, (_, i) => `message ${i}`),
    );
  });

  test('deliveries of any size are told with their heads and lengths', async () => {
    const body = Buffer.alloc(300_000, 'x');
    const broker = await scriptedBroker(async (peer) => {
      await serveConsumer(peer);
      for (let tag = 1; tag <= 20; tag++) peer.send(delivery({ tag, body }));
      await sayGoodbye(peer);
    }, server);
    const { consumer, told } = await openConsumer(urlBy('localhost', broker), { tls: { ca } });
    await consumer.subscribe({ acknowledge: false });
    const head = body.toString('latin1', 0, 64);
    expect(await told.until('delivery', 20)).toEqual(
      Array.from({ length: 20 }, (_, i) => ['delivery', i + 1, head, body.length, false]),
    );
    await consumer.close();
  });
});
