import { describe, expect, test } from 'vitest';
import { FrameReader, headroomBytes } from '../../../src/amqp/protocol/frame-reader.js';
import { ProtocolError } from '../../../src/amqp/protocol/protocol-error.js';
import { Content } from '../../../src/amqp/wire/content.js';
import { framesIn } from '../protocol/frames-in.js';
import { cutAt } from '../protocol/reading.js';
import { recordedFrames } from '../protocol/recorded-exchange.js';
import { confirm, delivery } from './scripts.js';

const basicDeliver = 0x003c_003c;
const basicReturn = 0x003c_0032;

/** Bytes of a message's head, and its length, of every message in the reads. */
function messagesOf(reads: readonly Buffer[]): string[] {
  const messages: string[] = [];
  const content = new Content();
  const onContent = (bytes: Buffer, offset: number, length: number) => {
    const head = bytes.toString('hex', offset, offset + Math.min(64, length));
    messages.push(`${length} ${head}`);
  };
  const reader = new FrameReader({
    onMethod: (_, bytes, start) => {
      const method = bytes.readUInt32BE(start);
      if (method === basicDeliver || method === basicReturn) content.begin(onContent);
      else content.refuse();
    },
    onHeader: (_, bytes, start, end) => content.onHeader(bytes, start, end),
    onBody: (_, bytes, start, end) => content.onBody(bytes, start, end),
    onHeartbeat: () => {},
  });
  for (const read of reads) {
    const memory = Buffer.alloc(headroomBytes + read.length);
    read.copy(memory, headroomBytes);
    reader.read(memory, headroomBytes, memory.length);
  }
  return messages;
}

test('the messages of a real exchange are put together alike, wherever reads cut them', () => {
  const bytes = recordedFrames.server;
  const bodies = framesIn(bytes).filter(({ type }) => type === 3);
  const expected = messagesOf([bytes]);
  // The returned one, and five deliveries, of which one is the first again.
  expect(expected.map((one) => Number.parseInt(one, 10))).toEqual([8, 3, 0, 200, 3, 4388]);
  expect(expected[0]).toBe(`8 ${bodies[0]?.payload.toString('hex')}`);
  const different = [...bytes.keys()].filter(
    (place) => messagesOf(cutAt(bytes, [place])).join() !== expected.join(),
  );
  expect(different).toEqual([]);
});

test('a message in frames of any size, in reads of any size, keeps its head and length', () => {
  const body = Buffer.from(Array.from({ length: 150 }, (_, i) => i));
  const expected = [`150 ${body.toString('hex', 0, 64)}`];
  for (let frameBytes = 1; frameBytes <= 150; frameBytes++) {
    const bytes = delivery({ tag: 1, body, frameMaxBytes: frameBytes + 8 });
    const step = 1 + (frameBytes % 17);
    const places = [...bytes.keys()].filter((place) => place % step === 0);
    expect(messagesOf([bytes])).toEqual(expected);
    expect(messagesOf(cutAt(bytes, places))).toEqual(expected);
  }
});

describe('a ProtocolError is', () => {
  const alone = confirm('basic.ack', 1);
  const [method, header, body] = framesOf(delivery({ tag: 1, body: Buffer.from('four') }));

  test.each<[string, readonly Buffer[], string]>([
    ['a header that no method came before', [header], 'a content header without its method'],
    ['a body that no header came before', [method, body], 'a body without its content header'],
    ['a second header', [method, header, header], 'a content header without its method'],
    ['a method where a header should be', [method, method], 'a message within a message'],
    ['a method where a body should be', [method, header, method], 'a message within a message'],
    ['another method where a header should be', [method, alone], 'a method within a message'],
    ['another method where a body should be', [method, header, alone], 'a method within a message'],
    [
      'a body longer than announced',
      [method, header, frameOf(body, 5)],
      'a body longer than announced',
    ],
    [
      'a body after the whole one',
      [method, header, body, body],
      'a body without its content header',
    ],
    [
      'a header too short for its size',
      [method, frameOf(header, 13)],
      'a content header that is too short',
    ],
  ])('%s', (_, frames, message) => {
    const bytes = Buffer.concat(frames);
    expect(() => messagesOf([bytes])).toThrow(ProtocolError);
    expect(() => messagesOf([bytes])).toThrow(message);
  });
});

function framesOf(bytes: Buffer): [Buffer, Buffer, Buffer] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += frames.at(-1)?.length ?? 0) {
    frames.push(bytes.subarray(at, at + 8 + bytes.readUInt32BE(at + 3)));
  }
  return frames as [Buffer, Buffer, Buffer];
}

/** A frame of the same kind with a payload of this length. */
function frameOf(frame: Buffer, length: number): Buffer {
  const changed = Buffer.alloc(8 + length);
  frame.copy(changed, 0, 0, Math.min(frame.length - 1, 7 + length));
  changed.writeUInt32BE(length, 3);
  changed[7 + length] = 0xce;
  return changed;
}
