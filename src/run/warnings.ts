import { formatCount, formatMicros } from '../base/units.js';
import type { Ledger } from '../measure/ledger.js';
import type { PublisherSettings } from '../profile/settings.js';
import type { Connections, Latencies, Throughput, Trial, Warning } from '../result/result.js';
import type { FinishedTrial } from './measured.js';

/** Above this share of a busy event loop the generator is what was measured. */
const busyShareMax = 0.9;
/** Below this part of the rate asked for, the load was not what the profile says. */
const achievedShareMin = 0.99;
/** Consumers that get less than this part of what is published let the queues grow. */
const consumedShareMin = 0.98;
/** Above this part of the latency, the generator's own lateness is a good deal of the figure. */
const latenessShareMax = 0.1;

/** What a reader must know before trusting the trial: each warning says what, why and what to try. */
export function trialWarnings(
  finished: FinishedTrial,
  measured: Pick<Trial, 'throughput' | 'latencyMicros' | 'ledger' | 'connections'>,
): Warning[] {
  const { publishers } = finished.planned.plannedCase.settings;
  return [
    ...busyGenerator(finished),
    ...disagreeingClocks(finished),
    ...missedRate(publishers, measured.throughput),
    ...growingQueues(publishers, measured.throughput),
    ...lateGenerator(measured.latencyMicros),
    ...unfinishedDrain(measured.ledger),
    ...lostConnections(measured.connections),
    ...blockedConnections(measured.connections),
    ...foreignMessages(measured.ledger),
  ];
}

function busyGenerator({ publishers, consumers }: FinishedTrial): Warning[] {
  const busiest = Math.max(
    ...[...publishers, ...consumers].map(({ loopUtilization }) => loopUtilization),
  );
  if (busiest <= busyShareMax) return [];
  const share = `${Math.round(busiest * 100)} %`;
  const text = `For half of the time a thread of the generator was busy at ${share} or more: rmqbench was measured, not the broker. Use fewer publishers or consumers, larger messages, or more processors.`;
  return [{ kind: 'generator-busy', text }];
}

function disagreeingClocks({ consumers }: FinishedTrial): Warning[] {
  const count = consumers.reduce((total, one) => total + one.negativeLatencies, 0);
  if (count === 0) return [];
  const text = `${messages(count)} arrived before being sent: the threads' clocks disagree, and latency cannot be told. Is this a virtual machine with an unstable clock source?`;
  return [{ kind: 'clock', text }];
}

function missedRate(publishers: PublisherSettings, throughput: Throughput): Warning[] {
  const { rate, count } = publishers;
  if (rate.kind === 'max') return [];
  const asked = rate.kind === 'each' ? rate.perSecond * count : rate.perSecond;
  const achieved = throughput.publishedPerSecond;
  if (achieved >= asked * achievedShareMin) return [];
  const text = `${formatCount(achieved)}/s were published of ${formatCount(asked)}/s asked for: latency is that of an overloaded system. Lower the rate, or widen the confirm window.`;
  return [{ kind: 'rate-missed', text }];
}

/** At rate max queues are meant to grow; at a fixed rate latency then tells how long they are. */
function growingQueues(publishers: PublisherSettings, throughput: Throughput): Warning[] {
  const { rate, count, unroutable } = publishers;
  const { publishedPerSecond, consumedPerSecond } = throughput;
  if (rate.kind === 'max') return [];
  const queuedPerSecond = publishedPerSecond * (1 - unroutable / count);
  if (consumedPerSecond >= queuedPerSecond * consumedShareMin) return [];
  const text = `${formatCount(consumedPerSecond)}/s were consumed of ${formatCount(queuedPerSecond)}/s published to queues: the queues grew, and latency mostly tells for how long. Lower the rate, or raise the prefetch.`;
  return [{ kind: 'queues-grew', text }];
}

function lateGenerator({ publishLag, endToEnd }: Latencies): Warning[] {
  if (!publishLag || !endToEnd || publishLag.p50 <= endToEnd.p50 * latenessShareMax) return [];
  const share = Math.round((publishLag.p50 / endToEnd.p50) * 100);
  const text = `Half of the messages left ${formatMicros(publishLag.p50)} or more after they should have, which is ${share} % of the median latency. The generator's timers alone are late by up to a millisecond: compare \`service\` in the result, which does not contain it.`;
  return [{ kind: 'generator-late', text }];
}

function unfinishedDrain({ leftInQueues, uncountedQueues }: Ledger): Warning[] {
  const left = `${messages(leftInQueues)} still queued when the drain ended`;
  const uncounted = `${counted(uncountedQueues, 'queue')} could not be asked for what was left in them`;
  const found = [...(leftInQueues > 0 ? [left] : []), ...(uncountedQueues > 0 ? [uncounted] : [])];
  if (found.length === 0) return [];
  const hint = [
    ...(leftInQueues > 0 ? ['Raise measure.drain.'] : []),
    ...(uncountedQueues > 0 ? ['Does the node that holds them run?'] : []),
  ];
  const text = `${found.join(', and ')}: "lost" is an upper bound. ${hint.join(' ')}`;
  return [{ kind: 'left-in-queues', text }];
}

function lostConnections(connections: Connections): Warning[] {
  const { lost, downSeconds, longestDownSeconds } = connections;
  if (lost === 0) return [];
  const text = `Connections were lost ${timesText(lost)}, and publishers and consumers were without one for ${seconds(downSeconds)} in all, ${seconds(longestDownSeconds)} at most: throughput and latency are those of a cluster that was disturbed. The trial's events tell when and why.`;
  return [{ kind: 'connections-lost', text }];
}

function blockedConnections(connections: Connections): Warning[] {
  const { blocked, blockedSeconds, longestBlockedSeconds } = connections;
  if (blocked === 0) return [];
  const text = `The broker blocked publishing connections ${timesText(blocked)}, for ${seconds(blockedSeconds)} in all, ${seconds(longestBlockedSeconds)} at most, for want of memory or disk: throughput is what that left of it. Give the nodes more, or publish less.`;
  return [{ kind: 'connections-blocked', text }];
}

function foreignMessages({ foreign }: Ledger): Warning[] {
  if (foreign === 0) return [];
  const text = `${messages(foreign)} came that this trial did not publish, and count as consumed. Does something else publish to its queues?`;
  return [{ kind: 'foreign-messages', text }];
}

function timesText(count: number): string {
  return count === 1 ? 'once' : `${formatCount(count)} times`;
}

function seconds(count: number): string {
  return formatMicros(count * 1e6);
}

function messages(count: number): string {
  return counted(count, 'message');
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
