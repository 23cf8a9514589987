import type { TrialEvent } from '../result/result.js';
import { blockedText, lostText, nodeTroubleText, redeclaredText } from './event-texts.js';
import { type Gathered, gather } from './gather.js';
import type { NodeTrouble } from './node-troubles.js';
import type { Redeclaration } from './topology-keeper.js';
import type { LostConnection, Trouble, Troubles } from './troubles.js';

/** The most events that a result keeps of one trial. */
export const eventsMax = 100;

/** What happened in the middle of a trial. */
export interface Happenings {
  readonly troubles: Troubles;
  readonly redeclarations: readonly Redeclaration[];
  readonly nodeTroubles: readonly NodeTrouble[];
  readonly startMicros: number;
}

/**
 * Tells it as events in the order of their beginning: what happened to many connections at nearly the
 * same time is one. The last event says how much more there was than is told.
 */
export function trialEvents(happenings: Happenings): TrialEvent[] {
  const { troubles, redeclarations, startMicros } = happenings;
  const seconds = (micros: number) => Math.round((micros - startMicros) / 1000) / 1000;
  const during = (fromMicros: number, untilMicros: number | undefined) => ({
    atSeconds: seconds(fromMicros),
    untilSeconds: untilMicros === undefined ? null : seconds(untilMicros),
  });
  const events: TrialEvent[] = [
    ...gather(troubles.lost).map((group) => ({
      ...during(group[0].fromMicros, endOf(group)),
      ...lostEvent(group),
    })),
    ...gather(troubles.blocked).map((group) => ({
      ...during(group[0].fromMicros, endOf(group)),
      kind: 'connections-blocked' as const,
      text: blockedText(group, endOf(group)),
      count: group.length,
    })),
    ...redeclarations.map((one) => ({
      ...during(one.atMicros, one.untilMicros),
      kind: 'topology-declared-again' as const,
      text: redeclaredText(one),
      count: one.queues.length,
    })),
    ...happenings.nodeTroubles.map((one) => ({
      ...during(one.fromMicros, one.untilMicros),
      kind: one.kind === 'down' ? ('node-down' as const) : ('alarm' as const),
      text: nodeTroubleText(one),
      count: 1,
    })),
  ];
  events.sort((a, b) => a.atSeconds - b.atSeconds);
  return shortened(events, troubles.furtherLost);
}

function lostEvent(
  group: Gathered<LostConnection>,
): Pick<TrialEvent, 'kind' | 'text' | 'count' | 'attempts' | 'inDoubt'> {
  const attempts = group.reduce((total, one) => total + one.attempts, 0);
  const inDoubt = group.reduce((total, one) => total + one.inDoubt, 0);
  const text = lostText(group, { untilMicros: endOf(group), attempts, inDoubt });
  return { kind: 'connections-lost', text, count: group.length, attempts, inDoubt };
}

/** When it was over for the last of them; `undefined` when it was not. */
function endOf(group: Gathered<Trouble>): number | undefined {
  let end = group[0].untilMicros;
  for (const { untilMicros } of group) {
    if (end === undefined || untilMicros === undefined) return undefined;
    end = Math.max(end, untilMicros);
  }
  return end;
}

function shortened(events: readonly TrialEvent[], furtherLost: number): TrialEvent[] {
  const kept = events.slice(0, eventsMax);
  const last = kept.pop();
  if (last === undefined) return [];
  const further = events.length - eventsMax;
  const notes = [
    ...(further > 0 ? [`further events, not listed: ${further}`] : []),
    ...(furtherLost > 0 ? [`further connections lost, only counted: ${furtherLost}`] : []),
  ];
  return [...kept, { ...last, text: [last.text, ...notes].join('; ') }];
}
