import { formatCount, formatMicros } from '../../base/units.js';
import { isConstant } from '../../plan/rate-curve.js';
import type { CaseSettings } from '../../profile/settings.js';
import type { Trial, Warning } from '../../result/result.js';
import { deliveriesPerMessage } from '../carried.js';
import { growingLag } from '../growing-lag.js';
import type { FinishedTrial } from '../measured.js';
import { countedMessages } from './wording.js';

/** Below this part of what was due, the load was not what the profile says. */
const achievedShareMin = 0.99;
/** Consumers that get less than this part of what is published let the queues grow. */
const consumedShareMin = 0.98;
/** So many messages may fall on the other side of an instant, which at a low rate are a good deal. */
const edgeMessages = 3;

type Measured = Pick<Trial, 'throughput' | 'unsent'>;

export function missedRate(finished: FinishedTrial, { throughput, unsent }: Measured): Warning[] {
  const { offeredPerSecond: due, publishedPerSecond: published } = throughput;
  if (due === null || published >= due * achievedShareMin) return [];
  if (missingMessages(due - published, finished) <= edgeMessages) return [];
  const never = unsent > 0 ? ` ${neverSent(unsent)}` : '';
  const text = `${formatCount(published)}/s were published of ${formatCount(due)}/s that were due: latency is that of an overloaded system.${never} ${sendingHint(settingsOf(finished))}`;
  return [{ kind: 'rate-missed', text }];
}

function sendingHint({ publishers: { confirm } }: CaseSettings): string {
  if (confirm.kind === 'none') return 'Lower the rate.';
  return confirm.kind === 'window'
    ? 'Lower the rate, or widen the confirm window.'
    : 'Lower the rate, or use larger transactions, or more publishers.';
}

export function growingLateness({ instants, publishers }: FinishedTrial): Warning[] {
  const threads = publishers.map(({ lagByPart }) => lagByPart);
  const growth = growingLag(threads, instants.stopMicros - instants.startMicros);
  if (growth === undefined) return [];
  const text = `Messages left later and later: ${formatMicros(growth.fromMicros)} after they were due at first, ${formatMicros(growth.toMicros)} in the end. This load is not carried, and latency mostly tells how long the trial was. Lower the rate until this is gone.`;
  return [{ kind: 'lag-growing', text }];
}

/**
 * At rate max queues are meant to grow; at a fixed rate latency then tells how long they are. While the
 * rate changes, what is consumed is what was published a moment ago, at another rate.
 */
export function growingQueues(
  finished: FinishedTrial,
  { throughput }: Pick<Trial, 'throughput'>,
): Warning[] {
  const settings = settingsOf(finished);
  const { rate } = settings.publishers;
  if (rate.kind === 'max' || !isConstant(rate)) return [];
  const consumed = throughput.consumedPerSecond;
  const queued = throughput.publishedPerSecond * deliveriesPerMessage(settings);
  if (consumed >= queued * consumedShareMin) return [];
  if (missingMessages(queued - consumed, finished) <= edgeMessages + uncommitted(settings))
    return [];
  const text = `${formatCount(consumed)}/s were consumed of ${formatCount(queued)}/s published to queues: the queues grew, and latency mostly tells for how long. ${consumingHint(settings)}`;
  return [{ kind: 'queues-grew', text }];
}

/** What waits in open transactions, and not in queues. */
function uncommitted({ publishers: { confirm, count } }: CaseSettings): number {
  return confirm.kind === 'transaction' ? confirm.messages * count : 0;
}

function consumingHint({ consumers: { acknowledge, prefetch } }: CaseSettings): string {
  const isLimited = acknowledge.kind !== 'none' && prefetch > 0;
  return isLimited ? 'Lower the rate, or raise the prefetch.' : 'Lower the rate.';
}

function missingMessages(missingPerSecond: number, { instants }: FinishedTrial): number {
  return Math.round((missingPerSecond * (instants.stopMicros - instants.startMicros)) / 1e6);
}

function settingsOf({ planned }: FinishedTrial): CaseSettings {
  return planned.plannedCase.settings;
}

function neverSent(unsent: number): string {
  const [were, have] = unsent === 1 ? ['was', 'has'] : ['were', 'have'];
  return `${countedMessages(unsent)} that ${were} due never left, and ${have} no latency.`;
}
