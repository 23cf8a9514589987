import type { ResultCase } from '../result/result.js';

/** What was not watched, and why: each sentence once. */
export function absentLines(cases: readonly ResultCase[]): string[] {
  // Results that were written before anything was watched do not say so.
  const all = cases.flatMap(({ trials }) =>
    trials.flatMap(({ observed }) => observed?.absent ?? []),
  );
  return [...new Set(all)];
}
