import type { Rate, RateStep } from '../profile/settings.js';

/**
 * A piece of a rate over time, which goes evenly from one value to another. Moments are µs from the
 * begin instant, rates messages per second.
 */
export interface RatePiece {
  readonly fromMicros: number;
  /** Where the next piece begins; `Infinity` for the last one, whose rate stays as it is. */
  readonly untilMicros: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
}

/** A rate over time without a gap, from the begin instant for ever. */
export type RateCurve = readonly RatePiece[];

/**
 * What each of so many publishers sends when they share the load evenly; `undefined` at rate max.
 * Steps count from the start instant, `warmupMicros` after the begin instant: the first one's rate
 * holds before it, the last one's after it.
 */
export function rateCurve(
  rate: Rate,
  publishers: number,
  warmupMicros: number,
): RateCurve | undefined {
  if (rate.kind === 'max') return undefined;
  if (rate.kind === 'of-capacity') {
    throw new Error('a share of the capacity is no rate before the capacity is known');
  }
  const steps = typeof rate.perSecond === 'number' ? constant(rate.perSecond) : rate.perSecond;
  return piecesOf(steps, rate.kind === 'each' ? 1 : 1 / publishers, warmupMicros);
}

/** Whether a rate is meant to be the same all the time; rate max is meant to be whatever it is. */
export function isConstant(rate: Rate): boolean {
  if (rate.kind === 'max' || rate.kind === 'of-capacity') return true;
  if (typeof rate.perSecond === 'number') return true;
  const rates = rate.perSecond.flatMap((step) => [step.fromPerSecond, step.toPerSecond]);
  return new Set(rates).size === 1;
}

/** The highest rate that it ever reaches. */
export function peakPerSecond(curve: RateCurve): number {
  return Math.max(...curve.map((piece) => Math.max(piece.fromPerSecond, piece.toPerSecond)));
}

/** How many messages are due within a whole piece. */
export function messagesIn(piece: RatePiece): number {
  const { fromMicros, untilMicros, fromPerSecond, toPerSecond } = piece;
  if (fromPerSecond === 0 && toPerSecond === 0) return 0;
  return ((untilMicros - fromMicros) / 1e6) * ((fromPerSecond + toPerSecond) / 2);
}

/** How many messages are due before a moment, whole or not. */
export function messagesBefore(curve: RateCurve, micros: number): number {
  const begun = curve.filter(({ fromMicros }) => fromMicros < micros);
  return begun.reduce((total, piece) => total + messagesIn(upTo(piece, micros)), 0);
}

function upTo(piece: RatePiece, micros: number): RatePiece {
  const { fromMicros, untilMicros, fromPerSecond, toPerSecond } = piece;
  if (untilMicros <= micros) return piece;
  const share = (micros - fromMicros) / (untilMicros - fromMicros);
  const reached = fromPerSecond + share * (toPerSecond - fromPerSecond);
  return { ...piece, untilMicros: micros, toPerSecond: reached };
}

/**
 * When so many messages of a piece have become due, µs from the begin instant; `messages` is less
 * than what `messagesIn` says of it. With a rate of a + s·t that is the t at which a·t + s·t²/2 messages
 * are due, in the form of the root that loses no digits when s is small.
 */
export function momentIn(piece: RatePiece, messages: number): number {
  const { fromMicros, untilMicros, fromPerSecond, toPerSecond } = piece;
  if (fromPerSecond === toPerSecond) return fromMicros + (messages * 1e6) / fromPerSecond;
  const slope = (toPerSecond - fromPerSecond) / ((untilMicros - fromMicros) / 1e6);
  const root = Math.sqrt(Math.max(0, fromPerSecond ** 2 + 2 * slope * messages));
  return fromMicros + (2e6 * messages) / (fromPerSecond + root || 1);
}

function constant(perSecond: number): RateStep[] {
  return [{ durationMicros: 0, fromPerSecond: perSecond, toPerSecond: perSecond }];
}

function piecesOf(steps: readonly RateStep[], share: number, warmupMicros: number): RateCurve {
  const level = (untilMicros: number, perSecond: number) => ({
    fromMicros: 0,
    untilMicros,
    fromPerSecond: perSecond * share,
    toPerSecond: perSecond * share,
  });
  const pieces: RatePiece[] = [level(warmupMicros, steps[0]?.fromPerSecond ?? 0)];
  let fromMicros = warmupMicros;
  for (const step of steps) {
    const untilMicros = fromMicros + step.durationMicros;
    const { fromPerSecond, toPerSecond } = step;
    pieces.push({
      fromMicros,
      untilMicros,
      fromPerSecond: fromPerSecond * share,
      toPerSecond: toPerSecond * share,
    });
    fromMicros = untilMicros;
  }
  const last = level(Number.POSITIVE_INFINITY, steps.at(-1)?.toPerSecond ?? 0);
  return joined([...pieces, { ...last, fromMicros }]);
}

/** Without pieces that last no time, and with neighbours of one rate as one piece. */
function joined(pieces: RateCurve): RateCurve {
  const kept: RatePiece[] = [];
  for (const piece of pieces.filter((one) => one.untilMicros > one.fromMicros)) {
    const before = kept.at(-1);
    if (before !== undefined && isLevel(before) && isLevel(piece) && meets(before, piece)) {
      kept[kept.length - 1] = { ...before, untilMicros: piece.untilMicros };
    } else {
      kept.push(piece);
    }
  }
  return kept;
}

function isLevel({ fromPerSecond, toPerSecond }: RatePiece): boolean {
  return fromPerSecond === toPerSecond;
}

function meets(before: RatePiece, after: RatePiece): boolean {
  return before.toPerSecond === after.fromPerSecond;
}
