/**
 * The only place where quantities are read from text and written as text. Inside rmqbench there are
 * only microseconds, bytes and messages per second; each name carries its unit.
 */

const microsPerUnit = { us: 1, µs: 1, ms: 1e3, s: 1e6, m: 60e6, h: 3600e6 } as const;
const bytesPerUnit = { B: 1, kB: 1e3, MB: 1e6, KiB: 1024, MiB: 1024 ** 2 } as const;
const countPerUnit = { k: 1e3, M: 1e6 } as const;

/** Reads `20ms`, `10s`, `1.5m` as microseconds; `undefined` when the text is no duration. */
export function parseDurationMicros(text: string): number | undefined {
  return parseQuantity(text, /^(\d+(?:\.\d+)?)(us|µs|ms|s|m|h)$/, microsPerUnit);
}

/** Reads `12B`, `1KiB`, `1.5MiB` as whole bytes; `undefined` when the text is no size. */
export function parseSizeBytes(text: string): number | undefined {
  const bytes = parseQuantity(text, /^(\d+(?:\.\d+)?)(B|kB|MB|KiB|MiB)$/, bytesPerUnit);
  if (bytes === undefined) return undefined;
  // 1.001 × 1000 is 1000.9999999999999 in floating point, and yet a whole number of bytes.
  const whole = Math.round(bytes);
  return Math.abs(bytes - whole) <= whole * 1e-9 ? whole : undefined;
}

/** Reads `250/s`, `5k/s`, `1.35M/s` as messages per second; `undefined` when it is no rate. */
export function parseRatePerSecond(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(k|M)?\/s$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  return Number(number) * (unit === undefined ? 1 : countPerUnit[unit as 'k' | 'M']);
}

function parseQuantity(
  text: string,
  pattern: RegExp,
  perUnit: Readonly<Record<string, number>>,
): number | undefined {
  const [, number, unit] = pattern.exec(text) ?? [];
  const factor = unit === undefined ? undefined : perUnit[unit];
  return factor === undefined ? undefined : Number(number) * factor;
}

/** Writes a duration with three significant digits: `870 µs`, `1.23 ms`, `12.3 s`. */
export function formatMicros(micros: number): string {
  if (micros < 999.5) return `${Math.round(micros)} µs`;
  if (micros < 999.5e3) return `${threeDigits(micros / 1e3)} ms`;
  return `${threeDigits(micros / 1e6)} s`;
}

/** Writes whole bytes in the largest binary unit that they are whole in: `12 B`, `64 KiB`. */
export function formatBytes(bytes: number): string {
  const unit = (['MiB', 'KiB'] as const).find(
    (one) => bytes > 0 && bytes % bytesPerUnit[one] === 0,
  );
  return unit === undefined ? `${bytes} B` : `${bytes / bytesPerUnit[unit]} ${unit}`;
}

/** Writes a count or a rate with three significant digits: `0.10`, `870`, `12.3k`, `1.35M`. */
export function formatCount(count: number): string {
  if (count < 9.995 && !Number.isInteger(count)) return threeDigits(count);
  if (count < 9999.5) return String(Math.round(count));
  if (count < 999.5e3) return `${threeDigits(count / 1e3)}k`;
  return `${threeDigits(count / 1e6)}M`;
}

/** Writes a span that a person waits for: `48s`, `3m 20s`, `1h 5m`. */
export function formatWait(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  return `${Math.floor(whole / 3600)}h ${Math.floor((whole % 3600) / 60)}m`;
}

function threeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
