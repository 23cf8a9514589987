/** A moment of a trial, counted from its start instant: `4.2 s`; before it, `-0.3 s`. */
export function secondsText(seconds: number): string {
  // What would be written -0.0 becomes zero.
  return `${(Math.round(seconds * 10) / 10 + 0).toFixed(1)} s`;
}
