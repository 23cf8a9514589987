import { createServer, type Server } from 'node:net';
import type { BrokerParts } from './broker-parts.js';
import { BufferPool } from './buffer-pool.js';
import { Connection } from './connection.js';
import { Counters, type NullBrokerCounts } from './counts.js';
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
  /** What really happened, as far as this broker is concerned; throws an Error unless it lies. */
  truth(): Truth;
  /** Closes all connections and the port; resolves when they are gone. */
  stop(): Promise<void>;
}

/**
 * Listens on 127.0.0.1; rejects as the operating system refuses, and with a RangeError for a payload
 * too small for its stamp, or lies in another mode than `loop`. `every` is what heartbeats are timed by.
 */
export async function startNullBroker(
  options: NullBrokerOptions,
  every: Every = everyMillis,
): Promise<NullBroker> {
  const parts = partsFor(options);
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
    truth: () => truthOf(logOf(parts)),
    stop: () => stop(server, connections),
  };
}

function partsFor(options: NullBrokerOptions): BrokerParts {
  const { mode, payloadBytes = stampBytes } = options;
  const { memoryLimitBytes = defaultMemoryLimitBytes } = options;
  const { stampOriginUnixMicros = Date.now() * 1000 } = options;
  if (payloadBytes < stampBytes) {
    throw new RangeError(`a payload of ${payloadBytes} bytes has no room for its stamp`);
  }
  if (options.lies && mode !== 'loop') {
    throw new RangeError(`a broker in ${mode} mode cannot lie: it hands no messages on`);
  }
  const store = new MessageStore();
  const flow = new Flow(store, memoryLimitBytes);
  const turn = new Turn(() => flow.update());
  return {
    mode,
    source: { payloadBytes, stampOriginUnixMicros },
    counters: new Counters(),
    pool: new BufferPool(),
    turn,
    store,
    view: new MessageView(store),
    flow,
    virtualHost: new VirtualHost({ store, turn }),
    closeLimitMillis: options.lies ? lyingCloseLimitMillis : closeLimitMillis,
    liar: options.lies && new Liar(options.lies, store),
  };
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
