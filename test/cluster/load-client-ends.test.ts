import { randomUUID } from 'node:crypto';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import type { LoadClient, LoadPublisher } from '../../src/amqp/load-client.js';
import { BrokerError } from '../../src/base/errors.js';
import * as opened from '../support/opened-clients.js';
import { publish, type Tellings } from '../support/opened-clients.js';
import {
  administration,
  clients,
  freshQueue,
  openConsumer,
  openPublisher,
  untilConfirmed,
} from './support/contract.js';
import { management } from './support/management.js';
import { rabbitmqctl } from './support/rabbitmqctl.js';

const admin = administration();

interface ListedConnection {
  readonly name: string;
  readonly user_provided_name?: string;
  /** The heartbeat that was agreed on. */
  readonly timeout?: number;
}

async function find(connectionName: string): Promise<ListedConnection | undefined> {
  const all = (await management('GET', 'connections')) as ListedConnection[];
  return all.find((one) => one.user_provided_name === connectionName && one.timeout !== undefined);
}

/** What the management API knows of the connection that calls itself so, once it does. */
async function listed(connectionName: string): Promise<ListedConnection> {
  await expect.poll(() => find(connectionName), { timeout: 20_000 }).toBeDefined();
  return (await find(connectionName)) as ListedConnection;
}

/** Until the broker knows of the connection no more, though nobody closed it. */
async function untilGone(connectionName: string): Promise<void> {
  await expect.poll(() => find(connectionName), { timeout: 20_000 }).toBeUndefined();
}

async function closeConnection(_queue: string, connectionName: string): Promise<void> {
  const { name } = await listed(connectionName);
  await management('DELETE', `connections/${encodeURIComponent(name)}`);
}

/** Publishes more and more until the test ends, whatever becomes of the publisher. */
function keepPublishing(publisher: LoadPublisher): void {
  const timer = setInterval(() => {
    for (let i = 0; i < 50; i++) publish(publisher, `message ${i}`);
    publisher.flush();
  }, 5);
  onTestFinished(() => clearInterval(timer));
}

/** What was told after the end, and how often that was told. */
function afterEnd(told: Tellings) {
  const names = told.all.map(([name]) => name);
  return { ends: told.of('closed').length, afterwards: names.slice(names.indexOf('closed') + 1) };
}

