import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type FieldTable,
  readTable,
  shortStringBytes,
  tableBytes,
} from '../../../src/amqp/protocol/field-table.js';
import { hasHeader } from '../../../src/amqp/protocol/has-header.js';
import { ProtocolError } from '../../../src/amqp/protocol/protocol-error.js';
import { fieldTable, shortString } from './field-tables.js';

/** The fields of a table somewhere in memory, which claims on both sides to have the header. */
function surrounded(fields: Buffer, name: string) {
  const field = Buffer.concat([shortStringBytes(name), Buffer.from('V')]);
  return {
    bytes: Buffer.concat([field, fields, field]),
    start: field.length,
    end: field.length + fields.length,
  };
}

function isFound(fields: Buffer, name: string): boolean {
  const { bytes, start, end } = surrounded(fields, name);
  return hasHeader(bytes, start, end, Buffer.from(name));
}

const fieldsOf = (table: FieldTable) => tableBytes(table).subarray(4);

/** Names of the table itself and of tables within, and others. */
const tableAndName = fieldTable.chain((table) =>
  fc.tuple(fc.constant(table), fc.oneof(fc.constantFrom('x', ...Object.keys(table)), shortString)),
);

describe('a header', () => {
  test('is found if and only if the table has it, whatever else it holds', () => {
    fc.assert(
      fc.property(tableAndName, ([table, name]) => {
        expect(isFound(fieldsOf(table), name)).toBe(Object.hasOwn(table, name));
      }),
      { numRuns: 2000 },
    );
  });

  test('is not found within the value of another', () => {
    const table = { headers: { 'x-death': 1 }, list: [{ 'x-death': 1 }], text: 'x-death' };
    expect(isFound(fieldsOf(table), 'x-death')).toBe(false);
    expect(isFound(fieldsOf({ ...table, 'x-death': [] }), 'x-death')).toBe(true);
  });

  test.each([
    ['t', 1],
    ['b', 1],
    ['B', 1],
    ['s', 2],
    ['u', 2],
    ['I', 4],
    ['i', 4],
    ['l', 8],
    ['T', 8],
    ['f', 4],
    ['d', 8],
    ['D', 5],
    ['V', 0],
  ])('is found behind a value of type %s, which has %i bytes', (type, length) => {
    const value = Buffer.concat([Buffer.from(type), Buffer.alloc(length, 1)]);
    const fields = Buffer.concat([
      shortStringBytes('first'),
      value,
      shortStringBytes('x-death'),
      Buffer.from('V'),
    ]);
    expect(Object.keys(readTable(fields, 0, fields.length))).toEqual(['first', 'x-death']);
    expect(isFound(fields, 'x-death')).toBe(true);
    expect(isFound(fields, 'second')).toBe(false);
  });
});

describe('a table that is none', () => {
  test('is refused with a ProtocolError when the header is sought in vain, as when it is read', () => {
    // Nothing looks into inner tables here: without any, both must agree.
    const flat = fieldTable.map((table) =>
      Object.fromEntries(
        Object.entries(table).filter(([, one]) => one === null || typeof one !== 'object'),
      ),
    );
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(flat, fc.array(change, { maxLength: 4 }), (table, changes) => {
        const fields = Buffer.from(fieldsOf(table));
        for (const [at, to] of changes) if (fields.length > 0) fields[at % fields.length] = to;
        fc.pre(!/[AF]/.test(fields.toString('latin1')));
        const read = () => readTable(fields, 0, fields.length);
        const seek = () => isFound(fields, 'no such header');
        expect(failureOf(seek)).toBe(failureOf(read));
      }),
      { numRuns: 3000 },
    );
  });

  test('is refused or searched, never without end and never beyond its own, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const seen: number[] = [];
        const watched = new Proxy(bytes, {
          get: (target, property) => {
            const index = Number(property);
            if (Number.isInteger(index)) seen.push(index);
            return Reflect.get(target, property, target);
          },
        });
        failureOf(() => hasHeader(watched, 10, Math.max(10, bytes.length - 10), Buffer.from('x')));
        for (const index of seen) {
          expect(index).toBeGreaterThanOrEqual(10);
          expect(index).toBeLessThan(bytes.length - 10);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

/** The message of the ProtocolError; any other error is none of these. */
function failureOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof ProtocolError)) throw thrown;
    return thrown.message;
  }
}
