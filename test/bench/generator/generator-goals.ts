import { formatCount } from '../../../src/base/units.js';
import type { CeilingMode } from '../../../src/result/generator-ceiling.js';
import { median } from '../../../src/stats/median.js';
import type { Goal } from '../goal.js';
import { type Figures, messagesPerSecond, ratioOf } from './figures.js';
import type { GeneratorFigures } from './generator-bench.js';

const smallBytes = 12;
const largeBytes = 64 * 1024;

/** What the hot path wants to reach, beside what it did; nothing about what was not measured. */
export function generatorGoals(all: GeneratorFigures): Goal[] {
  const { figures } = all;
  return [
    rateGoal(figures, 'publish', 10e6, 'publish 12 B to the sink, one core'),
    amqplibGoal(figures, 'publish', 80, 'the same over amqplib'),
    rateGoal(figures, 'publish-confirm', 4e6, 'publish with a confirm window of 1,000, one core'),
    rateGoal(figures, 'consume', 6e6, 'consume 12 B from the source, acks off, one core'),
    rateGoal(figures, 'consume-ack', 5e6, 'consume 12 B, an ack for 100, one core'),
    amqplibGoal(figures, 'consume', 10, 'consume over amqplib, acks off'),
    amqplibGoal(figures, 'consume-ack', 10, 'consume over amqplib, an ack for 100'),
    rateGoal(figures, 'loop', 1.42e6, 'loop on two cores, in and out'),
    socketPairGoal(all, 'publish', '64 KiB published over a bare socket pair'),
    socketPairGoal(all, 'consume', '64 KiB consumed over a bare socket pair'),
    connectionGoal(all),
    eventLoopGoal(all),
  ].flat();
}

function rateGoal(figures: Figures, mode: CeilingMode, wanted: number, what: string): Goal[] {
  const wire = figures.find(mode, smallBytes, 'wire');
  if (!wire) return [];
  const rate = messagesPerSecond(wire);
  return [
    {
      what,
      wanted: `≥ ${formatCount(wanted)}/s`,
      measured: `${formatCount(rate)}/s`,
      isReached: rate >= wanted,
    },
  ];
}

function amqplibGoal(figures: Figures, mode: CeilingMode, wanted: number, what: string): Goal[] {
  const wire = figures.find(mode, smallBytes, 'wire');
  const amqplib = figures.find(mode, smallBytes, 'amqplib');
  if (!wire || !amqplib) return [];
  const ratio = ratioOf(wire, amqplib, (one) => one.messagesPerSecond);
  if (ratio === undefined) return [];
  return [
    {
      what,
      wanted: `≥ ${wanted} ×`,
      measured: `${ratio.toFixed(1)} ×`,
      isReached: ratio >= wanted,
    },
  ];
}

function socketPairGoal(
  { figures, socketPairBytesPerSecond }: GeneratorFigures,
  mode: CeilingMode,
  what: string,
): Goal[] {
  const wire = figures.find(mode, largeBytes, 'wire');
  if (!wire) return [];
  const share = median(
    [...wire.rounds].map(
      ([round, one]) =>
        (one.messagesPerSecond * largeBytes) / (socketPairBytesPerSecond[round - 1] ?? Number.NaN),
    ),
  );
  return [
    {
      what,
      wanted: '≥ 60 %',
      measured: `${Math.round(share * 100)} %`,
      isReached: share >= 0.6,
    },
  ];
}

function connectionGoal(all: GeneratorFigures): Goal {
  const kilobytes = (all.residentBytesPerConnection.get('wire') ?? Number.NaN) / 1000;
  return {
    what: `memory of one idle connection, ${all.idleConnectionCount} in one process`,
    wanted: '≤ 20 KB',
    measured: `${kilobytes.toFixed(1)} KB`,
    isReached: kilobytes <= 20,
  };
}

/** The longest of all rounds: what the machine itself brings about is in it. */
function eventLoopGoal({ eventLoops }: GeneratorFigures): Goal {
  const longest = Math.max(...eventLoops.map(({ longestMillis }) => longestMillis));
  const idle = Math.max(...eventLoops.map((one) => one.longestOfIdleThreadMillis));
  return {
    what: 'longest stall of the event loop at full rate',
    wanted: '≤ 10 ms',
    measured: `${longest.toFixed(1)} ms (an idle thread beside it: ${idle.toFixed(1)} ms)`,
    isReached: longest <= 10,
  };
}
