/** How often a source is asked that has something new at any time. */
export const usualPeriodMicros = 1_000_000;

/** Something that tells, when it is asked, how it is doing at that moment. */
export interface Source<T> {
  /** What it tells of, in the plural: `sessions and bytes of the load balancer`. */
  readonly tells: string;
  /** How often it has something new to tell. */
  readonly periodMicros: number;
  /** Whether it knows some of what there is to tell only when all is over. */
  readonly hasLastWord?: boolean;
  /**
   * Rejects with an Error whose message says why there is no answer. The signal aborts when nobody waits
   * for one any longer; then nothing of the question may be left.
   */
  ask(signal: AbortSignal): Promise<T>;
}

/** What a source told, at a moment of the shared clock. */
export interface Observation<T> {
  readonly atMicros: number;
  readonly told: T;
}
