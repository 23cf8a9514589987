import type { LoadPublisher, PublisherEvents, PublisherOptions } from '../load-client.js';
import { type MessageFrames, messageFrames } from '../protocol/content-frames.js';
import { MethodFrame } from '../protocol/method-frame.js';
import { Batches } from './batches.js';
import { Link } from './link.js';

/** A publisher whose messages are copies of one template, of which only the body's head changes. */
export async function openPublisher(
  options: PublisherOptions,
  events: PublisherEvents,
): Promise<LoadPublisher> {
  const link = await Link.open(options, async (channel) => {
    if (options.guarantee === 'confirm') await channel.selectConfirms();
    if (options.guarantee === 'transaction') await channel.selectTransactions();
  });
  return new WirePublisher(link, options, events);
}

class WirePublisher implements LoadPublisher {
  readonly #link: Link;
  readonly #messages: Batches;
  readonly #bodyOffset: number;

  constructor(link: Link, options: PublisherOptions, events: PublisherEvents) {
    const { connection, channel } = link;
    const { bytes, bodyOffset } = template(channel.number, options, connection.frameMaxBytes);
    this.#link = link;
    this.#messages = new Batches(bytes, link);
    this.#bodyOffset = bodyOffset;
    link.listen({
      ...events,
      onWritable: () => {
        this.#messages.onWritable();
        events.onWritable();
      },
    });
  }

  get buffer(): Buffer {
    return this.#messages.bytes;
  }

  get bodyOffset(): number {
    return this.#messages.offset + this.#bodyOffset;
  }

  publish(): boolean {
    return this.#messages.next();
  }

  flush(): boolean {
    return this.#messages.flush();
  }

  async commit(): Promise<void> {
    this.#messages.flush();
    await this.#link.guard(this.#link.channel.commit());
  }

  async close(): Promise<void> {
    this.#messages.flush();
    await this.#link.close();
  }
}

function template(
  channel: number,
  { exchange, routingKey, mandatory, properties, payloadBytes, bodyHead }: PublisherOptions,
  frameMaxBytes: number,
): MessageFrames {
  const body = Buffer.alloc(payloadBytes);
  bodyHead.copy(body);
  const method = new MethodFrame(channel, 'basic.publish')
    .uint16(0)
    .shortString(exchange)
    .shortString(routingKey)
    .bits(mandatory, false)
    .bytes();
  return messageFrames(method, { channel, properties, body }, frameMaxBytes);
}
