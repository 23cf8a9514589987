import type { StampedMessage } from '../../../../src/amqp/null-broker/lies/log.js';

/** A body with the part of the stamp that names the message. */
export function stampedBody({ publisher, sequence }: StampedMessage): Buffer {
  const body = Buffer.alloc(12);
  body.writeUInt16BE(publisher, 0);
  body.writeUInt32BE(sequence, 2);
  return body;
}

export function messageIn(body: Buffer): StampedMessage {
  return { publisher: body.readUInt16BE(0), sequence: body.readUInt32BE(2) };
}
