import { median } from '../../src/stats/median.js';
import { type Column, markdownTable } from './table.js';
import type { TrialFigures } from './tool-trial.js';

/** What one tool did under one load, round by round; undefined where a trial failed. */
export interface ToolFigures {
  readonly tool: string;
  readonly rounds: readonly (TrialFigures | undefined)[];
}

const columns: readonly Column[] = [
  { heading: 'tool', align: 'left' },
  { heading: 'out msg/s', align: 'right' },
  { heading: 'ratio', align: 'right' },
  { heading: 'range', align: 'right' },
  { heading: 'in msg/s', align: 'right' },
  { heading: 'µs/out', align: 'right' },
  { heading: 'ratio', align: 'right' },
  { heading: 'µs/transfer', align: 'right' },
  { heading: 'ratio', align: 'right' },
  { heading: 'CPU', align: 'right' },
  { heading: 'cluster CPU', align: 'right' },
  { heading: 'other CPU', align: 'right' },
  { heading: 'memory', align: 'right' },
  { heading: 'local', align: 'right' },
  { heading: 'rounds', align: 'right' },
];

/** What the columns mean, to stand once above all tables. */
export function legendOf(reference: string): string {
  return [
    'Medians over rounds. **out** is what the cluster counted as consumed, **in** as published.',
    `**ratio** is the column before it over that of ${reference} in the same round. **µs/out** is CPU`,
    'time of the tool for each message consumed, **µs/transfer** for each one sent or consumed: where',
    'queues grow, more is sent than consumed. **CPU**, **cluster CPU** and **other CPU** are shares of',
    'all processors: of the tool, of nodes and load balancer, and of whatever else ran, which disturbs.',
    '**memory** is what the tool held at the end. **local** is the share of consumers that the load',
    "balancer happened to connect to their queue's own node, which spares the cluster work.",
  ].join('\n');
}

/** One row for each tool, beside the reference where it was measured in the same round. */
export function figureTable(all: readonly ToolFigures[], reference: string): string {
  const base = all.find(({ tool }) => tool === reference)?.rounds ?? [];
  return markdownTable(
    columns,
    all.map((one) => rowOf(one, base)),
  );
}

function rowOf({ tool, rounds }: ToolFigures, base: ToolFigures['rounds']): string[] {
  const measured = rounds.filter((round) => round !== undefined);
  const middle = (of: (figures: TrialFigures) => number, format: (value: number) => string) =>
    measured.length === 0 ? '–' : format(median(measured.map(of)));
  const ratio = (of: (figures: TrialFigures) => number) => {
    const value = ratioToBase(rounds, base, of);
    return value === undefined ? '–' : value.toFixed(2);
  };
  const rates = measured.map(({ consumedPerSecond }) => consumedPerSecond);
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  return [
    tool,
    middle(({ consumedPerSecond }) => consumedPerSecond, whole),
    ratio(({ consumedPerSecond }) => consumedPerSecond),
    measured.length === 0 ? '–' : `${whole(low)}–${whole(high)}`,
    middle(({ publishedPerSecond }) => publishedPerSecond, whole),
    middle(({ cpuMicrosPerConsumed }) => cpuMicrosPerConsumed, oneDecimal),
    ratio(({ cpuMicrosPerConsumed }) => cpuMicrosPerConsumed),
    middle(({ cpuMicrosPerTransfer }) => cpuMicrosPerTransfer, oneDecimal),
    ratio(({ cpuMicrosPerTransfer }) => cpuMicrosPerTransfer),
    middle(({ generatorCpuShare }) => generatorCpuShare, percent),
    middle(({ clusterCpuShare }) => clusterCpuShare, percent),
    middle(({ otherCpuShare }) => otherCpuShare, percent),
    middle(({ residentBytes }) => residentBytes, mebibytes),
    middle(({ localConsumerShare }) => localConsumerShare, percent),
    `${measured.length}/${rounds.length}`,
  ];
}

/** By rounds, so that what slowed the machine down for a while slowed both. */
export function ratioToBase(
  rounds: ToolFigures['rounds'],
  base: ToolFigures['rounds'],
  of: (figures: TrialFigures) => number,
): number | undefined {
  const ratios = rounds.flatMap((round, i) => {
    const other = base[i];
    return round && other ? [of(round) / of(other)] : [];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}

function whole(value: number): string {
  return String(Math.round(value));
}

function oneDecimal(value: number): string {
  return value.toFixed(1);
}

function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}

function mebibytes(value: number): string {
  return `${Math.round(value / 1024 ** 2)} MiB`;
}
