import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Batches } from '../../../src/amqp/wire/batches.js';

/** A socket that takes bytes, and is done with them when the test says so, in any order. */
class FakeSink {
  isWritable = true;
  readonly waiting: { readonly frames: Buffer; readonly copy: Buffer; done: () => void }[] = [];
  readonly sizes: number[] = [];
  taken: Buffer = Buffer.alloc(0);

  write(frames: Buffer, onWritten: () => void): boolean {
    this.waiting.push({ frames, copy: Buffer.from(frames), done: onWritten });
    this.sizes.push(frames.length);
    return this.isWritable;
  }

  /** The bytes reach the wire only now: nobody may have touched them since. */
  finish(which: number): void {
    const [one] = this.waiting.splice(which % this.waiting.length, 1);
    if (!one) return;
    expect(one.frames.equals(one.copy)).toBe(true);
    one.done();
  }
}

function templateOf(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => i));
}

function fill({ bytes, offset }: Batches, mark: number): void {
  bytes[offset] = mark;
}

describe('copies of a template', () => {
  test('arrive each once, in order, and untouched until the socket is done with them', () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: 1, max: 60 }).map((count) => ({ count })) },
        { weight: 2, arbitrary: fc.constant('flush' as const) },
        { weight: 2, arbitrary: fc.nat(20).map((done) => ({ done })) },
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), steps, (length, all) => {
        const template = templateOf(length);
        const sink = new FakeSink();
        const sent: Buffer[] = [];
        const batches = new Batches(template, {
          write: (frames, onWritten) => {
            sent.push(Buffer.from(frames));
            return sink.write(frames, onWritten);
          },
        });
        let mark = 0;
        for (const step of all) {
          if (step === 'flush') batches.flush();
          else if ('done' in step) {
            if (sink.waiting.length > 0) sink.finish(step.done);
          } else {
            for (let i = 0; i < step.count; i++) {
              fill(batches, mark++);
              batches.next();
            }
          }
        }
        batches.flush();
        while (sink.waiting.length > 0) sink.finish(0);

        const bytes = Buffer.concat(sent);
        const expected = Buffer.concat(
          Array.from({ length: mark }, (_, i) =>
            Buffer.concat([Buffer.of(i), template.subarray(1)]),
          ),
        );
        expect(bytes.equals(expected)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('go in small batches at first, in larger ones with use, and never in very large ones', () => {
    const sink = new FakeSink();
    const batches = new Batches(templateOf(100), sink);
    for (let i = 0; i < 10_000; i++) {
      batches.next();
      while (sink.waiting.length > 0) sink.finish(0);
    }
    expect(sink.sizes[0]).toBeLessThanOrEqual(2048);
    expect(sink.sizes).toEqual(sink.sizes.toSorted((a, b) => a - b));
    expect(sink.sizes.at(-1)).toBe(65_500);
  });

  test('longer than a batch go each in one of its own', () => {
    const sink = new FakeSink();
    const batches = new Batches(templateOf(200_000), sink);
    for (let i = 0; i < 3; i++) {
      fill(batches, i);
      batches.next();
    }
    expect(sink.sizes).toEqual([200_000, 200_000, 200_000]);
  });
});

describe('memory', () => {
  test('is used again when the socket is done with it, so that little is needed for much', () => {
    const sink = new FakeSink();
    const batches = new Batches(templateOf(1000), sink);
    const buffers = new Set<ArrayBufferLike>();
    for (let i = 0; i < 100_000; i++) {
      buffers.add(batches.bytes.buffer);
      batches.next();
      while (sink.waiting.length > 2) sink.finish(0);
    }
    // Those that were outgrown, and the few that are in use in turn.
    expect(buffers.size).toBeLessThan(20);
  });
});

describe('a socket that asks to wait', () => {
  test('is heard by whoever fills the batch, or flushes it, until it takes more', () => {
    const sink = new FakeSink();
    const batches = new Batches(templateOf(10), sink);
    fill(batches, 1);
    expect(batches.next()).toBe(true);
    sink.isWritable = false;
    expect(batches.flush()).toBe(false);
    // It stays so though nothing is there to be flushed, and though more is filled.
    expect(batches.flush()).toBe(false);
    fill(batches, 2);
    expect(batches.next()).toBe(false);
    sink.isWritable = true;
    batches.onWritable();
    fill(batches, 3);
    expect(batches.next()).toBe(true);
    expect(batches.flush()).toBe(true);
  });

  test('is not asked when there is nothing to send', () => {
    const sink = new FakeSink();
    const batches = new Batches(templateOf(10), sink);
    expect(batches.offset).toBe(0);
    expect(batches.flush()).toBe(true);
    expect(sink.sizes).toEqual([]);
  });
});
