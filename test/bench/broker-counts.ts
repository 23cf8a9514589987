import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCluster } from './bench-cluster.js';
import { type StartedProcess, startProcess } from './started-process.js';

/** What the whole cluster has counted since it started, at one instant. */
export interface BrokerCounts {
  readonly atMicros: number;
  /** Messages that publishers sent. */
  readonly received: number;
  /** Messages that consumers acknowledged, or got where they need not acknowledge. */
  readonly consumed: number;
}

const betweenLooksMillis = 100;
const lookLimitMillis = 10_000;

/**
 * The cluster's own count of messages, looked at ten times a second by a small Erlang program that
 * joins the cluster as a hidden node. The management API would give the same counts only every five
 * seconds; these are the nodes' global counters, which are exact at any moment, and the same for
 * whichever tool sent the messages.
 */
export class BrokerCounter {
  readonly #process: StartedProcess;
  readonly #lines: Interface;

  private constructor(started: StartedProcess, lines: Interface) {
    this.#process = started;
    this.#lines = lines;
  }

  /** Starts counting. Throws when there is no Erlang to be run. */
  static async start(cluster: BenchCluster): Promise<BrokerCounter> {
    const name = `rmqbench-count-${process.pid}@127.0.0.1`;
    const started = await startProcess(
      'erl',
      [
        ...['-noshell', '-hidden', '-start_epmd', 'false', '-name', name],
        ...['-kernel', 'inet_dist_use_interface', '{127,0,0,1}'],
        ...['+S', '1:1', '+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'],
        ...['-eval', program(cluster.nodes.map((node) => node.name))],
      ],
      {
        // It says on the spot why it failed; a dump of it would only lie about in some folder.
        env: { ...process.env, ...cluster.erlangEnvironment, ERL_CRASH_DUMP_SECONDS: '0' },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    const { stdout } = started.child;
    if (!stdout) throw new Error('erl has no output');
    return new BrokerCounter(started, createInterface(stdout));
  }

  /** The next look that is taken. Throws when none comes, or the signal's reason. */
  async next(signal: AbortSignal): Promise<BrokerCounts> {
    const over = new AbortController();
    const options = { signal: AbortSignal.any([signal, over.signal]) };
    try {
      const line = once(this.#lines, 'line', options).then(([text]) => parseCounts(String(text)));
      const late = sleep(lookLimitMillis, 'nothing came', options);
      const end = this.#process.ended;
      const first = await Promise.race([line, late, end]);
      if (typeof first === 'string')
        throw new Error(`the cluster does not tell its counts: ${first}`);
      return first;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      over.abort();
    }
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}

function parseCounts(line: string): BrokerCounts {
  const [atMicros, received, consumed] = line.split(' ').map(Number);
  if (atMicros === undefined || received === undefined || consumed === undefined) {
    throw new Error(`the cluster does not tell its counts: ${line}`);
  }
  return { atMicros, received, consumed };
}

/** Prints a line for every look: the time in the middle of it, and the sums over all nodes. */
function program(nodes: readonly string[]): string {
  return `
    %% Whoever reads the lines is gone when its end of this pipe is.
    spawn(fun() -> io:get_line(""), halt(0) end),
    Nodes = [${nodes.map((name) => `'${name}'`).join(', ')}],
    Look = fun Look() ->
      Before = erlang:system_time(microsecond),
      {Answers, Silent} = rpc:multicall(Nodes, rabbit_global_counters, overview, []),
      After = erlang:system_time(microsecond),
      Counters = [C || A <- Answers, is_map(A), C <- maps:values(A)],
      Sum = fun(Names) -> lists:sum([maps:get(N, C, 0) || N <- Names, C <- Counters]) end,
      Consumed = [messages_acknowledged_total, messages_delivered_consume_auto_ack_total],
      case Silent =:= [] andalso lists:all(fun erlang:is_map/1, Answers) of
        true -> io:format("~b ~b ~b~n", [
          (Before + After) div 2, Sum([messages_received_total]), Sum(Consumed)
        ]);
        false -> io:format("no~n")
      end,
      timer:sleep(${betweenLooksMillis}),
      Look()
    end,
    Look().`;
}
