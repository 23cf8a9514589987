import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Administration } from '../../src/amqp/administration.js';
import { type NullBroker, startNullBroker } from '../../src/amqp/null-broker/null-broker.js';
import { BrokerError } from '../../src/base/errors.js';

async function startBroker(port = 0): Promise<NullBroker> {
  const broker = await startNullBroker({ mode: 'loop', port });
  onTestFinished(() => broker.stop());
  return broker;
}

async function open(...urls: readonly [string, ...string[]]): Promise<Administration> {
  const administration = await Administration.open(...urls);
  onTestFinished(() => administration.close());
  return administration;
}

/** An address at which nothing listens. */
async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `amqp://me:secret@127.0.0.1:${address.port}`;
}

const queue = { name: 'q', durable: false, arguments: {} };

describe('a queue is', () => {
  test('there, with the messages that wait in it', async () => {
    const administration = await open((await startBroker()).url);
    await administration.declareQueue(queue);
    expect(await administration.queueState('q')).toEqual({ kind: 'there', readyMessages: 0 });
  });

  test('absent when it was never declared', async () => {
    const administration = await open((await startBroker()).url);
    expect(await administration.queueState('q')).toEqual({ kind: 'absent' });
  });

  test('empty when it is purged and does not exist', async () => {
    const administration = await open((await startBroker()).url);
    expect(await administration.purgeQueue('q')).toBe(0);
  });
});

test('an exchange is there once it was declared', async () => {
  const administration = await open((await startBroker()).url);
  const before = await administration.hasExchange('x');
  await administration.declareExchange('x', false);
  expect([before, await administration.hasExchange('x')]).toEqual([false, true]);
});

test('a refused call says why and where, and costs no other call its answer', async () => {
  const administration = await open((await startBroker()).url);
  await administration.declareExchange('x', false);
  const refused = administration.bindQueue('q', 'x', 'key');
  const purged = administration.purgeQueue('other');
  await expect(refused).rejects.toThrow(
    /cannot bind queue "q" at 127\.0\.0\.1:\d+: .*no queue 'q'/,
  );
  expect(await purged).toBe(0);
});

describe('administration outlives its connection', () => {
  test('when the broker is started again on the same port', async () => {
    const first = await startBroker();
    const administration = await open(first.url);
    await administration.declareQueue(queue);
    await first.stop();
    await startBroker(first.port);
    expect(await administration.queueState('q')).toEqual({ kind: 'absent' });
    await administration.declareQueue(queue);
    expect(await administration.queueState('q')).toMatchObject({ kind: 'there' });
  });

  test('and rejects what is asked of it meanwhile, with the address', async () => {
    const first = await startBroker();
    const administration = await open(first.url);
    await first.stop();
    const asked = administration.queueState('q');
    await expect(asked).rejects.toThrow(`nothing listens at 127.0.0.1:${first.port}`);
    await expect(asked).rejects.toBeInstanceOf(BrokerError);
    await startBroker(first.port);
    expect(await administration.queueState('q')).toEqual({ kind: 'absent' });
  });

  test('at the next address that answers', async () => {
    const first = await startBroker();
    const second = await startBroker();
    const administration = await open(first.url, await deadUrl(), second.url);
    await first.stop();
    await administration.declareQueue(queue);
    const atSecond = await open(second.url);
    expect(await atSecond.queueState('q')).toMatchObject({ kind: 'there' });
  });
});

describe('of several addresses', () => {
  test('the first that answers is taken', async () => {
    const broker = await startBroker();
    const administration = await open(await deadUrl(), broker.url);
    expect(await administration.queueState('q')).toEqual({ kind: 'absent' });
  });

  test('the first is named when none answers, without its credentials', async () => {
    const [one, other] = [await deadUrl(), await deadUrl()];
    const opened = Administration.open(one, other);
    await expect(opened).rejects.toThrow(`nothing listens at ${new URL(one).host}`);
    await expect(opened).rejects.not.toThrow(/secret/);
  });
});

test('after its close nothing opens another connection', async () => {
  const broker = await startBroker();
  const administration = await open(broker.url);
  await administration.close();
  await expect(administration.queueState('q')).rejects.toThrow(/is closed/);
});
