import { Draws } from '../../src/amqp/null-broker/lies/draws.js';
import type { Lies } from '../../src/amqp/null-broker/lies/lies.js';

/** A broker with these lies tells none, but keeps the truth. */
export const noLies: Lies = {
  seed: 1,
  drop: 0,
  nack: 0,
  nackAndKeep: 0,
  duplicate: 0,
  repeatFlagged: 0,
  swap: 0,
  deadLetter: 0,
  returnRoutable: 0,
  closeConnection: 0,
  closeChannel: 0,
  reset: false,
  loseUnacknowledged: false,
  requeueUnflagged: false,
  loseSent: 0,
  block: 0,
};

const aboutMessages = [
  'drop',
  'nack',
  'nackAndKeep',
  'duplicate',
  'repeatFlagged',
  'swap',
  'deadLetter',
  'returnRoutable',
] as const;

/** Each costs a new connection or channel, or a wait. */
const aboutConnections = ['closeConnection', 'closeChannel', 'block'] as const;

const sharesOfMessages = [0.001, 0.005, 0.01, 0.02, 0.05];
const sharesOfConnections = [0.002, 0.005, 0.01, 0.02];

/** A plan of few or many lies, mostly rare ones, now and then of none; never with resets. */
export function randomLies(seed: number): Lies {
  const draws = new Draws(seed);
  const density = draws.oneOf([0, 0.2, 0.4, 0.6, 0.8]);
  const drawn = (kinds: readonly string[], shares: readonly number[]) =>
    kinds.map((kind) => [kind, draws.happens(density) ? draws.oneOf(shares) : 0] as const);
  return {
    ...noLies,
    seed,
    ...Object.fromEntries(drawn(aboutMessages, sharesOfMessages)),
    ...Object.fromEntries(drawn(aboutConnections, sharesOfConnections)),
    loseUnacknowledged: draws.happens(density / 2),
    requeueUnflagged: draws.happens(density / 2),
    loseSent: draws.happens(density) ? 1 + draws.below(20) : 0,
  };
}
