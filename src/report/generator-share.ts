import type { Result } from '../result/result.js';

/**
 * How near the generator came to what it can do, in a line. Without a calibration there is none,
 * unless the generator was what limited: then it says how to learn what it can do.
 */
export function generatorLines({ environment, cases }: Result): string[] {
  const trials = cases.flatMap((one) => one.trials);
  const shares = trials.flatMap(({ ofGeneratorCeiling }) => ofGeneratorCeiling ?? []);
  const { generatorCeiling, publisherThreads, consumerThreads } = environment;
  if (generatorCeiling !== null && shares.length > 0) {
    const whose = publisherThreads + consumerThreads === 2 ? 'one core a side' : 'its threads';
    const share = percentText(Math.max(...shares));
    const day = generatorCeiling.measuredAt.slice(0, 10);
    return [`generator: at most ${share} of what ${whose} can do here (calibrated ${day}).`];
  }
  const isBusy = trials.some(({ warnings }) =>
    warnings.some(({ kind }) => kind === 'generator-busy'),
  );
  if (generatorCeiling !== null || !isBusy) return [];
  return ['`rmqbench calibrate` measures what the generator can do on this machine.'];
}

/** That rates are those of brokers which had to share their processors, where they had to. */
export function sharedMachineLines({ environment }: Result): string[] {
  // Older results do not know.
  return environment.sharedWithBroker
    ? ['the brokers shared this machine with the generator: read ratios, not rates.']
    : [];
}

/** Rounded up, for it says "at most"; but 1.12 × 100 is 112.00000000000001 in floating point. */
function percentText(share: number): string {
  return `${Math.ceil(share * 100 - 1e-9)} %`;
}
