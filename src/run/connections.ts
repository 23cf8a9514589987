import type { Connections } from '../result/result.js';
import type { Trouble, Troubles } from './troubles.js';

/** What the connections of a trial went through, in totals. */
export function connectionsOf({ lost, furtherLost, blocked }: Troubles): Connections {
  return {
    lost: lost.length + furtherLost,
    attempts: lost.reduce((total, { attempts }) => total + attempts, 0),
    downSeconds: secondsInAll(lost),
    longestDownSeconds: longestSeconds(lost),
    blocked: blocked.length,
    blockedSeconds: secondsInAll(blocked),
    longestBlockedSeconds: longestSeconds(blocked),
  };
}

function secondsInAll(troubles: readonly Trouble[]): number {
  return toSeconds(troubles.reduce((total, { durationMicros }) => total + durationMicros, 0));
}

function longestSeconds(troubles: readonly Trouble[]): number {
  // Spread over arguments, twenty thousand a thread could be too many.
  return toSeconds(
    troubles.reduce((most, { durationMicros }) => Math.max(most, durationMicros), 0),
  );
}

/** To the millisecond. */
function toSeconds(micros: number): number {
  return Math.round(micros / 1000) / 1000;
}
