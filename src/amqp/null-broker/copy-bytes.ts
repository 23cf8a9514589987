/** From this size on, the native copy is faster than a loop, although it creates a view. */
const nativeFromBytes = 256;

/** Copies a few bytes without allocating anything, or many of them fast. */
export function copyBytes(
  source: Buffer,
  start: number,
  count: number,
  target: Buffer,
  at: number,
): void {
  if (count >= nativeFromBytes) {
    source.copy(target, at, start, start + count);
    return;
  }
  for (let i = 0; i < count; i++) target[at + i] = source[start + i] ?? 0;
}
