import type { LedgerContext } from '../measure/ledger.js';
import { toSeries } from '../measure/series.js';
import type { GeneratorCeiling } from '../result/generator-ceiling.js';
import type { Latencies, Throughput, Trial } from '../result/result.js';
import { closeBooks } from './books.js';
import { ofGeneratorCeiling } from './ceiling-share.js';
import { connectionsOf } from './connections.js';
import { trialEvents } from './events.js';
import type { FinishedTrial } from './measured.js';
import { mergeHistograms } from './merge-latencies.js';
import { nodeTroubles } from './node-troubles.js';
import { observedOf, windowCpuMicros } from './observed.js';
import { observedSeries } from './observed-series.js';
import { sampleMicros } from './sampler.js';
import { littlesLawOf, steadyStateOf } from './steadiness.js';
import { troublesOf } from './troubles.js';
import { trialWarnings } from './warnings.js';

/**
 * Merges what the threads recorded into one trial of the result; `generatorCeiling` is what this
 * machine's generator can do, if that is known.
 */
export function toTrial(
  finished: FinishedTrial,
  generatorCeiling: GeneratorCeiling | null = null,
): Trial {
  const { planned, instants, redeclarations } = finished;
  const { startMicros } = instants;
  const throughput = throughputOf(finished);
  const ledger = closeBooks(finished, ledgerContext(finished));
  const latencyMicros = latenciesOf(finished);
  const troubles = troublesOf(finished);
  const connections = connectionsOf(troubles);
  const unsent = finished.publishers.reduce((total, record) => total + record.unsent, 0);
  const steadyState = steadyStateOf(finished);
  const measured = { throughput, unsent, latencyMicros, ledger, connections, steadyState };
  const observed = observedOf(finished.watched, instants);
  const judged = { ...measured, observed, littlesLaw: littlesLawOf(finished, measured) };
  const warnings = trialWarnings(finished, judged);
  const windowSeconds = (instants.stopMicros - startMicros) / 1e6;
  const { publishedPerSecond, consumedPerSecond } = throughput;
  const messages = ((publishedPerSecond + consumedPerSecond) / 2) * windowSeconds;
  return {
    round: planned.round,
    position: planned.position,
    startedAt: finished.startedAt.toISOString(),
    valid: !warnings.some(({ kind }) => kind === 'generator-busy' || kind === 'clock'),
    warnings,
    ...judged,
    events: trialEvents({
      troubles,
      redeclarations,
      nodeTroubles: nodeTroubles(finished.watched.nodes),
      startMicros,
    }),
    cost: costOf(finished, messages),
    ofGeneratorCeiling: ofGeneratorCeiling({ finished, throughput }, generatorCeiling),
    series: {
      ...toSeries(finished.sampler.samples, startMicros, sampleMicros),
      observed: observedSeries(finished.watched, startMicros),
    },
  };
}

function ledgerContext(finished: FinishedTrial): Omit<LedgerContext, 'foreign'> {
  const { publishers } = finished.planned.plannedCase.settings;
  const unroutable = finished.plan.publishers.filter(({ isUnroutable }) => isUnroutable);
  return {
    confirms: publishers.confirm.kind !== 'none',
    // What is mandatory comes back, and is told as returned.
    unroutable: new Set(publishers.mandatory ? [] : unroutable.map(({ id }) => id)),
    leftInQueues: finished.leftInQueues,
    uncountedQueues: uncountedQueuesOf(finished),
    startMicros: finished.instants.startMicros,
  };
}

/** A message costs a sending and a receiving, of which a window may hold unequal numbers. */
function costOf({ cpuMicros, watched }: FinishedTrial, messages: number): Trial['cost'] {
  const perMessage = (micros: number | null) =>
    micros !== null && messages > 0 ? micros / messages : null;
  return {
    generatorCpuMicrosPerMessage: perMessage(cpuMicros),
    brokerCpuMicrosPerMessage: perMessage(windowCpuMicros(watched, 'node')),
    loadBalancerCpuMicrosPerMessage: perMessage(windowCpuMicros(watched, 'load-balancer')),
  };
}

/** A queue whose consumer did not end in order may still believe that messages are on their way. */
function uncountedQueuesOf({ plan, consumers, uncountedQueues }: FinishedTrial): number {
  const unfinished = new Set(consumers.flatMap((record) => record.unfinishedQueues));
  // One that could not be asked either is not told twice.
  return Math.min(plan.queues.length, uncountedQueues + unfinished.size);
}

function throughputOf({ planned, instants, publishers, consumers }: FinishedTrial): Throughput {
  const { rate: asked } = planned.plannedCase.settings.publishers;
  const seconds = (instants.stopMicros - instants.startMicros) / 1e6;
  const rate = <T>(records: readonly T[], count: (record: T) => number) =>
    records.reduce((total, record) => total + count(record), 0) / seconds;
  const offeredPerSecond = rate(publishers, (record) => record.offeredInWindow);
  return {
    offeredPerSecond: asked.kind === 'max' ? null : offeredPerSecond,
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
