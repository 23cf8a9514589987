import { toSeries } from '../measure/series.js';
import type { GeneratorCeiling } from '../result/generator-ceiling.js';
import type { Latencies, Throughput, Trial } from '../result/result.js';
import { closeBooks } from './books.js';
import { ofGeneratorCeiling } from './ceiling-share.js';
import type { FinishedTrial } from './measured.js';
import { mergeHistograms } from './merge-latencies.js';
import { sampleMicros } from './sampler.js';
import { trialWarnings } from './warnings.js';

/**
 * Merges what the threads recorded into one trial of the result; `generatorCeiling` is what this
 * machine's generator can do, if that is known.
 */
export function toTrial(
  finished: FinishedTrial,
  generatorCeiling: GeneratorCeiling | null = null,
): Trial {
  const { planned, instants } = finished;
  const throughput = throughputOf(finished);
  const ledger = closeBooks(finished, {
    confirms: planned.plannedCase.settings.publishers.confirm.kind !== 'none',
    leftInQueues: finished.leftInQueues,
  });
  const latencyMicros = latenciesOf(finished);
  const warnings = trialWarnings(finished, { throughput, latencyMicros, ledger });
  const windowSeconds = (instants.stopMicros - instants.startMicros) / 1e6;
  const { publishedPerSecond, consumedPerSecond } = throughput;
  const messages = ((publishedPerSecond + consumedPerSecond) / 2) * windowSeconds;
  return {
    round: planned.round,
    position: planned.position,
    startedAt: finished.startedAt.toISOString(),
    valid: !warnings.some(({ kind }) => kind === 'generator-busy' || kind === 'clock'),
    warnings,
    throughput,
    latencyMicros,
    ledger,
    cost: { generatorCpuMicrosPerMessage: cpuMicrosPerMessage(finished.cpuMicros, messages) },
    ofGeneratorCeiling: ofGeneratorCeiling({ finished, throughput }, generatorCeiling),
    series: toSeries(finished.sampler.samples, instants.startMicros, sampleMicros),
  };
}

/** A message costs a sending and a receiving, of which a window may hold unequal numbers. */
function cpuMicrosPerMessage(cpuMicros: number, messages: number): number | null {
  return messages > 0 ? cpuMicros / messages : null;
}

function throughputOf({ instants, publishers, consumers }: FinishedTrial): Throughput {
  const seconds = (instants.stopMicros - instants.startMicros) / 1e6;
  const rate = <T>(records: readonly T[], count: (record: T) => number) =>
    records.reduce((total, record) => total + count(record), 0) / seconds;
  return {
    publishedPerSecond: rate(publishers, (record) => record.publishedInWindow),
    confirmedPerSecond: rate(publishers, (record) => record.confirmedInWindow),
    consumedPerSecond: rate(consumers, (record) => record.consumedInWindow),
    consumedBytesPerSecond: rate(consumers, (record) => record.consumedBytesInWindow),
  };
}

function latenciesOf({ publishers, consumers }: FinishedTrial): Latencies {
  return mergeHistograms({
    endToEnd: consumers.map(({ endToEnd }) => endToEnd),
    service: consumers.map(({ service }) => service),
    confirm: publishers.map(({ confirm }) => confirm),
    confirmService: publishers.map(({ confirmService }) => confirmService),
    publishLag: publishers.map(({ publishLag }) => publishLag),
  });
}
