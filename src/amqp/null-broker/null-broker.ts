import { createServer, type Server } from 'node:net';
import type { BrokerParts } from './broker-parts.js';
import { BufferPool } from './buffer-pool.js';
import { Connection } from './connection.js';
import { Counters, type NullBrokerCounts } from './counts.js';
import type { DelaySummary } from './delay-record.js';
import { DeliveryDelay, type Polling, systemPolling } from './delivery-delay.js';
import { Flow } from './flow.js';
import { type Every, everyMillis } from './heartbeat.js';
import { Liar } from './lies/liar.js';
import type { LogEntry } from './lies/log.js';
import { type Truth, truthOf } from './lies/truth.js';
import { limits } from './limits.js';
import { MessageStore } from './message-store.js';
import type { NullBrokerOptions } from './options.js';
import { Refusal } from './refusal.js';
import { stampBytes } from './source-stamp.js';
import { MessageView } from './stored-message.js';
import { Turn } from './turn.js';
import { VirtualHost } from './virtual-host.js';

const host = '127.0.0.1';
const closeLimitMillis = 2_000;
/** A client that is cut off loses what it has not read, and then the truth would not be exact. */
const lyingCloseLimitMillis = 30_000;
const defaultMemoryLimitBytes = 64 * 1024 * 1024;

/** An AMQP 0-9-1 broker that does next to nothing, so that what talks to it is what limits. */
export interface NullBroker {
  /** For any user and password. */
  readonly url: string;
  readonly port: number;
  counts(): NullBrokerCounts;
  /** How long messages really waited; throws an Error unless there is a `deliveryDelayMicros`. */
  delays(): DelaySummary;
  /** What really happened, as far as this broker is concerned; throws an Error unless it lies. */
  truth(): Truth;
  /** Closes all connections and the port; resolves when they are gone. */
  stop(): Promise<void>;
}

/**
 * Listens on 127.0.0.1; rejects as the operating system refuses, and with a RangeError for a payload
 * too small for its stamp, or for lies or a delay that cannot be. `every` is what heartbeats are timed
 * by, `polling` what delays are.
 */
export async function startNullBroker(
  options: NullBrokerOptions,
  every: Every = everyMillis,
  polling: Polling = systemPolling,
): Promise<NullBroker> {
  const parts = partsFor(options, polling);
  const connections = new Set<Connection>();
  const server = createServer({ pauseOnConnect: true }, (accepted) => {
    if (connections.size >= limits.connections) {
      accepted.destroy();
      return;
    }
    const connection = new Connection(accepted, parts, every);
    connections.add(connection);
    void connection.ended.then(() => connections.delete(connection));
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `amqp://guest:guest@${host}:${port}`,
    port,
    counts: () => parts.counters.snapshot(),
    delays: () => delaysOf(parts),
    truth: () => truthOf(logOf(parts)),
    stop: () => stop(server, connections),
  };
}

function partsFor(options: NullBrokerOptions, polling: Polling): BrokerParts {
  const { mode, payloadBytes = stampBytes, deliveryDelayMicros } = options;
  const { memoryLimitBytes = defaultMemoryLimitBytes } = options;
  const { stampOriginUnixMicros = Date.now() * 1000 } = options;
  checkOptions({ ...options, payloadBytes });
  const store = new MessageStore();
  const flow = new Flow(store, memoryLimitBytes);
  const turn = new Turn(() => flow.update());
  const delay =
    deliveryDelayMicros === undefined
      ? undefined
      : new DeliveryDelay(deliveryDelayMicros, turn, polling);
  return {
    mode,
    source: { payloadBytes, stampOriginUnixMicros },
    counters: new Counters(),
    pool: new BufferPool(),
    turn,
    store,
    view: new MessageView(store),
    flow,
    virtualHost: new VirtualHost({ store, turn, delay }),
    delay,
    closeLimitMillis: options.lies ? lyingCloseLimitMillis : closeLimitMillis,
    liar: options.lies && new Liar(options.lies, store),
  };
}

function checkOptions(options: NullBrokerOptions & { readonly payloadBytes: number }): void {
  const { mode, payloadBytes, deliveryDelayMicros, lies } = options;
  if (payloadBytes < stampBytes) {
    throw new RangeError(`a payload of ${payloadBytes} bytes has no room for its stamp`);
  }
  if (lies && mode !== 'loop') {
    throw new RangeError(`a broker in ${mode} mode cannot lie: it hands no messages on`);
  }
  if (deliveryDelayMicros === undefined) return;
  if (mode !== 'loop') {
    throw new RangeError(`a broker in ${mode} mode cannot delay: it hands no messages on`);
  }
  if (lies) throw new RangeError('a broker that lies cannot delay: it keeps its own order');
}

function delaysOf({ delay }: BrokerParts): DelaySummary {
  if (!delay) throw new Error('only a null broker that was started with a delay knows of delays');
  return delay.summarize();
}

function logOf({ liar }: BrokerParts): readonly LogEntry[] {
  if (!liar) throw new Error('only a null broker that was started with lies knows the truth');
  return liar.log;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

async function stop(server: Server, connections: ReadonlySet<Connection>): Promise<void> {
  server.close();
  const reason = new Refusal(320, "broker forced connection closure with reason 'shutdown'");
  for (const connection of connections) connection.close(reason);
  await Promise.all([...connections].map(({ ended }) => ended));
}
