import type { Draws } from './draws.js';
import type { Lies } from './lies.js';

const misfortunes = [
  'drop',
  'nack',
  'nackAndKeep',
  'duplicate',
  'repeatFlagged',
  'swap',
  'deadLetter',
  'returnRoutable',
  'closeConnection',
  'closeChannel',
  'block',
] as const;

export type Misfortune = (typeof misfortunes)[number];

/** What becomes of a message, drawn when it comes in; not all of it need come to pass. */
export type Fate = ReadonlySet<Misfortune>;

export function drawFate(lies: Lies, draws: Draws): Fate {
  return new Set(misfortunes.filter((one) => draws.happens(lies[one])));
}
