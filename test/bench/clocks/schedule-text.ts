import { formatCount, formatMicros } from '../../../src/base/units.js';
import { median } from '../../../src/stats/median.js';
import type { Goal } from '../goal.js';
import { type Column, markdownTable } from '../table.js';
import {
  type Schedule,
  type ScheduleRound,
  type SentFigures,
  scheduleName,
  schedules,
} from './schedule.js';

const columns: readonly Column[] = [
  { heading: 'publishers × asked', align: 'left' },
  { heading: 'tool', align: 'left' },
  { heading: 'asked', align: 'right' },
  { heading: 'sent', align: 'right' },
  { heading: 'furthest off', align: 'right' },
  { heading: 'lag: median', align: 'right' },
  { heading: 'p99', align: 'right' },
  { heading: 'max', align: 'right' },
  { heading: 'CPU', align: 'right' },
];

/** What each tool made of each schedule; `sent` holds the rounds of each. */
export function scheduleText(sent: readonly (readonly ScheduleRound[])[]): string {
  const rows = schedules.flatMap((schedule, i) =>
    [...byTool(sent[i] ?? [])].map(([tool, figures]) => rowOf(schedule, tool, figures)),
  );
  const text = [
    '### Asked and sent',
    '',
    'Counted by the broker ten times a second. **furthest off** is the most messages, of all publishers',
    'together, that were too early or too late at any such moment; **lag** is publishLag by rmqbench’s own',
    'account, from when a message was due to when it was sent. CPU is the tool’s, in parts of one core.',
  ].join('\n');
  return [text, markdownTable(columns, rows)].join('\n\n');
}

/** No publisher more than one message behind its schedule, and little to do where little is asked. */
export function scheduleGoals(sent: readonly (readonly ScheduleRound[])[]): Goal[] {
  return schedules.flatMap((schedule, i) => {
    const own = byTool(sent[i] ?? []).get('rmqbench') ?? [];
    return own.length === 0 ? [] : [latestGoal(schedule, own), ...cpuGoal(schedule, own)];
  });
}

function latestGoal(schedule: Schedule, own: readonly SentFigures[]): Goal {
  const periodMicros = 1e6 / schedule.perSecondEach;
  const latest = Math.max(...own.map(({ publishLag }) => publishLag?.max ?? Number.NaN));
  return {
    what: `${scheduleName(schedule)}: the latest message of all`,
    wanted: `≤ ${formatMicros(periodMicros)}, a period`,
    measured: formatMicros(latest),
    isReached: latest <= periodMicros,
  };
}

function cpuGoal(schedule: Schedule, own: readonly SentFigures[]): Goal[] {
  const { wantedCpuShare } = schedule;
  if (wantedCpuShare === undefined) return [];
  const most = Math.max(...own.map(({ cpuShare }) => cpuShare));
  return [
    {
      what: `${scheduleName(schedule)}: CPU of the generator`,
      wanted: `≤ ${percent(wantedCpuShare)} of a core`,
      measured: percent(most),
      isReached: most <= wantedCpuShare,
    },
  ];
}

function byTool(rounds: readonly ScheduleRound[]): ReadonlyMap<string, readonly SentFigures[]> {
  const tools = [...(rounds[0]?.keys() ?? [])];
  return new Map(tools.map((tool) => [tool, rounds.flatMap((round) => round.get(tool) ?? [])]));
}

function rowOf(schedule: Schedule, tool: string, rounds: readonly SentFigures[]): string[] {
  const middle = (of: (one: SentFigures) => number) => median(rounds.map(of));
  const lag = (name: 'p50' | 'p99' | 'max') => {
    const micros = middle(({ publishLag }) => publishLag?.[name] ?? Number.NaN);
    return Number.isNaN(micros) ? '' : formatMicros(micros);
  };
  return [
    scheduleName(schedule),
    tool,
    perSecond(schedule.publishers * schedule.perSecondEach),
    perSecond(middle(({ sentPerSecond }) => sentPerSecond)),
    formatCount(middle(({ furthestMessages }) => furthestMessages)),
    lag('p50'),
    lag('p99'),
    lag('max'),
    percent(middle(({ cpuShare }) => cpuShare)),
  ];
}

/** With more digits than elsewhere: 13,990 is not what was asked when that is 14,000. */
function perSecond(rate: number): string {
  return `${rate < 100 ? rate.toFixed(2) : rate.toFixed(0)}/s`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
