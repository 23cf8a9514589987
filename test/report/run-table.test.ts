import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { caseTable } from '../../src/report/case-rows.js';
import { type Paint, paintFor } from '../../src/report/paint.js';
import { renderRunTable } from '../../src/report/run-table.js';
import type { ResultCase } from '../../src/result/result.js';
import { exampleCase, exampleLatency, exampleResult } from '../support/example-result.js';
import { troubledMatrix } from './matrix.js';

const paint = paintFor({});

function render(cases: readonly ResultCase[], columns: number, colours: Paint = paint): string {
  return renderRunTable(caseTable(exampleResult(cases)), { columns, paint: colours });
}

function widest(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

describe('the table of a run', () => {
  test.each([80, 160])('reads like this at %d columns', async (columns) => {
    const table = render(troubledMatrix(), columns);
    await expect(`${table}\n`).toMatchFileSnapshot(`golden/run-table-${columns}.txt`);
  });

  test('is never wider than the terminal, from 70 columns on', () => {
    const columns = fc.integer({ min: 70, max: 200 });
    fc.assert(
      fc.property(columns, (given) => {
        expect(widest(render(troubledMatrix(), given))).toBeLessThanOrEqual(given);
      }),
    );
  });

  test('has a line for each case below its head, and no line ends in spaces', () => {
    const lines = render(troubledMatrix(), 100).split('\n');
    expect(lines).toHaveLength(17);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  });

  test('gives up the range where there is no room for it', () => {
    const head = (columns: number) => render(troubledMatrix(), columns).split('\n')[0];
    expect(head(160)).toContain('range');
    expect(head(72)).not.toContain('range');
  });

  test('of one case that varies nothing has its figures alone', () => {
    const one = exampleCase('default', [12_340, 12_500, 12_900], {
      latencyMicros: { service: exampleLatency(870) },
    });
    expect(`\n${render([one], 80)}\n`).toMatchInlineSnapshot(`
      "
      sent/s   msg/s        range     p50      p99    p99.9   lost
       12.5k   12.5k   12.3–12.9k   870µs   3.83ms   10.2ms      0
      "
    `);
  });

  test('writes the range of rates in different units with both', () => {
    expect(render([exampleCase('default', [9000, 11_000])], 80)).toContain('9000–11.0k');
  });

  test('has the same width with colours and without', () => {
    const red: Paint = { ...paint, red: (text) => `\u001b[31m${text}\u001b[39m` };
    const coloured = render(troubledMatrix(), 80, red);
    const plain = render(troubledMatrix(), 80);
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });
});
