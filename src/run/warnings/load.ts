import { formatCount, formatMicros } from '../../base/units.js';
import type { Trial, Warning } from '../../result/result.js';
import { growingLag } from '../growing-lag.js';
import type { FinishedTrial } from '../measured.js';
import { countedMessages } from './wording.js';

/** Below this part of what was due, the load was not what the profile says. */
const achievedShareMin = 0.99;
/** Consumers that get less than this part of what is published let the queues grow. */
const consumedShareMin = 0.98;

type Measured = Pick<Trial, 'throughput' | 'unsent'>;

export function missedRate(finished: FinishedTrial, { throughput, unsent }: Measured): Warning[] {
  const { offeredPerSecond: due, publishedPerSecond: published } = throughput;
  if (due === null || !isShort(published, due * achievedShareMin, due, finished)) return [];
  const never = unsent > 0 ? ` ${neverSent(unsent)}` : '';
  const text = `${formatCount(published)}/s were published of ${formatCount(due)}/s that were due: latency is that of an overloaded system.${never} Lower the rate, or widen the confirm window.`;
  return [{ kind: 'rate-missed', text }];
}

export function growingLateness({ instants, publishers }: FinishedTrial): Warning[] {
  const threads = publishers.map(({ lagByPart }) => lagByPart);
  const growth = growingLag(threads, instants.stopMicros - instants.startMicros);
  if (growth === undefined) return [];
  const text = `Messages left later and later: ${formatMicros(growth.fromMicros)} after they were due at first, ${formatMicros(growth.toMicros)} in the end. This load is not carried, and latency mostly tells how long the trial was. Lower the rate until this is gone.`;
  return [{ kind: 'lag-growing', text }];
}

/** At rate max queues are meant to grow; at a fixed rate latency then tells how long they are. */
export function growingQueues(
  finished: FinishedTrial,
  { throughput }: Pick<Trial, 'throughput'>,
): Warning[] {
  const { rate, count, unroutable } = finished.planned.plannedCase.settings.publishers;
  if (rate.kind === 'max') return [];
  const consumed = throughput.consumedPerSecond;
  const queued = throughput.publishedPerSecond * (1 - unroutable / count);
  if (!isShort(consumed, queued * consumedShareMin, queued, finished)) return [];
  const text = `${formatCount(consumed)}/s were consumed of ${formatCount(queued)}/s published to queues: the queues grew, and latency mostly tells for how long. Lower the rate, or raise the prefetch.`;
  return [{ kind: 'queues-grew', text }];
}

/**
 * Whether a rate is below the least that it may be, and by more than one message of each publisher: so
 * many may fall on the other side of an instant, which at a low rate is a good deal of them.
 */
function isShort(
  perSecond: number,
  leastPerSecond: number,
  wholePerSecond: number,
  { instants, planned }: FinishedTrial,
): boolean {
  const seconds = (instants.stopMicros - instants.startMicros) / 1e6;
  const missing = (wholePerSecond - perSecond) * seconds;
  return perSecond < leastPerSecond && missing > planned.plannedCase.settings.publishers.count;
}

function neverSent(unsent: number): string {
  const [were, have] = unsent === 1 ? ['was', 'has'] : ['were', 'have'];
  return `${countedMessages(unsent)} that ${were} due never left, and ${have} no latency.`;
}
