import { frameHeadBytes, frameOverheadBytes, frameTypes } from './frame-layout.js';
import { type MessageProperties, propertyBytes } from './message-properties.js';
import { frame } from './method-frame.js';
import { basicClass } from './methods.js';

/** A message's frames, one after the other. */
export interface MessageFrames {
  readonly bytes: Buffer;
  /** Where the body begins in `bytes`; its first frame holds at least 4,088 bytes of it, or all. */
  readonly bodyOffset: number;
}

/** What follows a basic.publish, basic.deliver or basic.return. */
export interface Content {
  readonly channel: number;
  readonly properties: MessageProperties;
  readonly body: Buffer;
}

/** The method's frame, the content header, and the body in frames of at most `frameMaxBytes`. */
export function messageFrames(
  method: Buffer,
  { channel, properties, body }: Content,
  frameMaxBytes: number,
): MessageFrames {
  const header = headerFrame(channel, properties, body.length);
  const partBytes = frameMaxBytes - frameOverheadBytes;
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += partBytes) {
    parts.push(frame(frameTypes.body, channel, body.subarray(at, at + partBytes)));
  }
  return {
    bytes: Buffer.concat([method, header, ...parts]),
    bodyOffset: method.length + header.length + frameHeadBytes,
  };
}

function headerFrame(channel: number, properties: MessageProperties, bodyBytes: number): Buffer {
  const fixed = Buffer.alloc(12);
  fixed.writeUInt16BE(basicClass, 0);
  // Two bytes of "weight" follow that no one ever used.
  fixed.writeBigUInt64BE(BigInt(bodyBytes), 4);
  return frame(frameTypes.header, channel, Buffer.concat([fixed, propertyBytes(properties)]));
}
