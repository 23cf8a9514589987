import { UsageError } from '../base/errors.js';
import { varyText } from '../base/vary-text.js';
import type { ProfileCase } from '../profile/settings.js';

/**
 * Keeps the cases that every filter, such as `queues.mirrors=all`, is true of; a path may be
 * shortened to its last words. Throws a UsageError when a filter names no varied path or value, or
 * no case is left.
 */
export function filterCases(
  cases: readonly ProfileCase[],
  filters: readonly string[],
): ProfileCase[] {
  const kept = filters.reduce<ProfileCase[]>((rest, one) => keep(rest, cases, one), [...cases]);
  if (kept.length === 0) throw new UsageError('no case is true of every --only');
  return kept;
}

function keep(kept: ProfileCase[], all: readonly ProfileCase[], filter: string): ProfileCase[] {
  const [path = '', value] = filter.split(/=(.*)/s);
  if (value === undefined) {
    throw new UsageError(`--only ${filter}: expected path=value, such as queues.mirrors=all`);
  }
  const isTrueOf = ({ vary }: ProfileCase) =>
    Object.entries(vary).some(([full, its]) => names(full, path) && varyText(its) === value);
  if (!all.some(isTrueOf)) {
    throw new UsageError(`--only ${filter}: no case has that value`, { hint: choices(all) });
  }
  return kept.filter(isTrueOf);
}

function names(full: string, path: string): boolean {
  return full === path || full.endsWith(`.${path}`);
}

function choices(cases: readonly ProfileCase[]): string {
  const values = new Map<string, Set<string>>();
  for (const [path, value] of cases.flatMap(({ vary }) => Object.entries(vary))) {
    values.set(path, (values.get(path) ?? new Set()).add(varyText(value)));
  }
  const lines = [...values].map(([path, texts]) => `${path}: ${[...texts].join(', ')}`);
  return lines.length === 0 ? 'This profile varies nothing.' : `It varies ${lines.join('; ')}.`;
}
