import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wasDeadLettered } from '../../../src/amqp/protocol/dead-letter.js';
import {
  type MessageProperties,
  propertyBytes,
} from '../../../src/amqp/protocol/message-properties.js';
import { ProtocolError } from '../../../src/amqp/protocol/protocol-error.js';
import { fieldTable, shortString } from './field-tables.js';

const deaths = [{ count: 1, reason: 'rejected', queue: 'work', exchange: '' }];

function isDeadLetter(properties: MessageProperties): boolean {
  const bytes = propertyBytes(properties);
  return wasDeadLettered(bytes, 0, bytes.length);
}

describe('a dead letter', () => {
  test('is known by its x-death header, whatever other properties there are', () => {
    const others = fc.record(
      {
        contentType: shortString,
        contentEncoding: shortString,
        priority: fc.nat(255),
        messageId: shortString,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(others, fieldTable, (properties, headers) => {
        expect(isDeadLetter({ ...properties, headers: { ...headers, 'x-death': deaths } })).toBe(
          true,
        );
        expect(isDeadLetter({ ...properties, headers })).toBe(false);
        expect(isDeadLetter(properties)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('is refused with a ProtocolError wherever its properties are cut off', () => {
    const headers = { first: 'one', 'x-death': deaths };
    const bytes = propertyBytes({ contentType: 'text', contentEncoding: 'none', headers });
    for (let end = 2; end < bytes.length; end++) {
      expect(() => wasDeadLettered(bytes, 0, end)).toThrow(ProtocolError);
    }
  });
});
