/** A broker that stands still once while a publisher on a schedule is measured. */
export interface Stall {
  readonly lengthMicros: number;
  /** Messages that are due in a second. */
  readonly ratePerSecond: number;
  /** How fast the backlog is carried away afterwards. */
  readonly catchUpPerSecond: number;
  /** Time in which messages were due that are measured; all who wait for the stall are among them. */
  readonly windowSeconds: number;
}

/**
 * The latency in µs, from the moment a message was due, that this share of the messages does not
 * exceed. The message that is due when the stall begins waits for all of it, L. One that is due u
 * later finds u·r others before it, so that it is carried away u·r/C after the stall: it waits for
 * L − u·(1 − r/C), and the last that waits at all is due L/(1 − r/C) after the first. The latencies
 * are evenly spread from L to 0 over that share of the window; all others take no time here.
 */
export function predictedMicros(share: number, stall: Stall): number {
  const { lengthMicros, ratePerSecond, catchUpPerSecond, windowSeconds } = stall;
  const lateMicros = lengthMicros / (1 - ratePerSecond / catchUpPerSecond);
  const lateShare = lateMicros / (windowSeconds * 1e6);
  return Math.max(0, lengthMicros * (1 - (1 - share) / lateShare));
}
