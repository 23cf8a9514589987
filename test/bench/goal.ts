import { type Column, markdownTable } from './table.js';

/** A figure that the project wants to reach, and what was measured. */
export interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly isReached: boolean;
}

const columns: readonly Column[] = [
  { heading: 'what', align: 'left' },
  { heading: 'goal', align: 'right' },
  { heading: 'measured', align: 'right' },
  { heading: '', align: 'left' },
];

export function goalTable(goals: readonly Goal[]): string {
  return markdownTable(
    columns,
    goals.map(({ what, wanted, measured, isReached }) => [
      what,
      wanted,
      measured,
      isReached ? 'reached' : 'missed',
    ]),
  );
}
