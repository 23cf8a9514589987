import { LatencyHistogram } from '../measure/latency-histogram.js';
import type { Latencies, Trial } from '../result/result.js';

type LatencyName = keyof Latencies;

/** Merges encoded histograms by name; a name without a sample is left out. */
export function mergeHistograms(
  histograms: Readonly<Record<LatencyName, readonly string[]>>,
): Latencies {
  const summaries = Object.entries(histograms).map(([name, parts]) => {
    const whole = LatencyHistogram.empty();
    for (const part of parts) whole.merge(LatencyHistogram.decode(part));
    return [name, whole.summarize()] as const;
  });
  return Object.fromEntries(summaries.filter(([, summary]) => summary !== undefined));
}

/** The latencies of a case's valid trials taken together. */
export function mergeTrials(trials: readonly Trial[]): Latencies {
  const valid = trials.filter((trial) => trial.valid);
  const parts = (name: LatencyName) =>
    valid.flatMap(({ latencyMicros }) => latencyMicros[name]?.histogram ?? []);
  return mergeHistograms({
    endToEnd: parts('endToEnd'),
    service: parts('service'),
    confirm: parts('confirm'),
    confirmService: parts('confirmService'),
    publishLag: parts('publishLag'),
  });
}
