import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type FieldTable,
  type FieldValue,
  readTable,
  shortStringBytes,
  tableBytes,
} from '../../../src/amqp/protocol/field-table.js';
import { ProtocolError } from '../../../src/amqp/protocol/protocol-error.js';
import { amqplibCodec } from './amqplib-codec.js';
import { commonTable, fieldTable } from './field-tables.js';

/** The table without the length before it. */
function fieldsOf(table: FieldTable): Buffer {
  const bytes = tableBytes(table);
  expect(bytes.readUInt32BE(0)).toBe(bytes.length - 4);
  return bytes.subarray(4);
}

function readAll(fields: Buffer): FieldTable {
  return readTable(fields, 0, fields.length);
}

/** A table with one value, named "x", of these bytes. */
function read(...value: readonly (string | Buffer | number)[]): FieldValue | undefined {
  const bytes = value.map((part) =>
    typeof part === 'number' ? Buffer.of(part) : Buffer.from(part),
  );
  return readAll(Buffer.concat([Buffer.from('\x01x'), ...bytes]))['x'];
}

describe('a table', () => {
  test('is read as what was written, whatever it holds', () => {
    fc.assert(
      fc.property(fieldTable, (table) => {
        expect(readAll(fieldsOf(table))).toEqual(table);
      }),
      { numRuns: 1000 },
    );
  });

  test('is read by amqplib as what was written', () => {
    fc.assert(
      fc.property(commonTable, (table) => {
        expect(amqplibCodec.decodeFields(fieldsOf(table))).toEqual(table);
      }),
      { numRuns: 1000 },
    );
  });

  test('that amqplib wrote is read as what it wrote', () => {
    const bytes = Buffer.alloc(64 * 1024);
    fc.assert(
      fc.property(commonTable, (table) => {
        const length = amqplibCodec.encodeTable(bytes, table, 0);
        expect(readTable(bytes, 4, length)).toEqual(table);
      }),
      { numRuns: 1000 },
    );
  });

  test('may have a field called __proto__, which is one like any other', () => {
    const table = readAll(fieldsOf(Object.fromEntries([['__proto__', { polluted: true }]])));
    expect(Object.keys(table)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(table)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('is a copy of the bytes it was read from', () => {
    const fields = fieldsOf({ x: Buffer.from('abc'), y: 'def' });
    const table = readAll(fields);
    fields.fill(0);
    expect(table).toEqual({ x: Buffer.from('abc'), y: 'def' });
  });

  test('refuses a name of more than 255 bytes', () => {
    expect(() => tableBytes({ ['é'.repeat(128)]: 1 })).toThrow(RangeError);
    expect(shortStringBytes('é'.repeat(127))).toHaveLength(255);
  });
});

describe('RabbitMQ’s types', () => {
  const double = Buffer.alloc(8);
  double.writeDoubleBE(-1.5);
  const float = Buffer.alloc(4);
  float.writeFloatBE(0.25);

  test.each<[string, FieldValue | undefined, FieldValue]>([
    ['t, true', read('t', 1), true],
    ['t, false', read('t', 0), false],
    ['t, true as any other octet', read('t', 255), true],
    ['b, a signed octet', read('b', 0x80), -128],
    ['B, an octet', read('B', 0x80), 128],
    ['s, a signed short', read('s', 0x80, 0), -32_768],
    ['u, a short', read('u', 0x80, 0), 32_768],
    ['I, a signed long', read('I', 0x80, 0, 0, 0), -(2 ** 31)],
    ['i, a long', read('i', 0x80, 0, 0, 0), 2 ** 31],
    ['l, a signed long long', read('l', Buffer.alloc(8, 0xff)), -1],
    ['T, a timestamp', read('T', 0, 0, 0, 1, 0, 0, 0, 0), 2 ** 32],
    ['f, a float', read('f', float), 0.25],
    ['d, a double', read('d', double), -1.5],
    ['D, a decimal', read('D', 2, 0, 0, 1, 0), 2.56],
    ['D, a negative decimal', read('D', 1, 0xff, 0xff, 0xff, 0xfe), -0.2],
    ['V, nothing', read('V'), null],
    ['S, a text', read('S', 0, 0, 0, 2, 'é'), 'é'],
    ['x, bytes', read('x', 0, 0, 0, 2, 'ab'), Buffer.from('ab')],
    ['A, a list', read('A', 0, 0, 0, 3, 'Vt', 1), [null, true]],
    ['A, an empty list', read('A', 0, 0, 0, 0), []],
    ['F, a table', read('F', 0, 0, 0, 3, 1, 'yV'), { y: null }],
    ['F, an empty table', read('F', 0, 0, 0, 0), {}],
  ])('%s', (_, value, expected) => {
    expect(value).toEqual(expected);
  });

  test('hold no others', () => {
    const known = 'tbBsuIilTfdDVSxAF';
    for (let tag = 0; tag < 256; tag++) {
      if (known.includes(String.fromCharCode(tag))) continue;
      expect(() => read(tag, Buffer.alloc(16))).toThrow('a value of unknown type');
    }
  });
});

describe('what is no table', () => {
  test('is refused wherever it was cut off, unless just there a field ends', () => {
    fc.assert(
      fc.property(fieldTable, (table) => {
        const fields = fieldsOf(table);
        const count = Object.keys(table).length;
        for (let end = 0; end < fields.length; end++) {
          const left = orProtocolError(() => readTable(fields, 0, end));
          expect(Object.keys(left ?? {}).length).toBeLessThan(count);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('is refused with a ProtocolError, or read, but nothing else, whatever the bytes are', () => {
    const almost = fc
      .tuple(fieldTable.map(fieldsOf), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
      .map(([fields, changes]) => {
        for (const [at, to] of changes) if (fields.length > 0) fields[at % fields.length] = to;
        return fields;
      });
    const any = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(almost, any), (fields) => {
        orProtocolError(() => readAll(fields));
      }),
      { numRuns: 5000 },
    );
  });

  test('never is read beyond its end, though bytes follow', () => {
    const fields = Buffer.concat([fieldsOf({ x: 'abc' }), Buffer.from('def')]);
    fields.writeUInt32BE(5, 3);
    expect(() => readTable(fields, 0, fields.length - 3)).toThrow(ProtocolError);
  });

  test('is refused when an inner table or list is longer than the outer one', () => {
    expect(() => read('F', 0, 0, 0, 4, 1, 'yV')).toThrow('longer than what holds it');
    expect(() => read('A', 0xff, 0xff, 0xff, 0xff, 'V')).toThrow('longer than what holds it');
  });

  test('is refused when it is nested so deeply that reading it might end the stack', () => {
    let fields = Buffer.alloc(0);
    for (let i = 0; i < 10_000; i++) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(fields.length);
      fields = Buffer.concat([Buffer.from('\x01xF'), length, fields]);
    }
    expect(() => readAll(fields)).toThrow('nested too deeply');
  });
});

function orProtocolError<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ProtocolError);
    return undefined;
  }
}
