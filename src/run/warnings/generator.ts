import { mean } from '../../base/mean.js';
import { formatMicros } from '../../base/units.js';
import type { Trial, Warning } from '../../result/result.js';
import type { FinishedTrial } from '../measured.js';
import { countedMessages, percentText } from './wording.js';

/** Above this share of a busy event loop the generator is what was measured. */
const busyShareMax = 0.9;
/** Above this part of the latency, the generator's own lateness is a good deal of the figure. */
const latenessShareMax = 0.1;
/** So late a message may be because those that wake publishers do not do so more often. */
const usualLagMicros = 400;
/**
 * With this part of all confirm windows in use, in the mean, those who were late mostly waited for
 * confirms: some publishers' windows may be full while others, on a faster queue, keep up.
 */
const usedWindowShareMin = 0.5;

export function busyGenerator({ publishers, consumers }: FinishedTrial): Warning[] {
  const busiest = Math.max(
    ...[...publishers, ...consumers].map(({ loopUtilization }) => loopUtilization),
  );
  if (busiest <= busyShareMax) return [];
  const text = `For half of the time a thread of the generator was busy at ${percentText(busiest)} or more: rmqbench was measured, not the broker. Use fewer publishers or consumers, larger messages, or more processors.`;
  return [{ kind: 'generator-busy', text }];
}

export function disagreeingClocks({ consumers }: FinishedTrial): Warning[] {
  const count = consumers.reduce((total, one) => total + one.negativeLatencies, 0);
  if (count === 0) return [];
  const text = `${countedMessages(count)} arrived before being sent: the threads' clocks disagree, and latency cannot be told. Is this a virtual machine with an unstable clock source?`;
  return [{ kind: 'clock', text }];
}

export function lateGenerator(
  finished: FinishedTrial,
  { latencyMicros, connections }: Pick<Trial, 'latencyMicros' | 'connections'>,
): Warning[] {
  const { publishLag, endToEnd } = latencyMicros;
  if (!publishLag || !endToEnd) return [];
  if (publishLag.p50 <= Math.max(usualLagMicros, endToEnd.p50 * latenessShareMax)) return [];
  const share = percentText(publishLag.p50 / endToEnd.p50);
  const cause = connections.blocked > 0 ? 'The broker blocked publishers.' : causeIn(finished);
  const text = `Half of the messages left ${formatMicros(publishLag.p50)} or more after they should have, which is ${share} of the median latency. ${cause} Compare \`service\` in the result, which does not contain it.`;
  return [{ kind: 'generator-late', text }];
}

/** Why messages may not leave when they are due, as far as the trial knows. */
function causeIn({ planned, sampler, instants }: FinishedTrial): string {
  const { confirm, count } = planned.plannedCase.settings.publishers;
  if (confirm.kind === 'transaction') {
    return 'Publishers wait while a transaction is committed: use larger ones, or more publishers.';
  }
  const unconfirmed = sampler.samples
    .filter(({ atMicros }) => atMicros >= instants.startMicros)
    .map(({ totals }) => totals.published - totals.confirmed);
  const isFull =
    confirm.kind === 'window' &&
    unconfirmed.length > 0 &&
    mean(unconfirmed) >= usedWindowShareMin * confirm.window * count;
  return isFull
    ? 'The confirm windows were full: widen publishers.confirm.window, use more publishers, or lower the rate.'
    : 'Either its threads waited for a processor that others kept busy, or the broker read too slowly from the sockets: leave the machine to rmqbench, or lower the rate.';
}
