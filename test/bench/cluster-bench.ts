import { type BenchCluster, withBenchCluster } from './bench-cluster.js';
import { BenchQueues } from './bench-queues.js';
import { BrokerCounter } from './broker-counts.js';
import { figureTable, legendOf, type ToolFigures } from './cluster-figures.js';
import { clusterGoals } from './cluster-goals.js';
import type { Goal } from './goal.js';
import { type Fact, factTable } from './machine.js';
import { findOmq } from './peers/omq.js';
import { type AbsentPeer, isPresent, type Peer, type PeerLoad } from './peers/peer.js';
import { findPerfTest } from './peers/perf-test.js';
import { findRmqbench } from './peers/rmqbench.js';
import type { BenchSettings, Section, SectionOutcome } from './section.js';
import { runToolTrial, type TrialFigures, type TrialSurroundings } from './tool-trial.js';

/** rmqbench and its peers under the same load on the same cluster, in turn. */
export const clusterBench: Section = { name: 'cluster', run };

const referenceTool = 'PerfTest';

/** Beyond warm-up and window: for starting, connecting and being measured on a busy machine. */
const spareSeconds = 120;

interface NamedLoad {
  readonly title: string;
  readonly load: Omit<PeerLoad, 'exchange' | 'queuePrefix' | 'limitSeconds'>;
}

const common = {
  queueCount: 6,
  durable: false,
  publishers: 6,
  consumers: 6,
  persistent: false,
  confirmWindow: 1000,
  prefetch: 100,
};

const loads: readonly NamedLoad[] = [
  { title: '12 B, an ack each', load: { ...common, payloadBytes: 12, ackEvery: 1 } },
  { title: '1 KiB, an ack each', load: { ...common, payloadBytes: 1024, ackEvery: 1 } },
  { title: '12 B, an ack for 10', load: { ...common, payloadBytes: 12, ackEvery: 10 } },
];

async function run(settings: BenchSettings): Promise<SectionOutcome> {
  const { folder, signal, note } = settings;
  note('looking for PerfTest and omq');
  const found = [await findPerfTest(signal), await findOmq(signal)];
  note('starting a cluster');
  return withBenchCluster({ folder, signal }, async (cluster) => {
    const { nodes, managementUrl, stateHome } = cluster;
    const nodeUrls = nodes.map(({ url }) => url);
    const around = { nodeUrls, managementUrl, stateHome, folder, signal };
    const own = [await findRmqbench('wire', around), await findRmqbench('amqplib', around)];
    const candidates = [...own, ...found];
    const queues = new BenchQueues(cluster);
    const facts = factTable(await toolFacts(candidates, cluster, queues));
    const counter = await BrokerCounter.start(cluster);
    try {
      const peers = candidates.filter(isPresent);
      const comparisons = await compareAll(peers, { cluster, queues, counter, settings });
      const parts = comparisons.map((comparison) => comparison.text());
      return {
        markdown: [heading(settings), facts, legendOf(referenceTool), ...parts].join('\n\n'),
        goals: comparisons.flatMap((comparison) => comparison.goals()),
      };
    } finally {
      await counter.stop();
    }
  });
}

function heading({ rounds, warmupSeconds, windowSeconds }: BenchSettings): string {
  const { queueCount, publishers, consumers, confirmWindow, prefetch } = common;
  return [
    '## rmqbench and its peers on a cluster',
    '',
    `Three nodes behind HAProxy on this machine; ${queueCount} classic queues that are not durable,`,
    `${publishers} publishers with a confirm window of ${confirmWindow}, ${consumers} consumers with`,
    `a prefetch of ${prefetch}, transient messages, as fast as it goes. Rounds: ${rounds}, each begun by`,
    `another tool; a tool is measured for ${windowSeconds} s after ${warmupSeconds} s of load.`,
  ].join('\n');
}

