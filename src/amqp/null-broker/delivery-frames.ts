import { putUint32, putUint64 } from '../../base/big-endian.js';
import {
  frameEnd,
  frameHeadBytes,
  frameOverheadBytes,
  frameTypes,
} from '../protocol/frame-layout.js';
import { MethodFrame } from '../protocol/method-frame.js';
import { copyBytes } from './copy-bytes.js';
import type { Output } from './output.js';
import type { Peer } from './peer.js';
import type { MessageView } from './stored-message.js';

/** A body that fits in one frame of any peer. */
const oneFrameBodyBytes = 4088;
/** Larger messages are sent in parts. */
const oneCopyBytes = 16 * 1024;

/** The part of a basic.deliver that is its consumer's own: all before the exchange's name. */
export interface DeliveryHead {
  readonly channel: number;
  /** A frame's beginning, its size still to be written. */
  readonly bytes: Buffer;
  readonly tagOffset: number;
  readonly redeliveredOffset: number;
}

/** Laid out once for a consumer. */
export function deliveryHead(channel: number, consumerTag: string): DeliveryHead {
  const whole = new MethodFrame(channel, 'basic.deliver').shortString(consumerTag).uint64(0);
  const bytes = whole.bits(false).bytes();
  const redeliveredOffset = bytes.length - 2;
  return {
    channel,
    bytes: bytes.subarray(0, -1),
    redeliveredOffset,
    tagOffset: redeliveredOffset - 8,
  };
}

/** Sends a stored message to a consumer. */
export function sendDelivery(
  peer: Peer,
  head: DeliveryHead,
  deliveryTag: number,
  isRedelivered: boolean,
  message: MessageView,
): void {
  putUint64(head.bytes, head.tagOffset, deliveryTag);
  head.bytes[head.redeliveredOffset] = isRedelivered ? 1 : 0;
  sendMessage(peer, head.channel, head.bytes, message);
}

/** Sends a stored message behind a method's frame that ends with exchange and routing key. */
export function sendMessage(
  peer: Peer,
  channel: number,
  methodHead: Buffer,
  message: MessageView,
): void {
  putUint32(methodHead, 3, methodHead.length - frameHeadBytes + message.routeBytes);
  const { output } = peer;
  const count = message.end - message.start;
  if (message.bodyBytes > oneFrameBodyBytes || count > oneCopyBytes) {
    output.append(methodHead);
    output.append(message.bytes, message.start, message.header);
    sendContent(peer, channel, message);
    return;
  }
  const at = output.reserve(methodHead.length + count);
  const { bytes } = output;
  copyBytes(methodHead, 0, methodHead.length, bytes, at);
  const route = at + methodHead.length;
  copyBytes(message.bytes, message.start, count, bytes, route);
  const header = route + message.routeBytes + 1;
  putChannel(bytes, header, channel);
  if (message.bodyBytes > 0) {
    putChannel(bytes, header + message.headerBytes + frameOverheadBytes, channel);
  }
}

/** Sends the content header and the body, in frames of the size that the peer takes. */
export function sendContent(peer: Peer, channel: number, message: MessageView): void {
  const { output, frameMaxBytes } = peer;
  const header = message.header + frameHeadBytes;
  sendFrameHead(output, frameTypes.header, channel, message.headerBytes);
  output.append(message.bytes, header, header + message.headerBytes + 1);
  const bodyEnd = message.body + message.bodyBytes;
  const partMax = frameMaxBytes - frameOverheadBytes;
  for (let at = message.body; at < bodyEnd; at += partMax) {
    const partEnd = Math.min(at + partMax, bodyEnd);
    sendFrameHead(output, frameTypes.body, channel, partEnd - at);
    output.append(message.bytes, at, partEnd);
    const end = output.reserve(1);
    output.bytes[end] = frameEnd;
  }
}

function sendFrameHead(output: Output, type: number, channel: number, payloadBytes: number): void {
  const at = output.reserve(frameHeadBytes);
  output.bytes[at] = type;
  putChannel(output.bytes, at, channel);
  putUint32(output.bytes, at + 3, payloadBytes);
}

function putChannel(bytes: Buffer, frame: number, channel: number): void {
  bytes[frame + 1] = channel >>> 8;
  bytes[frame + 2] = channel;
}
