/**
 * What was seen of the brokers and the processes while a trial went on, warm-up and drain included.
 * What nobody could tell is null or missing, and `absent` says why.
 */
export interface Observed {
  readonly nodes: readonly ObservedNode[];
  readonly queues: ObservedQueues | null;
  /** The most connections of publishers and consumers that were in a state, such as flow, at once. */
  readonly connections: { readonly maxByState: Readonly<Record<string, number>> } | null;
  readonly loadBalancer: { readonly servers: readonly ObservedServer[] } | null;
  readonly processes: readonly ObservedProcess[];
  /** What was not watched, and why, in sentences. */
  readonly absent: readonly string[];
  /** What the watching took: questions, those without an answer, and the wait for all answers. */
  readonly cost: {
    readonly questions: number;
    readonly unanswered: number;
    readonly waitedSeconds: number;
  };
}

/** RabbitMQ renews its figures of memory and disk every 5 s; shorter alarms may not be seen. */
export interface ObservedNode {
  readonly name: string;
  readonly memoryUsedBytesMax: number | null;
  /** Above so much the node blocks whoever publishes. */
  readonly memoryLimitBytes: number | null;
  readonly diskFreeBytesMin: number | null;
  /** Below so much, too. */
  readonly diskFreeLimitBytes: number | null;
  /** Whether it was ever seen to have raised the alarm. */
  readonly memoryAlarm: boolean | null;
  readonly diskAlarm: boolean | null;
  /** How many of the trial's queues had their leader there, when they were last seen before the stop. */
  readonly leaders: number | null;
}

/** Messages in all queues of the trial, up to the stop instant. */
export interface ObservedQueues {
  readonly readyMessagesMax: number | null;
  readonly unacknowledgedMessagesMax: number | null;
  /** When they were last seen before the stop instant; null when that was more than 3 s earlier. */
  readonly readyMessagesAtStop: number | null;
  readonly unacknowledgedMessagesAtStop: number | null;
}

/** A server behind the load balancer. */
export interface ObservedServer {
  readonly name: string;
  /** Whether the load balancer was ever seen to think that it is down. */
  readonly wasDown: boolean;
  readonly sessionsMax: number;
  /**
   * Over the whole trial: the load balancer adds up a session's bytes when it ends. Null unless it was
   * asked with success before the first session, and after the last.
   */
  readonly sessionsOpened: number | null;
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
}

/** The generator, or a process that the testbed started. */
export interface ObservedProcess {
  readonly kind: 'generator' | 'node' | 'load-balancer' | 'epmd';
  readonly label: string;
  /** From the start to the stop instant; null when it was not there at both. */
  readonly cpuSeconds: number | null;
  /** CPU seconds a second: 1 is one core. */
  readonly cpuCores: number | null;
  readonly memoryBytesMax: number;
}

/**
 * What was seen at which moment, in seconds from the start instant. Each kind has moments of its own,
 * at most 300: where there were more, neighbours are one, with the highest of their values.
 */
export interface ObservedSeries {
  /** Messages in all queues of the trial; null where it was not known of each of them. */
  readonly queueDepth: {
    readonly atSeconds: readonly number[];
    readonly readyMessages: readonly (number | null)[];
    readonly unacknowledgedMessages: readonly (number | null)[];
  };
  /** Memory in use ÷ the node's limit, by node; null where the node did not tell. */
  readonly memoryUsedShare: {
    readonly atSeconds: readonly number[];
    readonly byNode: Readonly<Record<string, readonly (number | null)[]>>;
  };
  /** CPU seconds a second since the moment before, by process; null where it was not there. */
  readonly cpuCores: {
    readonly atSeconds: readonly number[];
    readonly byProcess: Readonly<Record<string, readonly (number | null)[]>>;
  };
}
