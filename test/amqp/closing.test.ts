import { EventEmitter } from 'node:events';
import type { Channel } from 'amqplib';
import { describe, expect, test, vi } from 'vitest';
import { Closing } from '../../src/amqp/amqplib/closing.js';
import type { Link } from '../../src/amqp/amqplib/connection.js';
import type { BrokerError } from '../../src/base/errors.js';

/** A connection and a channel that answer a close when the test says so, as amqplib's do. */
class FakeLink {
  readonly channel = Object.assign(new EventEmitter(), { close: () => this.#answer('channel') });
  readonly connection = Object.assign(new EventEmitter(), {
    close: () => this.#answer('connection'),
  });
  readonly asked: string[] = [];
  #resolve: () => void = () => {};

  answer(): void {
    this.#resolve();
  }

  /** What amqplib does when the socket goes: channels first, and nobody's close is answered. */
  die(error?: Error): void {
    if (error) this.connection.emit('error', error);
    this.channel.emit('close');
    this.connection.emit('close', error);
  }

  #answer(which: string): Promise<void> {
    this.asked.push(which);
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }
}

function watched() {
  const link = new FakeLink();
  const errors: string[] = [];
  const closing = new Closing(link as unknown as Link<Channel>, 'amqp://me:secret@host:1234', {
    onClosed: (error: BrokerError) => void errors.push(error.message),
  });
  return { link, errors, closing };
}

/** Lets what was queued happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('an end that nobody asked for', () => {
  test('of the connection is told once, with the reason that the connection gives', async () => {
    const { link, errors } = watched();
    link.die(new Error('Heartbeat timeout'));
    await settle();
    expect(errors).toEqual(['lost the connection to host:1234: Heartbeat timeout']);
  });

  test('of the connection without a reason is told as what it is', async () => {
    const { link, errors } = watched();
    link.die();
    await settle();
    expect(errors).toEqual(['lost the connection to host:1234: the broker closed the connection']);
  });

  test('of the channel alone is told with the words of the broker', async () => {
    const { link, errors } = watched();
    link.channel.emit('error', new Error('404 NOT_FOUND - no exchange'));
    link.channel.emit('close');
    await settle();
    expect(errors).toEqual(['lost the connection to host:1234: 404 NOT_FOUND - no exchange']);
  });
});

describe('closing', () => {
  test('asks the channel first, and the connection when the channel is closed', async () => {
    const { link, errors, closing } = watched();
    const closed = closing.close();
    expect(link.asked).toEqual(['channel']);
    link.answer();
    await vi.waitUntil(() => link.asked.length === 2);
    link.answer();
    await closed;
    expect(link.asked).toEqual(['channel', 'connection']);
    expect(errors).toEqual([]);
  });

  test('rejects when the connection goes before the channel was closed in order', async () => {
    const { link, errors, closing } = watched();
    const closed = closing.close();
    link.die(new Error('read ECONNRESET'));
    await expect(closed).rejects.toThrow('lost the connection to host:1234: read ECONNRESET');
    expect(errors).toEqual([]);
  });

  test('is content when the connection goes after the channel was closed in order', async () => {
    const { link, closing } = watched();
    const closed = closing.close();
    link.answer();
    await vi.waitUntil(() => link.asked.length === 2);
    link.die(new Error('read ECONNRESET'));
    await expect(closed).resolves.toBeUndefined();
  });

  test('is content when the connection cannot be closed any more', async () => {
    const { link, closing } = watched();
    link.connection.close = () => Promise.reject(new Error('Connection closed'));
    const closed = closing.close();
    link.answer();
    await expect(closed).resolves.toBeUndefined();
  });

  test('does nothing after the connection has gone', async () => {
    const { link, closing } = watched();
    link.die();
    await closing.close();
    expect(link.asked).toEqual([]);
  });
});

test('a call that fails tells why the connection went, and not what the call missed', async () => {
  const { link, closing } = watched();
  link.connection.emit('error', new Error('CONNECTION_FORCED'));
  await expect(closing.guard(Promise.reject(new Error('no reply')))).rejects.toThrow(
    'lost the connection to host:1234: CONNECTION_FORCED',
  );
});
