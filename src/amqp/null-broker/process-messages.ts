import type { NullBrokerCounts } from './counts.js';
import type { NullBrokerOptions } from './options.js';

/** What a null broker's process is told. */
export type ToProcess =
  | { readonly kind: 'start'; readonly options: NullBrokerOptions }
  | { readonly kind: 'counts'; readonly id: number }
  | { readonly kind: 'stop' };

/** What it answers; nothing to `stop`, after which it ends. */
export type FromProcess =
  | { readonly kind: 'started'; readonly url: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'counts'; readonly id: number; readonly counts: NullBrokerCounts };
