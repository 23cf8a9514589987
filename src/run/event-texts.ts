import { formatMicros } from '../base/units.js';
import { bareReason, type Gathered } from './gather.js';
import type { NodeTrouble } from './node-troubles.js';
import type { Redeclaration } from './topology-keeper.js';
import type { LostConnection, Trouble } from './troubles.js';

/** So many names are told; a trial may have hundreds of queues. */
const namesMax = 5;

/** `6 publishers and 6 consumers lost their connections (…); all were back after 830 ms, …` */
export function lostText(
  group: Gathered<LostConnection>,
  totals: {
    readonly untilMicros: number | undefined;
    readonly attempts: number;
    readonly inDoubt: number;
  },
): string {
  const publishers = distinct(group, 'publisher');
  const consumers = distinct(group, 'consumer');
  const both = publishers + consumers;
  const who = [
    ...(publishers > 0 ? [counted(publishers, 'publisher')] : []),
    ...(consumers > 0 ? [counted(consumers, 'consumer')] : []),
  ].join(' and ');
  const times = group.length > both ? `, ${group.length} times in all` : '';
  const theirs = both === 1 ? 'its connection' : 'their connections';
  const back = backText(group, totals.untilMicros);
  const attempts = counted(totals.attempts, 'attempt');
  const doubt = totals.inDoubt > 0 ? `; ${counted(totals.inDoubt, 'message')} left in doubt` : '';
  return `${who} lost ${theirs}${times} (${bareReason(group[0].reason)}); ${back}, ${attempts}${doubt}`;
}

function backText(group: Gathered<LostConnection>, untilMicros: number | undefined): string {
  if (untilMicros !== undefined) {
    const after = formatMicros(untilMicros - group[0].fromMicros);
    return group.length === 1 ? `it was back after ${after}` : `all were back after ${after}`;
  }
  if (group.length === 1) return 'it was not back by the end';
  const missing = group.filter((one) => one.untilMicros === undefined).length;
  if (missing === group.length) return 'none was back by the end';
  return `all but ${missing} were back by the end`;
}

/** `the broker blocked 6 connections (low on memory) for 2.1 s` */
export function blockedText(group: Gathered<Trouble>, untilMicros: number | undefined): string {
  const [{ fromMicros, reason }] = group;
  const span = spanText(fromMicros, untilMicros);
  return `the broker blocked ${counted(group.length, 'connection')} (${bareReason(reason)}) ${span}`;
}

/** `2 queues were gone and were declared again: a, b` */
export function redeclaredText({ exchange, queues }: Redeclaration): string {
  const told = queues.slice(0, namesMax).join(', ');
  const more = queues.length > namesMax ? ` and ${queues.length - namesMax} more` : '';
  if (queues.length === 0) return 'the exchange was gone and was declared again';
  const what = `${exchange ? 'the exchange and ' : ''}${counted(queues.length, 'queue')}`;
  const were = queues.length === 1 && !exchange ? 'was' : 'were';
  return `${what} ${were} gone and ${were} declared again: ${told}${more}`;
}

/** `rabbit-1@a ran low on memory, and its cluster blocked publishers, for 5.1 s` */
export function nodeTroubleText({ kind, node, fromMicros, untilMicros }: NodeTrouble): string {
  const span = spanText(fromMicros, untilMicros);
  if (kind === 'down') return `${node} did not run ${span}`;
  const what = kind === 'memory-alarm' ? 'memory' : 'disk space';
  return `${node} ran low on ${what}, and its cluster blocked publishers, ${span}`;
}

function spanText(fromMicros: number, untilMicros: number | undefined): string {
  if (untilMicros === undefined) return 'up to the end';
  return `for ${formatMicros(untilMicros - fromMicros)}`;
}

function distinct(group: readonly Trouble[], side: Trouble['side']): number {
  return new Set(group.filter((one) => one.side === side).map(({ id }) => id)).size;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
