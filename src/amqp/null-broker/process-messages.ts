import type { NullBrokerCounts } from './counts.js';
import type { DelaySummary } from './delay-record.js';
import type { NullBrokerOptions } from './options.js';

/** What a null broker's process can be asked, with what the answer holds. */
export interface Answers {
  readonly counts: NullBrokerCounts;
  readonly delays: DelaySummary;
  /** How long it really stood still, in µs. */
  readonly stall: number;
}

/** What is asked; a `stall` is to last so long. */
export type Question =
  | { readonly about: 'counts' }
  | { readonly about: 'delays' }
  | { readonly about: 'stall'; readonly lengthMicros: number };

/** What a null broker's process is told. */
export type ToProcess =
  | { readonly kind: 'start'; readonly options: NullBrokerOptions }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  | { readonly kind: 'stop' };

/** What it answers; nothing to `stop`, after which it ends. */
export type FromProcess =
  | { readonly kind: 'started'; readonly url: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answers[keyof Answers] };
