import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { paintFor } from '../../src/report/paint.js';
import { renderRunSummary } from '../../src/report/run-summary.js';
import { exampleCase, exampleResult, exampleTrial } from '../support/example-result.js';
import { everyKind, everyWarning } from './every-warning.js';

const kinds = Object.keys(everyKind).sort();

function troubledResult() {
  const trial = exampleTrial(300, { valid: false, warnings: everyWarning() });
  const { environment } = exampleResult([]);
  return exampleResult([exampleCase('default', [], { trials: [trial] })], {
    environment: { ...environment, sharedWithBroker: true },
  });
}

test.each([80, 160])('every kind of warning reads like this at %d columns', async (columns) => {
  const warned = everyWarning().map(({ kind }) => kind);
  expect(warned.sort()).toEqual(kinds);
  const text = renderRunSummary(troubledResult(), { columns, paint: paintFor({}) });
  await expect(`${text}\n`).toMatchFileSnapshot(`golden/every-warning-${columns}.txt`);
});

test('every kind of warning is explained once in the README, with what to do', async () => {
  const readme = await readFile('README.md', 'utf8');
  const section = readme.split('### Warnings')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| `([a-z-]+)`[^|]*\| [^|]+ \| [^|]+ \|$/gm)];
  expect(rows.map(([, kind]) => kind).sort()).toEqual(kinds);
});

test('that brokers share the machine is said only where they do', () => {
  const text = (sharedWithBroker: boolean) => {
    const result = troubledResult();
    const environment = { ...result.environment, sharedWithBroker };
    return renderRunSummary({ ...result, environment }, { columns: 160, paint: paintFor({}) });
  };
  expect(text(true)).toContain('the brokers shared this machine with the generator');
  expect(text(false)).not.toContain('shared this machine');
});
