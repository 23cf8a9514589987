import { type CeilingMode, ceilingModes } from '../../../src/result/generator-ceiling.js';
import { findOmq } from '../peers/omq.js';
import { type AbsentPeer, isPresent, type Peer } from '../peers/peer.js';
import { findPerfTest } from '../peers/perf-test.js';
import type { BenchSettings, Section, SectionOutcome } from '../section.js';
import { measureClient } from './ceiling-rounds.js';
import { type EventLoopFigures, measureEventLoop } from './event-loop.js';
import { Figures } from './figures.js';
import { generatorGoals } from './generator-goals.js';
import { generatorText } from './generator-text.js';
import { residentBytesPerConnection } from './idle-connections.js';
import { measurePeer, peerLoadOf } from './peer-rounds.js';
import { socketPairBytesPerSecond } from './socket-pair.js';

/** Load generators against a broker that does next to nothing: what they can do, and what it costs. */
export const generatorBench: Section = { name: 'generator', run };

/** rmqbench's own clients; the first is what the others are compared with. */
export const ownClients = ['wire', 'amqplib'] as const;

/** What PerfTest and omq are given, and what most figures are about. */
export const smallBodyBytes = 12;

const idleConnectionCount = 10_000;

/** Everything that the section measures, round by round. */
export interface GeneratorFigures {
  readonly figures: Figures;
  readonly socketPairBytesPerSecond: readonly number[];
  readonly eventLoops: readonly EventLoopFigures[];
  readonly idleConnectionCount: number;
  /** By client. */
  readonly residentBytesPerConnection: ReadonlyMap<string, number>;
  readonly peers: readonly (Peer | AbsentPeer)[];
}

async function run(settings: BenchSettings): Promise<SectionOutcome> {
  const { rounds, windowSeconds, signal, note } = settings;
  note('looking for PerfTest and omq');
  const peers = [await findPerfTest(signal), await findOmq(signal)];
  const figures = new Figures();
  const socketPairs: number[] = [];
  const eventLoops: EventLoopFigures[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const mode of ceilingModes) {
      note(`round ${round} of ${rounds}: ${mode}`);
      await measureMode({ mode, round, peers: peers.filter(isPresent), figures }, settings);
    }
    note(`round ${round} of ${rounds}: a bare socket pair, and the event loop`);
    socketPairs.push(await socketPairBytesPerSecond(windowSeconds));
    eventLoops.push(await measureEventLoop(windowSeconds, signal));
  }
  const resident = new Map<string, number>();
  for (const client of ownClients) {
    note(`${idleConnectionCount} idle connections: ${client}`);
    const bytes = await residentBytesPerConnection(client, idleConnectionCount, signal);
    resident.set(client, bytes);
  }
  const all: GeneratorFigures = {
    figures,
    socketPairBytesPerSecond: socketPairs,
    eventLoops,
    idleConnectionCount,
    residentBytesPerConnection: resident,
    peers,
  };
  return { markdown: generatorText(all, settings), goals: generatorGoals(all) };
}

/** All tools in one mode, one after the other; which one comes first changes from round to round. */
async function measureMode(
  turn: {
    readonly mode: CeilingMode;
    readonly round: number;
    readonly peers: readonly Peer[];
    readonly figures: Figures;
  },
  settings: BenchSettings,
): Promise<void> {
  const { mode, round, peers, figures } = turn;
  const attempt = (tool: string, measure: () => Promise<void>) => async () => {
    try {
      await measure();
    } catch (error) {
      settings.signal.throwIfAborted();
      figures.fail({ mode, tool }, (error as Error).message);
    }
  };
  const own = ownClients.map((tool) =>
    attempt(tool, async () => {
      const measured = await measureClient(tool, mode, settings);
      for (const [payloadBytes, one] of measured) {
        figures.add({ mode, payloadBytes, tool }, round, one);
      }
    }),
  );
  const able = peers.filter((peer) => peer.fit(peerLoadOf(mode, 1)).cannot.length === 0);
  const others = able.map((peer) =>
    attempt(peer.name, async () => {
      const key = { mode, payloadBytes: smallBodyBytes, tool: peer.name };
      figures.add(key, round, await measurePeer(peer, mode, settings));
    }),
  );
  const all = [...own, ...others];
  const first = round % all.length;
  for (const measure of [...all.slice(first), ...all.slice(0, first)]) await measure();
}
