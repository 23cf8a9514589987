import fc from 'fast-check';

type Change = (bytes: Buffer) => Buffer;

const place = fc.nat(1_000_000);
const octet = fc.oneof(fc.constantFrom(0, 1, 2, 3, 8, 0xce, 0xff), fc.nat(255));

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, octet).map(
    ([at, to]): Change =>
      (bytes) => {
        const changed = Buffer.from(bytes);
        if (bytes.length > 0) changed[at % bytes.length] = to;
        return changed;
      },
  ),
  // Sizes: of a frame, of a table, of a text.
  fc.tuple(place, fc.integer({ min: 0, max: 2 ** 32 - 1 })).map(
    ([at, to]): Change =>
      (bytes) => {
        const changed = Buffer.from(bytes);
        if (bytes.length >= 4) changed.writeUInt32BE(to, at % (bytes.length - 3));
        return changed;
      },
  ),
  place.map(
    (at): Change =>
      (bytes) =>
        bytes.subarray(0, at % (bytes.length + 1)),
  ),
  fc.tuple(place, fc.uint8Array({ maxLength: 20 })).map(
    ([at, more]): Change =>
      (bytes) => {
        const split = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, split), more, bytes.subarray(split)]);
      },
  ),
  fc.tuple(place, place).map(
    ([at, count]): Change =>
      (bytes) => {
        const split = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, split), bytes.subarray(split + (count % 100))]);
      },
  ),
  // Frames that come twice, or where others should be.
  fc.tuple(place, place, place).map(
    ([from, to, at]): Change =>
      (bytes) => {
        const ends = [from % (bytes.length + 1), to % (bytes.length + 1)].sort((a, b) => a - b);
        const split = at % (bytes.length + 1);
        const again = bytes.subarray(ends[0], ends[1]);
        return Buffer.concat([bytes.subarray(0, split), again, bytes.subarray(split)]);
      },
  ),
);

/** These bytes after a few changes, each of which a broken or hostile peer might make. */
export function mutated(bytes: Buffer): fc.Arbitrary<Buffer> {
  return fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) => changes.reduce((changed, apply) => apply(changed), bytes));
}

/** Frames that keep the layout, but hold anything, and mostly claim to be as long as they are. */
export const anyFrames: fc.Arbitrary<Buffer> = fc
  .array(
    fc.record({
      type: fc.oneof(fc.constantFrom(1, 2, 3, 8), octet),
      channel: fc.oneof(fc.constantFrom(0, 1), fc.nat(65_535)),
      payload: fc.uint8Array({ maxLength: 40 }),
      tooMuch: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: -3, max: 3 })),
      end: fc.oneof({ weight: 9, arbitrary: fc.constant(0xce) }, octet),
    }),
    { maxLength: 8 },
  )
  .map((frames) =>
    Buffer.concat(
      frames.map(({ type, channel, payload, tooMuch, end }) => {
        const head = Buffer.from([type, 0, 0, 0, 0, 0, 0]);
        head.writeUInt16BE(channel, 1);
        head.writeUInt32BE(Math.max(0, payload.length + tooMuch), 3);
        return Buffer.concat([head, payload, Buffer.of(end)]);
      }),
    ),
  );

export const anyBytes: fc.Arbitrary<Buffer> = fc
  .uint8Array({ maxLength: 100 })
  .map((bytes) => Buffer.from(bytes));
