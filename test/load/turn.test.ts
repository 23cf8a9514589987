import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { turnOf } from '../../src/load/turn.js';

describe('a turn', () => {
  test.each([
    [12, 512, 64],
    [128, 512, 64],
    [1024, 64, 8],
    [8192, 8, 1],
    [65_536, 1, 1],
    [1_000_000, 1, 1],
  ])('of bodies of %d bytes is %d messages, %d at a reading of the clock', (bytes, all, some) => {
    expect(turnOf(bytes)).toEqual({ messages: all, messagesPerReading: some });
  });

  test('has at least one message, and no more than its bytes, whatever their size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 10_000_000 }), (payloadBytes) => {
        const { messages, messagesPerReading } = turnOf(payloadBytes);
        expect(messagesPerReading).toBeGreaterThanOrEqual(1);
        expect(messages).toBeGreaterThanOrEqual(messagesPerReading);
        if (messages > 1) expect(messages * payloadBytes).toBeLessThanOrEqual(65_536);
      }),
    );
  });
});
