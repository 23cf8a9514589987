import { describe, expect, test } from 'vitest';
import { renderCalibration } from '../../src/report/calibration-summary.js';
import { paintFor } from '../../src/report/paint.js';
import type { Calibration } from '../../src/result/calibration.js';
import { exampleCalibration } from '../support/example-calibration.js';

function render(calibration: Calibration, columns = 80): string {
  return renderCalibration(calibration, { columns, paint: paintFor({}) });
}

describe('the summary of a calibration', () => {
  test('reads like this at 80 columns', async () => {
    const text = `${render(exampleCalibration())}\n`;
    await expect(text).toMatchFileSnapshot('golden/calibration-summary-80.txt');
  });

  test('of one round and a few modes reads like this', async () => {
    const { ceilings } = exampleCalibration();
    const few = ceilings.filter(({ mode }) => mode === 'publish' || mode === 'consume');
    const calibration = exampleCalibration({ rounds: 1, client: 'amqplib', ceilings: few });
    const path = 'golden/calibration-summary-one-round.txt';
    await expect(`${render(calibration)}\n`).toMatchFileSnapshot(path);
  });

  test('has no line wider than the terminal, whatever the processor is called', () => {
    const { environment } = exampleCalibration();
    const cpuModel = 'A Processor With A Name (R) That Does Not End @ 2.40 GHz, Third Generation';
    const calibration = exampleCalibration({ environment: { ...environment, cpuModel } });
    for (const columns of [70, 80, 100, 160]) {
      const widths = render(calibration, columns)
        .split('\n')
        .map((line) => line.length);
      expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
    }
  });
});
