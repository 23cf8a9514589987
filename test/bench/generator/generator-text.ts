import { formatBytes, formatCount } from '../../../src/base/units.js';
import { ceilingModes } from '../../../src/result/generator-ceiling.js';
import { median } from '../../../src/stats/median.js';
import { isPresent } from '../peers/peer.js';
import type { BenchSettings } from '../section.js';
import { type Column, markdownTable } from '../table.js';
import {
  cpuMicrosPerMessage,
  type Figure,
  type Figures,
  messagesPerSecond,
  ratioOf,
} from './figures.js';
import type { GeneratorFigures } from './generator-bench.js';
import type { Measured } from './measured.js';
import { peerLoadOf } from './peer-rounds.js';

const columns: readonly Column[] = [
  { heading: 'mode', align: 'left' },
  { heading: 'body', align: 'right' },
  { heading: 'tool', align: 'left' },
  { heading: 'messages/s', align: 'right' },
  { heading: 'range', align: 'right' },
  { heading: 'wire does', align: 'right' },
  { heading: 'CPU µs/message', align: 'right' },
  { heading: 'wire costs', align: 'right' },
];

/** The section as Markdown. */
export function generatorText(all: GeneratorFigures, settings: BenchSettings): string {
  return [
    heading(settings),
    markdownTable(
      columns,
      all.figures.all.map((one) => rowOf(one, all.figures)),
    ),
    remarks(all).join('\n'),
  ].join('\n\n');
}

function heading({ rounds, warmupSeconds, windowSeconds }: BenchSettings): string {
  return [
    '## Generators against the null broker',
    '',
    'One publisher or one consumer, or one of each, on a connection of its own; the null broker is a',
    'process of its own, on the other core. `wire` and `amqplib` are rmqbench with either client, by',
    '`rmqbench calibrate`: stamp, histogram, ledger and back-pressure on. Other tools are counted by',
    'the null broker, and their CPU time by the kernel. Confirms: a window of 1,000. Acks: one for 100,',
    'prefetch 10,000.',
    `Medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, each begun by another tool; ${windowSeconds} s each, other tools after`,
    `${warmupSeconds} s of warm-up. **wire does** and **wire costs** are ratios within a round.`,
  ].join('\n');
}

function rowOf(figure: Figure, figures: Figures): string[] {
  const { mode, payloadBytes, tool, rounds } = figure;
  const rates = [...rounds.values()].map((one) => one.messagesPerSecond);
  const wire = figures.find(mode, payloadBytes, 'wire');
  const ratio = (of: (one: Measured) => number) => {
    const value = wire && tool !== 'wire' ? ratioOf(wire, figure, of) : undefined;
    return value === undefined ? '' : `${significant(value)} ×`;
  };
  return [
    mode,
    formatBytes(payloadBytes),
    tool,
    formatCount(messagesPerSecond(figure)),
    `${formatCount(Math.min(...rates))}–${formatCount(Math.max(...rates))}`,
    ratio((one) => one.messagesPerSecond),
    significant(cpuMicrosPerMessage(figure)),
    ratio((one) => one.cpuMicrosPerMessage),
  ];
}

function significant(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(2);
}

function remarks(all: GeneratorFigures): string[] {
  const pair = median([...all.socketPairBytesPerSecond]);
  const collections = all.eventLoops.map(({ longestCollectionMillis }) => longestCollectionMillis);
  const p99s = all.eventLoops.map(({ p99Millis }) => p99Millis);
  return [
    `- A bare socket pair, one thread writing and one reading 64 KiB at a time: ${formatCount(pair / 1e6)} MB/s.`,
    `- Event loop of a publisher with confirms at full rate: ${median(p99s).toFixed(1)} ms at the 99th percentile; longest garbage collection ${Math.max(...collections).toFixed(1)} ms.`,
    ...[...all.residentBytesPerConnection].map(
      ([client, bytes]) =>
        `- ${client}: ${(bytes / 1000).toFixed(1)} KB of memory for each of ${all.idleConnectionCount} idle connections with a channel.`,
    ),
    ...absences(all),
    ...all.figures.failures.map((text) => `- failed: ${text}`),
  ];
}

function absences({ peers }: GeneratorFigures): string[] {
  return peers.flatMap((peer) => {
    if (!isPresent(peer)) return [`- ${peer.name} is absent: ${peer.absent}.`];
    const missing = ceilingModes.flatMap((mode) =>
      peer.fit(peerLoadOf(mode, 1)).cannot.map((what) => `${mode} (${what})`),
    );
    if (missing.length === 0) return [`- ${peer.name} ${peer.version}.`];
    return [`- ${peer.name} ${peer.version}; it has no setting for ${missing.join(', ')}.`];
  });
}
