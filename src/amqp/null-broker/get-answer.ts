import { putUint32 } from '../../base/big-endian.js';
import { frameEnd, frameHeadBytes } from '../protocol/frame-layout.js';
import { MethodFrame } from '../protocol/method-frame.js';
import { sendContent } from './delivery-frames.js';
import { isRedelivered, referenceOf } from './entry-deque.js';
import type { DeliveryLies } from './lies/delivery-lies.js';
import type { MessageQueue } from './message-queue.js';
import type { Peer } from './peer.js';
import { releaseMessage } from './stored-message.js';
import type { Holder, Outcome, Unacknowledged } from './unacknowledged.js';

/** Answers a basic.get: with the queue's next message, or that there is none. */
export function answerGet(
  peer: Peer,
  channel: number,
  outstanding: Unacknowledged,
  { queue, noAck }: { readonly queue: MessageQueue; readonly noAck: boolean },
): void {
  const { counters, store, view } = peer.broker;
  const entry = queue.shift();
  if (entry === undefined) {
    peer.output.append(new MethodFrame(channel, 'basic.get-empty').shortString('').bytes());
    return;
  }
  const lies = peer.lies?.forDeliveries(channel);
  const holder = new GetHolder(peer, queue, lies);
  const tag = noAck ? outstanding.nextTag() : outstanding.add(holder, entry);
  const message = view.look(referenceOf(entry));
  const head = new MethodFrame(channel, 'basic.get-ok').uint64(tag).bits(isRedelivered(entry));
  const route = message.bytes.subarray(message.start, message.start + message.routeBytes);
  const left = Buffer.alloc(4);
  putUint32(left, 0, queue.readyCount);
  const method = Buffer.concat([head.bytes().subarray(0, -1), route, left, Buffer.of(frameEnd)]);
  putUint32(method, 3, method.length - frameHeadBytes - 1);
  peer.output.append(method);
  sendContent(peer, channel, message);
  counters.delivered++;
  lies?.onDelivery({ queue, noAck }, entry);
  if (noAck) releaseMessage(store, referenceOf(entry));
}

/** Has one message that was got, until it is settled. */
class GetHolder implements Holder {
  readonly #peer: Peer;
  readonly #queue: MessageQueue;
  readonly #lies: DeliveryLies | undefined;
  unacknowledged = 0;

  constructor(peer: Peer, queue: MessageQueue, lies: DeliveryLies | undefined) {
    this.#peer = peer;
    this.#queue = queue;
    this.#lies = lies;
  }

  onSettled(entry: number, outcome: Outcome): void {
    if (this.#lies) this.#lies.settle(this.#queue, entry, outcome);
    else if (outcome === 'requeued') this.#queue.requeue(entry);
    else releaseMessage(this.#peer.broker.store, referenceOf(entry));
  }
}
