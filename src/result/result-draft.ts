import type {
  Broker,
  Capacity,
  ClaimVerdict,
  Latencies,
  Result,
  ResultCase,
  Trial,
} from './result.js';

/** What is known of a result before anything is measured. */
export type ResultHeader = Pick<Result, 'id' | 'startedAt' | 'profile' | 'seed' | 'environment'> & {
  readonly cases: readonly Pick<ResultCase, 'name' | 'vary' | 'settings'>[];
};

interface DraftCase {
  readonly head: Pick<ResultCase, 'name' | 'vary' | 'settings'>;
  skipped: string | undefined;
  broker: Broker | null;
  loadBalancer: ResultCase['loadBalancer'];
  capacity: Capacity | undefined;
  latencyMicros: Latencies;
  readonly trials: Trial[];
}

/** A result as it grows, case by index; a snapshot of it can be written at any time. */
export class ResultDraft {
  readonly #header: ResultHeader;
  readonly #cases: readonly DraftCase[];
  readonly #missing = new Set<string>();

  constructor(header: ResultHeader) {
    this.#header = header;
    this.#cases = header.cases.map((head) => ({
      head,
      skipped: undefined,
      broker: null,
      loadBalancer: null,
      capacity: undefined,
      latencyMicros: {},
      trials: [],
    }));
  }

  /** Notes which cluster runs these cases. */
  ranOn(indexes: readonly number[], broker: Broker, balancer: ResultCase['loadBalancer']): void {
    for (const index of indexes) {
      const one = this.#at(index);
      one.broker = broker;
      one.loadBalancer = balancer;
    }
  }

  /** Notes what the run has to do without. */
  lacks(missing: readonly string[]): void {
    for (const one of missing) this.#missing.add(one);
  }

  skip(index: number, reason: string): void {
    this.#at(index).skipped = reason;
  }

  /** Notes what these cases can carry. */
  carry(indexes: readonly number[], capacity: Capacity): void {
    for (const index of indexes) this.#at(index).capacity = capacity;
  }

  /** Adds a trial; `latencyMicros` is that of all valid trials of the case, this one included. */
  addTrial(index: number, trial: Trial, latencyMicros: Latencies): void {
    const one = this.#at(index);
    one.trials.push(trial);
    one.latencyMicros = latencyMicros;
  }

  /** The cases as they stand: what claims are judged on. */
  get cases(): ResultCase[] {
    return this.#cases.map(({ head, skipped, capacity, trials, ...rest }) => ({
      ...head,
      ...(skipped === undefined ? {} : { skipped }),
      ...(capacity === undefined ? {} : { capacity }),
      ...rest,
      trials: [...trials],
    }));
  }

  snapshot(end: {
    readonly interrupted: boolean;
    readonly claims: readonly ClaimVerdict[];
  }): Result {
    const { cases: _, ...header } = this.#header;
    return {
      schema: 'rmqbench/result@1',
      ...header,
      finishedAt: new Date().toISOString(),
      interrupted: end.interrupted,
      missing: [...this.#missing],
      cases: this.cases,
      claims: end.claims,
    };
  }

  #at(index: number): DraftCase {
    const one = this.#cases[index];
    if (one === undefined) throw new RangeError(`no case ${index}`);
    return one;
  }
}
