import { Administration } from '../amqp/administration.js';
import type { NullBrokerMode } from '../amqp/null-broker/options.js';
import { type RunningNullBroker, spawnNullBroker } from '../amqp/null-broker/spawn-null-broker.js';
import { BrokerError, messageOf, RmqbenchError, UsageError } from '../base/errors.js';
import { formatBytes } from '../base/units.js';
import type { TrialInstants } from '../load/protocol.js';
import { planLoad } from '../plan/load-plan.js';
import type { CeilingFigures, CeilingMode } from '../result/generator-ceiling.js';
import { closeBooks } from './books.js';
import { ceilingFigures, checkBooks } from './ceiling-figures.js';
import { type CeilingAsked, ceilingSettings } from './ceiling-settings.js';
import type { Cluster } from './cluster.js';
import type { Crews } from './crews.js';
import { awaitEmptyQueues } from './drain.js';
import { driveCrews, instantsFromNow } from './drive-crews.js';
import { inTime } from './in-time.js';
import { removeTopology } from './remove-topology.js';
import type { LiveRates } from './sampler.js';
import { dealTasks } from './tasks.js';
import { declareTopology } from './topology.js';

const declareLimitMillis = 10_000;
/**
 * By so much the stamps of a source are read as older than they are, for the clocks of two processes
 * differ by a little, and a message from the future would be spared the histogram.
 */
const clockToleranceMicros = 5_000;

export interface CeilingContext {
  /** One thread a side is enough. */
  readonly crews: Crews;
  readonly signal: AbortSignal;
  readonly onRates: (rates: LiveRates) => void;
}

/**
 * Measures what one publishing or one consuming thread, or one of each, can do over one connection
 * each, against a null broker of its own: the way of a trial with nothing but the broker replaced.
 * Throws an Error when the messages do not add up, a UsageError when there were none, a BrokerError
 * when the null broker fails, or the signal's reason; the null broker has ended in every case.
 */
export async function measureCeiling(
  asked: CeilingAsked,
  context: CeilingContext,
): Promise<CeilingFigures> {
  context.signal.throwIfAborted();
  const originUnixMicros = Date.now() * 1000;
  const broker = await spawnNullBroker({
    mode: brokerModes[asked.mode],
    payloadBytes: asked.payloadBytes,
    stampOriginUnixMicros: originUnixMicros,
  });
  try {
    return await measureAgainst(broker, { ...asked, originUnixMicros }, context);
  } catch (thrown) {
    // Ctrl-C on a terminal reaches the null broker too: that is not the news.
    context.signal.throwIfAborted();
    throw inCeiling(asked, thrown);
  } finally {
    await broker.stop();
  }
}

const brokerModes: Readonly<Record<CeilingMode, NullBrokerMode>> = {
  publish: 'sink',
  'publish-confirm': 'sink',
  consume: 'source',
  'consume-ack': 'source',
  loop: 'loop',
};

async function measureAgainst(
  broker: RunningNullBroker,
  asked: CeilingAsked & { readonly originUnixMicros: number },
  { crews, signal, onRates }: CeilingContext,
): Promise<CeilingFigures> {
  const { mode } = asked;
  const settings = ceilingSettings(asked, broker.url);
  const plan = planLoad(settings, 'rmqbench.ceiling');
  const cluster = await clusterOf(broker.url);
  try {
    const declared = declareTopology(plan, cluster, signal);
    await inTime('declare the queues', declared, declareLimitMillis);
    const tasks = dealTasks(plan, settings, { addresses: cluster.addresses, crews });
    const drainMillis = settings.measure.drainLimitMicros / 1000;
    const measured = await driveCrews({
      crews,
      tasks,
      nextInstants: () =>
        brokerModes[mode] === 'source'
          ? instantsOfSource(settings.measure, asked.originUnixMicros)
          : instantsFromNow(settings.measure),
      // A sink keeps nothing, and a source never ends.
      drain: async (until) => {
        if (mode !== 'loop') return;
        await awaitEmptyQueues({ plan, cluster, tasks }, drainMillis, until);
      },
      confirmLimitMillis: drainMillis,
      signal,
      onRates,
    });
    const { published } = await broker.counts();
    const left = await removeTopology(plan, cluster);
    const { startMicros } = measured.instants;
    const context = { ...left, confirms: false, unroutable: new Set<number>(), startMicros };
    checkBooks(mode, closeBooks(measured, context), published);
    return ceilingFigures(mode, measured);
  } finally {
    await cluster.close();
  }
}

/** A source's stamps count from a moment before anyone is ready: that is where the trial begins. */
function instantsOfSource(
  measure: { readonly warmupMicros: number; readonly durationMicros: number },
  originUnixMicros: number,
): TrialInstants {
  const beginMicros = originUnixMicros - performance.timeOrigin * 1000 - clockToleranceMicros;
  return { ...instantsFromNow(measure), beginMicros };
}

async function clusterOf(url: string): Promise<Cluster> {
  const anywhere = await Administration.open(url);
  return {
    addresses: {
      entryUrls: [url],
      nodeUrls: [],
      managementUrl: undefined,
      tls: undefined,
      loadBalancer: null,
    },
    identity: anywhere.identity,
    nodes: [],
    management: undefined,
    anywhere,
    atNodes: [],
    missing: [],
    close: () => anywhere.close(),
  };
}

function inCeiling({ mode, payloadBytes }: CeilingAsked, thrown: unknown): Error {
  const message = `${messageOf(thrown)} (${mode}, ${formatBytes(payloadBytes)})`;
  const hint = thrown instanceof RmqbenchError ? thrown.hint : undefined;
  const options = { cause: thrown, ...(hint === undefined ? {} : { hint }) };
  if (thrown instanceof BrokerError) return new BrokerError(message, options);
  if (thrown instanceof UsageError) return new UsageError(message, options);
  return new Error(message, { cause: thrown });
}
