import { formatMicros } from '../base/units.js';
import type { Conflict } from './conflicts.js';
import type { WrittenRate, WrittenStep } from './rate-schema.js';

/* Conflicts of when messages are sent, with themselves and with how long is measured. */

interface WrittenCase {
  readonly publishers: { readonly rate: WrittenRate; readonly arrivals: 'constant' | 'poisson' };
  readonly measure: { readonly duration: number };
}

export function rateConflicts({ publishers, measure }: WrittenCase): Conflict[] {
  const { rate, arrivals } = publishers;
  if (rate === 'max') return arrivals === 'poisson' ? [aimlessArrivals] : [];
  const schedule = scheduleOf(rate);
  return schedule === undefined ? [] : scheduleConflicts(schedule, measure.duration);
}

const aimlessArrivals: Conflict = {
  between: ['publishers.arrivals', 'publishers.rate'],
  message:
    'publishers.arrivals poisson needs a rate: at publishers.rate max no message is due at any ' +
    'moment; write a rate such as { total: 1k/s }',
};

interface Schedule {
  readonly path: string;
  readonly steps: readonly WrittenStep[];
}

function scheduleOf(rate: WrittenRate): Schedule | undefined {
  if (typeof rate !== 'object') return undefined;
  for (const [key, value] of Object.entries(rate)) {
    if (typeof value === 'object') return { path: `publishers.rate.${key}`, steps: value };
  }
  return undefined;
}

function scheduleConflicts({ path, steps }: Schedule, durationMicros: number): Conflict[] {
  const conflicts: Conflict[] = [];
  const rates = steps.flatMap((one) => ('rate' in one ? [one.rate] : [one.from, one.to]));
  if (rates.every((rate) => rate === 0)) {
    const message = `${path} never sends: at least one of its rates must be above 0`;
    conflicts.push({ between: [path], message });
  }
  const scheduledMicros = steps.reduce((sum, one) => sum + one.for, 0);
  if (scheduledMicros > durationMicros) {
    const message =
      `${path} goes on for ${formatMicros(scheduledMicros)} from the start instant, and only ` +
      `${formatMicros(durationMicros)} are measured; shorten it, or raise measure.duration`;
    conflicts.push({ between: [path, 'measure.duration'], message });
  }
  return conflicts;
}
