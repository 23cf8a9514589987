import { formatCount } from '../../base/units.js';
import type { LittlesLaw } from '../../measure/littles-law.js';
import type { Trial, Warning } from '../../result/result.js';
import { percentText, secondsText } from './wording.js';

/** A window too short to tell is no warning: the trial says that it is unknown. */
export function unsteadyThroughput({
  steadyState,
  throughput,
}: Pick<Trial, 'steadyState' | 'throughput'>): Warning[] {
  if (steadyState?.verdict !== 'unsettled') return [];
  const { rate, truncatedSeconds, truncatedFrom, shiftShare } = steadyState;
  if (truncatedSeconds === null || shiftShare === null) return [];
  const which = truncatedFrom === 'start' ? 'first' : 'last';
  const change = `${percentText(Math.abs(shiftShare))} ${shiftShare > 0 ? 'higher' : 'lower'}`;
  const hint =
    truncatedFrom === 'start'
      ? 'Raise measure.warmup until it has.'
      : 'Something changed on the way: a longer measure.duration shows where it leads.';
  const atRateMax = ' Or fix the rate: at rate max queues that grow slow their publishers.';
  const text = `The rate of what was ${rate} had not settled: without the ${which} ${secondsText(truncatedSeconds)} its mean would be ${change}. ${hint}${throughput.offeredPerSecond === null ? atRateMax : ''}`;
  return [{ kind: 'unsteady', text }];
}

export function brokenLaw({ littlesLaw }: Pick<Trial, 'littlesLaw'>): Warning[] {
  return [
    ...contradiction(littlesLaw.confirms, 'awaited their confirms', 'confirm and confirmService'),
    ...contradiction(littlesLaw.service, 'were on their way to consumers', 'endToEnd and service'),
  ];
}

function contradiction(law: LittlesLaw | null, underWay: string, latencies: string): Warning[] {
  if (law?.verdict !== 'broken') return [];
  const text = `rmqbench's own figures contradict each other: in the mean ${formatCount(law.inFlight)} messages ${underWay}, but rate × latency makes that ${formatCount(law.expected)}. Do not trust the latencies ${latencies} of this trial. Run it again with a longer measure.duration; if this stays, report it as a fault of rmqbench, with the result file.`;
  return [{ kind: 'littles-law', text }];
}
