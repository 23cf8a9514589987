import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DelayRecord } from '../../../src/amqp/null-broker/delay-record.js';

const askedMicros = 5000;

describe('a record of delays', () => {
  test('has the quantiles of the sorted delays', () => {
    const late = fc.integer({ min: 0, max: 99_999 });
    fc.assert(
      fc.property(fc.array(late, { minLength: 1, maxLength: 300 }), (lates) => {
        const record = new DelayRecord(askedMicros);
        for (const micros of lates) record.add(askedMicros + micros);
        const sorted = lates.map((micros) => askedMicros + micros).sort((a, b) => a - b);
        const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
        expect(record.summarize()).toEqual({
          count: lates.length,
          medianMicros: at(0.5),
          p99Micros: at(0.99),
          maxMicros: sorted.at(-1),
        });
      }),
    );
  });

  test('keeps the longest as it is, however late', () => {
    const record = new DelayRecord(askedMicros);
    record.add(7_000_000);
    expect(record.summarize()).toMatchObject({ count: 1, maxMicros: 7_000_000 });
  });

  test('of nothing is all zeros', () => {
    const nothing = { count: 0, medianMicros: 0, p99Micros: 0, maxMicros: 0 };
    expect(new DelayRecord(askedMicros).summarize()).toEqual(nothing);
  });
});