async function toolFacts(
  candidates: readonly (Peer | AbsentPeer)[],
  { loadBalancerVersion }: BenchCluster,
  queues: BenchQueues,
): Promise<Fact[]> {
  const { rabbitmq, erlang } = await queues.versions();
  return [
    ['RabbitMQ', `${rabbitmq} (Erlang ${erlang})`],
    ['HAProxy', loadBalancerVersion],
    ...candidates.map((one): Fact => {
      return [one.name, isPresent(one) ? one.version : `absent: ${one.absent}`];
    }),
  ];
}

/** The rounds go around all loads, so that a load's rounds are as far apart as can be. */
async function compareAll(
  peers: readonly Peer[],
  around: TrialSurroundings,
): Promise<readonly Comparison[]> {
  const comparisons = loads.map((named) => new Comparison(named, peers, around));
  for (let round = 0; round < around.settings.rounds; round++) {
    for (const comparison of comparisons) await comparison.runRound(round);
  }
  return comparisons;
}

/** All tools under one load. */
class Comparison {
  readonly #named: NamedLoad;
  readonly #peers: readonly Peer[];
  readonly #around: TrialSurroundings;
  readonly #figures = new Map<string, (TrialFigures | undefined)[]>();
  readonly #failures: string[] = [];

  constructor(named: NamedLoad, peers: readonly Peer[], around: TrialSurroundings) {
    this.#named = named;
    this.#peers = peers;
    this.#around = around;
  }

  /** Every round begins with another tool: who comes first or after whom may matter. */
  async runRound(round: number): Promise<void> {
    const load = this.#loadOf(round);
    const able = this.#peers.filter((peer) => peer.fit(load).cannot.length === 0);
    const first = round % Math.max(1, able.length);
    for (const peer of [...able.slice(first), ...able.slice(0, first)]) {
      const done = this.#figures.get(peer.name) ?? [];
      this.#figures.set(peer.name, [...done, await this.#trial(peer, load, round)]);
    }
  }

  async #trial(peer: Peer, load: PeerLoad, round: number): Promise<TrialFigures | undefined> {
    const { signal, note, rounds } = this.#around.settings;
    note(`round ${round + 1} of ${rounds}: ${this.#named.title}: ${peer.name}`);
    try {
      return await runToolTrial(peer, load, this.#around);
    } catch (error) {
      signal.throwIfAborted();
      const text = `${peer.name}, round ${round + 1}: ${(error as Error).message}`;
      note(text);
      this.#failures.push(text);
      return undefined;
    }
  }

  #loadOf(round: number): PeerLoad {
    const { warmupSeconds, windowSeconds } = this.#around.settings;
    return {
      ...this.#named.load,
      exchange: `rmqbench-bench-${round}`,
      queuePrefix: `rmqbench-bench-${round}-`,
      limitSeconds: warmupSeconds + windowSeconds + spareSeconds,
    };
  }

  goals(): Goal[] {
    return clusterGoals(this.#named.title, this.#allFigures(), referenceTool);
  }

  #allFigures(): ToolFigures[] {
    return this.#peers.flatMap(({ name: tool }) => {
      const rounds = this.#figures.get(tool);
      return rounds ? [{ tool, rounds }] : [];
    });
  }

  /** The table, and what a reader must know beside it. */
  text(): string {
    const load = this.#loadOf(0);
    const remarks = this.#peers.flatMap((peer) => {
      const { cannot, differs } = peer.fit(load);
      return [
        ...cannot.map((what) => `- ${peer.name} is not measured: it has no setting for ${what}.`),
        ...differs.map((what) => `- ${peer.name} ${what}.`),
      ];
    });
    const failures = this.#failures.map((text) => `- failed: ${text.replaceAll('\n', ' ')}`);
    return [
      `### ${this.#named.title}`,
      figureTable(this.#allFigures(), referenceTool),
      ...[[...remarks, ...failures].join('\n')].filter((lines) => lines !== ''),
    ].join('\n\n');
  }
}
