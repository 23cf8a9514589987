import type { ResultCase } from '../result/result.js';
import { secondsText } from './seconds-text.js';

/** How many events of a trial are told; the result has more. */
const eventsShown = 6;

/** What happened in the middle of one trial. */
export interface TrialStory {
  readonly head: string;
  readonly lines: readonly string[];
}

/** The events of each trial that had any. */
export function trialStories(cases: readonly ResultCase[]): TrialStory[] {
  return cases.flatMap(({ name, trials }) =>
    trials.flatMap(({ round, events }) => {
      // Results that were written before there were events have none.
      const all = events ?? [];
      if (all.length === 0) return [];
      const told = all.slice(0, eventsShown);
      const further = all.length - told.length;
      const lines = told.map(({ atSeconds, text }) => `${secondsText(atSeconds)}: ${text}`);
      const more = further > 0 ? [`… and ${further} more, in the result`] : [];
      return { head: `what happened in ${name} round ${round}:`, lines: [...lines, ...more] };
    }),
  );
}