describe.each(clients)('the %s client', (_, client) => {
  test('tells once, in the broker’s words, that the broker closed the connection', async () => {
    const queue = await freshQueue(admin());
    const connectionName = `to be closed ${randomUUID()}`;
    const { consumer, told } = await openConsumer(client, queue, { connectionName });
    await consumer.subscribe({ acknowledge: true });
    await closeConnection(queue, connectionName);
    await told.until('closed');
    await consumer.close();
    expect(told.errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^lost the connection to .*: .*320.*CONNECTION_FORCED/),
    ]);
  });

  test.each([
    ['an operator closes its connection', closeConnection],
    ['its exchange is deleted', (queue: string) => admin().removeExchange(queue)],
  ])('ends a publisher in full flow once and for all when %s', async (_end, end) => {
    const queue = await freshQueue(admin());
    const connectionName = `publishes ${randomUUID()}`;
    const { publisher, told } = await openPublisher(client, queue, { connectionName });
    await listed(connectionName);
    keepPublishing(publisher);
    await told.until('confirm', 10);
    await end(queue, connectionName);
    await told.until('closed');
    await untilGone(connectionName);
    await publisher.close();
    expect(afterEnd(told)).toEqual({ ends: 1, afterwards: [] });
  });

  test.each([
    ['an operator closes its connection', closeConnection],
    ['its queue is deleted', (queue: string) => admin().removeQueue(queue)],
  ])('ends a consumer in full flow once and for all when %s', async (_end, end) => {
    const queue = await freshQueue(admin());
    const connectionName = `consumes ${randomUUID()}`;
    const { publisher } = await openPublisher(client, queue);
    const { consumer, told } = await openConsumer(client, queue, { connectionName }, (tag) =>
      consumer.acknowledge(tag, false),
    );
    await consumer.subscribe({ acknowledge: true });
    await listed(connectionName);
    keepPublishing(publisher);
    await told.until('delivery', 100);
    await end(queue, connectionName);
    await told.until('closed');
    consumer.acknowledge(told.of('delivery').length, true);
    consumer.reject(told.of('delivery').length, { multiple: false, requeue: true });
    await expect(consumer.cancel()).rejects.toBeInstanceOf(BrokerError);
    await expect(consumer.subscribe({ acknowledge: true })).rejects.toBeInstanceOf(BrokerError);
    await untilGone(connectionName);
    await consumer.close();
    expect(afterEnd(told)).toEqual({ ends: 1, afterwards: [] });
  });

  test('agrees with the broker on the heartbeat of its URL', async () => {
    const connectionName = `with a heartbeat ${randomUUID()}`;
    const url = `${inject('cluster').entryUrl}?heartbeat=7`;
    await opened.openConsumer(url, { connectionName }, client);
    expect((await listed(connectionName)).timeout).toBe(7);
  });

  test('tells when an alarm blocks publishers, and when it is over', async () => {
    const queue = await freshQueue(admin());
    const { publisher, told } = await openPublisher(client, queue);
    let published = 0;
    const publishOne = () => {
      publish(publisher, `${++published}`);
      publisher.flush();
    };
    publishOne();
    await untilConfirmed(told, 1);
    const [node] = (await management('GET', 'nodes')) as { mem_limit: number }[];
    try {
      await rabbitmqctl(
        inject('cluster').nodePid,
        'set_vm_memory_high_watermark',
        'absolute',
        '1MiB',
      );
      // RabbitMQ blocks who publishes while the alarm is on, of which the nodes tell each other.
      const blocked = () => {
        if (told.of('blocked').length === 0) publishOne();
        return told.of('blocked');
      };
      await expect.poll(blocked, { timeout: 20_000 }).toEqual([['blocked', 'low on memory']]);
    } finally {
      await rabbitmqctl(
        inject('cluster').nodePid,
        'set_vm_memory_high_watermark',
        'absolute',
        `${node?.mem_limit}`,
      );
    }
    await told.until('unblocked');
    await untilConfirmed(told, published);
  });
});

describe('a connection that cannot be opened is told alike by both clients', () => {
  async function refusal(client: LoadClient, url: string) {
    const thrown = await opened.openConsumer(url, {}, client).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(BrokerError);
    const { message, hint } = thrown as BrokerError;
    return { message, hint };
  }

  const at = (change: (url: URL) => void) => {
    const url = new URL(inject('cluster').entryUrl);
    change(url);
    return url.href;
  };

  test.each<[string, (url: URL) => void, RegExp]>([
    ['the password is wrong', (url) => (url.password = 'wrong'), /refused user "guest"$/],
    ['the user is unknown', (url) => (url.username = 'nobody'), /refused user "nobody"$/],
    [
      'the virtual host is unknown',
      (url) => (url.pathname = '/nowhere'),
      /^user "guest" may not use/,
    ],
    ['nothing listens there', (url) => (url.port = '9'), /^nothing listens at 127\.0\.0\.1:9$/],
    [
      'the host is unknown',
      (url) => (url.hostname = 'no-such-host.invalid'),
      /^the host of .* is unknown$/,
    ],
  ])('when %s', async (_, change, message) => {
    const [ours, theirs] = await Promise.all(clients.map(([, one]) => refusal(one, at(change))));
    expect(ours?.message).toMatch(message);
    expect(ours?.hint).toBeTruthy();
    expect(theirs).toEqual(ours);
  });

  test('when the port does not speak TLS', async () => {
    const url = inject('cluster').entryUrl.replace('amqp:', 'amqps:');
    const [ours, theirs] = await Promise.all(clients.map(([, one]) => refusal(one, url)));
    expect(ours?.message).toMatch(/does not speak TLS$/);
    expect(theirs).toEqual(ours);
  });
});
