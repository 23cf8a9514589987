import { describe, expect, test } from 'vitest';
import { frame } from '../../../src/amqp/protocol/method-frame.js';
import { cutAt, outcomeOf } from './reading.js';

const method = frame(1, 1, Buffer.from('method'));
const body = frame(3, 1, Buffer.from('body'));

/** One read for each octet. */
function octets(bytes: Buffer): Buffer[] {
  return cutAt(bytes, [...bytes.keys()]);
}

/** Only the head of a frame, and what follows it. */
function head(type: number, size: number, rest = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.from([type, 0, 1, 0, 0, 0, 0]);
  bytes.writeUInt32BE(size, 3);
  return Buffer.concat([bytes, rest]);
}

describe('a frame', () => {
  test.each([
    [1, 'method'],
    [2, 'header'],
    [3, 'body'],
  ] as const)('of type %i is told as a %s with its channel and payload', (type, kind) => {
    const { told, failure } = outcomeOf([frame(type, 0x1234, Buffer.from('payload'))]);
    expect(told).toEqual([{ kind, channel: 0x1234, bytes: Buffer.from('payload') }]);
    expect(failure).toBeUndefined();
  });

  test('of type 8 is told as a heartbeat', () => {
    expect(outcomeOf([frame(8, 0, Buffer.alloc(0))]).told).toMatchObject([{ kind: 'heartbeat' }]);
  });

  test('that has not come whole is not told, unless it is a body', () => {
    expect(outcomeOf([method.subarray(0, -1)]).told).toEqual([]);
    expect(outcomeOf([body.subarray(0, -2)]).told).toMatchObject([{ bytes: Buffer.from('bod') }]);
  });

  test('of an empty body is told to nobody, however it comes', () => {
    const empty = frame(3, 1, Buffer.alloc(0));
    const bytes = Buffer.concat([empty, method, empty]);
    const expected = { told: outcomeOf([method]).told, failure: undefined };
    expect(outcomeOf([bytes])).toEqual(expected);
    expect(outcomeOf(octets(bytes))).toEqual(expected);
  });

  test('may be as long as agreed, and comes whole though it takes many reads', () => {
    const payload = Buffer.from(Array.from({ length: 131_072 - 8 }, (_, i) => i));
    const reads = cutAt(frame(1, 1, payload), [1, 70_000, 100_000, 131_071]);
    const { told, failure } = outcomeOf([...reads, method]);
    expect(failure).toBeUndefined();
    expect(told[0]?.bytes.equals(payload)).toBe(true);
    expect(told).toHaveLength(2);
  });
});

describe('a ProtocolError', () => {
  test('ends a frame that lacks its end octet', () => {
    const broken = Buffer.from(method);
    broken[broken.length - 1] = 0;
    const expected = { told: [], failure: 'a frame that does not end where it should' };
    expect(outcomeOf([broken])).toEqual(expected);
    expect(outcomeOf(octets(broken))).toEqual(expected);
  });

  test('ends a body frame that lacks its end octet', () => {
    const broken = Buffer.from(body);
    broken[broken.length - 1] = 0;
    expect(outcomeOf(octets(broken)).failure).toBe('a frame that does not end where it should');
  });

  test('ends a frame of unknown type, before its payload has come', () => {
    const failure = 'a frame of unknown type 4';
    expect(outcomeOf([frame(4, 0, Buffer.from('payload'))])).toEqual({ told: [], failure });
    expect(outcomeOf([head(4, 100, Buffer.of(0))])).toEqual({ told: [], failure });
  });

  test.each([1, 2, 3, 8])(
    'ends a frame of type %i that is longer than agreed as soon as its head has come',
    (type) => {
      const few = { frameMaxBytes: 5000 };
      expect(outcomeOf([head(type, 4992, Buffer.of(0))], few).failure).toBeUndefined();
      expect(outcomeOf([head(type, 4993, Buffer.of(0))], few).failure).toBe(
        'a frame of 4993 bytes, more than the 5000 agreed',
      );
      expect(outcomeOf([head(type, 0xffff_ffff, Buffer.of(0))]).failure).toContain('4294967295');
    },
  );

  test('does not come for a frame of the 4,096 bytes that all must take, whatever was agreed', () => {
    const { told } = outcomeOf([frame(1, 1, Buffer.alloc(4088))], { frameMaxBytes: 100 });
    expect(told).toHaveLength(1);
  });

  test.each([
    ['1-0-0', Buffer.from('AMQP\x00\x01\x00\x00', 'latin1')],
    ['0-9-1', Buffer.from('AMQP\x00\x00\x09\x01', 'latin1')],
  ])('names the version %s that a protocol header offers, however it comes', (version, header) => {
    const failure = `it speaks another version of AMQP (${version})`;
    for (let at = 0; at <= header.length; at++) {
      for (const filler of [0, 0xce]) {
        expect(outcomeOf(cutAt(header, [at]), { filler }).failure).toBe(failure);
      }
    }
  });
});
