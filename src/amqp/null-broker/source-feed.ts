import { putUint64 } from '../../base/big-endian.js';
import { messageFrames } from '../protocol/content-frames.js';
import { MethodFrame } from '../protocol/method-frame.js';
import { outputBufferBytes } from './buffer-pool.js';
import { deliveryHead } from './delivery-frames.js';
import { limits } from './limits.js';
import type { Peer } from './peer.js';
import { putConsumer, putMessage, stampBytes, stampMicros } from './source-stamp.js';
import type { Subscription, SubscriptionRequest } from './subscription.js';
import type { Worker } from './turn.js';
import type { Unacknowledged } from './unacknowledged.js';

/** Many copies of one delivery's frames, one after the other. */
interface Batch {
  readonly bytes: Buffer;
  isTaken: boolean;
  readonly onTaken: () => void;
}

/** While the socket takes one, the next is made ready. */
const batchesEach = 2;

/**
 * A consumer that gets messages made up for it, as fast as its prefetch and its socket allow. Their
 * frames are laid out once; then only delivery tags and stamps are overwritten.
 */
export class SourceFeed implements Subscription, Worker {
  readonly request: SubscriptionRequest;
  readonly #peer: Peer;
  readonly #outstanding: Unacknowledged;
  readonly #batches: readonly Batch[];
  readonly #messageBytes: number;
  readonly #batchMessages: number;
  readonly #tagOffset: number;
  readonly #stampOffset: number;
  #sequence = 0;
  #hasEnded = false;
  isAwake = false;
  unacknowledged = 0;

  constructor(
    request: SubscriptionRequest,
    peer: Peer,
    channel: number,
    outstanding: Unacknowledged,
    consumer: number,
  ) {
    this.request = request;
    this.#peer = peer;
    this.#outstanding = outstanding;
    const { frames, stampOffset, tagOffset } = layOut(request, peer, channel, consumer);
    this.#messageBytes = frames.length;
    this.#stampOffset = stampOffset;
    this.#tagOffset = tagOffset;
    this.#batchMessages = Math.max(1, Math.floor(outputBufferBytes / frames.length));
    this.#batches = Array.from({ length: batchesEach }, () => this.#newBatch(frames));
    peer.broker.turn.wake(this);
  }

  /** Its queue has nothing for it. */
  get canTake(): boolean {
    return false;
  }

  take(): void {}

  run(): void {
    for (const batch of this.#batches) {
      const count = Math.min(this.#credit, this.#batchMessages);
      if (count <= 0) return;
      if (!batch.isTaken) this.#send(batch, count);
    }
  }

  onSettled(): void {
    this.#peer.broker.turn.wake(this);
  }

  onWritable(): void {}

  onQueueDeleted(): void {
    this.request.onCancelled();
  }

  end(): void {
    this.#hasEnded = true;
    this.request.queue.remove(this);
  }

  get #credit(): number {
    if (this.#hasEnded) return 0;
    const { noAck, prefetch } = this.request;
    if (noAck) return this.#batchMessages;
    return (prefetch || limits.unacknowledgedMessages) - this.unacknowledged;
  }

  #send(batch: Batch, count: number): void {
    const { bytes } = batch;
    const { source, counters } = this.#peer.broker;
    const { noAck } = this.request;
    const sentMicros = stampMicros(source.stampOriginUnixMicros);
    const end = count * this.#messageBytes;
    for (let at = 0; at < end; at += this.#messageBytes) {
      const tag = noAck ? this.#outstanding.nextTag() : this.#outstanding.add(this, 0);
      putUint64(bytes, at + this.#tagOffset, tag);
      putMessage(bytes, at + this.#stampOffset, this.#sequence++, sentMicros);
    }
    counters.delivered += count;
    batch.isTaken = true;
    this.#peer.output.send(bytes.subarray(0, end), batch.onTaken);
  }

  #newBatch(frames: Buffer): Batch {
    const batch = {
      bytes: Buffer.alloc(this.#batchMessages * frames.length, frames),
      isTaken: false,
      onTaken: () => {
        batch.isTaken = false;
        this.#peer.broker.turn.wakeSoon(this);
      },
    };
    return batch;
  }
}

/** One message's frames, with nothing in the stamp but the consumer. */
function layOut(request: SubscriptionRequest, peer: Peer, channel: number, consumer: number) {
  const { payloadBytes } = peer.broker.source;
  const body = Buffer.alloc(Math.max(payloadBytes, stampBytes));
  putConsumer(body, consumer);
  const method = new MethodFrame(channel, 'basic.deliver')
    .shortString(request.tag)
    .uint64(0)
    .bits(false)
    .shortString('')
    .shortString(request.queue.name)
    .bytes();
  const content = { channel, properties: {}, body };
  const { bytes, bodyOffset } = messageFrames(method, content, peer.frameMaxBytes);
  const { tagOffset } = deliveryHead(channel, request.tag);
  return { frames: bytes, stampOffset: bodyOffset, tagOffset };
}
