/**
 * What is measured of the generator alone, against a broker that does next to nothing: publishing
 * without and with confirms, consuming without and with acknowledgements, and both at once.
 */
export const ceilingModes = [
  'publish',
  'publish-confirm',
  'consume',
  'consume-ack',
  'loop',
] as const;
export type CeilingMode = (typeof ceilingModes)[number];

/** What one thread a side, with one connection each, can do. */
export interface CeilingFigures {
  /** Published, confirmed or consumed, as the mode says; in a loop it is what was consumed. */
  readonly messagesPerSecond: number;
  /** CPU time of the generator's process, not of the broker's, for one of those messages. */
  readonly cpuMicrosPerMessage: number;
  /** In a loop: what was published in the same window. */
  readonly publishedPerSecond?: number;
}

export interface Ceiling extends CeilingFigures {
  readonly mode: CeilingMode;
  readonly payloadBytes: number;
}

/** What a machine's generator can do, as a result carries it. */
export interface GeneratorCeiling {
  readonly measuredAt: string;
  readonly client: 'wire' | 'amqplib';
  readonly ceilings: readonly Ceiling[];
}

/**
 * Messages a second that one thread can do in this mode with bodies of this size; `undefined` when
 * the mode was not measured. A message costs about a + b × bytes, so between two measured sizes it is
 * the time for one message that is interpolated, linearly. Below the smallest size that time stays
 * what it is there; above the largest it grows with the bytes. Neither flatters the generator.
 */
export function ceilingPerSecond(
  ceilings: readonly Ceiling[],
  mode: CeilingMode,
  payloadBytes: number,
): number | undefined {
  const measured = ceilings
    .filter((one) => one.mode === mode)
    .sort((a, b) => a.payloadBytes - b.payloadBytes);
  const upper = measured.findIndex((one) => one.payloadBytes >= payloadBytes);
  const above = measured[upper];
  const below = upper < 0 ? measured.at(-1) : measured[upper - 1];
  if (above && below) return 1 / interpolated(below, above, payloadBytes);
  if (above) return above.messagesPerSecond;
  return below && (below.messagesPerSecond * below.payloadBytes) / payloadBytes;
}

/** Seconds for one message. */
function interpolated(below: Ceiling, above: Ceiling, payloadBytes: number): number {
  const [from, to] = [1 / below.messagesPerSecond, 1 / above.messagesPerSecond];
  const part = (payloadBytes - below.payloadBytes) / (above.payloadBytes - below.payloadBytes);
  return from * (1 - part) + to * part;
}
