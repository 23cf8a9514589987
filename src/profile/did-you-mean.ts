import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean "count"?` when a candidate is close to the word, otherwise nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const nearest = nearestWord(word, candidates);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** The candidate nearest to the word, unless more than a third of its letters would change. */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const nearest = closest(word, candidates);
  return distance(word, nearest) <= Math.ceil(nearest.length / 3) ? nearest : undefined;
}
