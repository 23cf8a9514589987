import fc from 'fast-check';
import type { FieldTable, FieldValue } from '../../../src/amqp/protocol/field-table.js';

/** At most 255 bytes, as names and the texts of most properties are. */
export const shortString = fc
  .string({ unit: 'binary', maxLength: 80 })
  .filter((text) => Buffer.byteLength(text) <= 255);

const text = fc.string({ unit: 'binary' });

/** Not -0, which travels as 0. */
const number = fc
  .oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1),
    fc.double(),
  )
  .map((one) => (Object.is(one, -0) ? 0 : one));

/** What amqplib can encode, too: it takes no NaN, and large negative numbers for integers. */
const commonNumber = fc
  .oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, min: -1e12, max: 1e12 }))
  .map((one) => (Object.is(one, -0) ? 0 : one));

interface Kinds {
  readonly names: fc.Arbitrary<string>;
  readonly numbers: fc.Arbitrary<number>;
}

function tables({ names, numbers }: Kinds): fc.Arbitrary<FieldTable> {
  const tied = fc.letrec<{ value: FieldValue; table: FieldTable; list: FieldValue[] }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      numbers,
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      tie('list'),
      tie('table'),
    ),
    list: fc.array(tie('value'), { maxLength: 5 }),
    table: fc
      .array(fc.tuple(names, tie('value')), { maxLength: 6 })
      .map((fields) => Object.fromEntries(fields)),
  }));
  return tied.table;
}

/** Tables of everything that ours can encode, with names that mean something to JavaScript. */
export const fieldTable = tables({
  names: fc.oneof(shortString, fc.constantFrom('__proto__', 'constructor', 'toString', '')),
  numbers: number,
});

/** Tables that amqplib can encode and decode, too. */
export const commonTable = tables({
  names: shortString.filter((name) => name !== '__proto__' && name !== '!'),
  numbers: commonNumber,
});
