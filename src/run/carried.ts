import type { CaseSettings } from '../profile/settings.js';
import type { Trial } from '../result/result.js';

/** As far behind a case may be that carries its load: in five seconds that is 2 % too much load. */
const behindSecondsMax = 0.1;
/** So many messages may be anywhere, which is long at low rates. */
const straggling = 2;
/** A disturbance of less than this is over, and made up for, at some moment of it. */
const lastSeconds = 1;

/**
 * Whether a trial carried its load: at some moment of its last second consumers had received all that
 * was due until then, but for what any message takes and a tenth of a second, and nothing was lost.
 * Whatever is too much adds up, be it that publishers are held back or that queues grow, so that how far
 * behind a case has fallen says more than how much flowed: a broker can take in a good deal more than
 * it hands out. And a machine that was busy with something else for a moment does not count.
 */
export function isCarried(trial: Pick<Trial, 'latencyMicros' | 'ledger'>, lag: Lag): boolean {
  const inherentSeconds = (trial.latencyMicros.service?.min ?? 0) / 1e6;
  const limit = inherentSeconds + behindSecondsMax + straggling / lag.ratePerSecond;
  return trial.ledger.lost === 0 && lag.behindSeconds <= limit;
}

/** How far behind a load of so many messages a second a trial was, at best, when it ended. */
export interface Lag {
  readonly ratePerSecond: number;
  readonly behindSeconds: number;
}

/** Reads the lag of a trial at a constant rate of all its publishers together from its series. */
export function lagOf(
  { series }: Pick<Trial, 'series'>,
  settings: CaseSettings,
  ratePerSecond: number,
): Lag {
  const deliveries = deliveriesPerMessage(settings);
  // What nobody receives need only be published.
  const flow = deliveries > 0 ? series.consumedPerSecond : series.publishedPerSecond;
  const messages = ratePerSecond * (deliveries > 0 ? deliveries : 1);
  const { stepSeconds } = series;
  let behindSeconds = 0;
  const behind = flow.map((perSecond) => {
    behindSeconds += stepSeconds * (1 - perSecond / messages);
    return behindSeconds;
  });
  const last = behind.slice(-Math.max(1, Math.round(lastSeconds / stepSeconds)));
  return { ratePerSecond, behindSeconds: Math.min(...last) };
}

/**
 * The most messages a second that a case can work off, by what it asks of its consumers: what they have
 * fetched and not yet worked on looks as if it were carried.
 */
export function workedOffPerSecond(settings: CaseSettings): number {
  const { count, workMicros, ratePerSecond = Number.POSITIVE_INFINITY } = settings.consumers;
  const deliveries = deliveriesPerMessage(settings);
  // Without work this is without a limit: a division by zero.
  const each = Math.min(1e6 / workMicros, ratePerSecond);
  return deliveries > 0 ? (count * each) / deliveries : Number.POSITIVE_INFINITY;
}

/** Unroutable messages reach no consumer; those that are given back come once more. */
export function deliveriesPerMessage({ publishers, consumers }: CaseSettings): number {
  const { share, requeue } = consumers.nack;
  const routable = 1 - publishers.unroutable / publishers.count;
  return routable * (1 + (requeue ? share : 0));
}
