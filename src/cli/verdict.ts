import { type ExitCode, exitCodes } from '../base/exit-codes.js';
import { certainlyLost } from '../gate/certain-loss.js';
import type { Result } from '../result/result.js';

/**
 * What a finished run's result means for the shell. Losing confirmed messages is always bad, in a probe
 * of a capacity, too, but only when nothing else can have become of them; claims count under `strict`
 * only.
 */
export function judgeResult({ cases, claims }: Result, strict: boolean): ExitCode {
  const ledgers = cases.flatMap(({ trials, capacity }) =>
    [...trials, ...(capacity?.probes ?? [])].map(({ ledger }) => ledger),
  );
  if (ledgers.some((ledger) => certainlyLost(ledger) > 0)) return exitCodes.bad;
  if (!strict) return exitCodes.good;
  if (claims.some(({ verdict }) => verdict === 'fails')) return exitCodes.bad;
  const isOpen = claims.some(({ verdict }) => verdict === 'inconclusive');
  return isOpen ? exitCodes.inconclusive : exitCodes.good;
}

/** Of several outcomes the one that a shell must hear of, the gravest first. */
const gravity: readonly ExitCode[] = [
  exitCodes.interrupted,
  exitCodes.internal,
  exitCodes.broker,
  exitCodes.usage,
  exitCodes.bad,
  exitCodes.inconclusive,
  exitCodes.good,
];

export function worstOf(one: ExitCode, other: ExitCode): ExitCode {
  return gravity.indexOf(one) <= gravity.indexOf(other) ? one : other;
}
