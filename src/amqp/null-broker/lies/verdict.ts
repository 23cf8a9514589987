import type { Route } from '../publish-route.js';
import type { Fate } from './fate.js';

/** What the broker does with a message that it takes. */
export interface Verdict {
  readonly isGivenBack: boolean;
  readonly isQueued: boolean;
  /** What it says, where messages are confirmed. */
  readonly isAccepted: boolean;
}

export function verdictOn(route: Route, fate: Fate, isConfirming: boolean): Verdict {
  if (route.isReturned || (route.isMandatory && fate.has('returnRoutable'))) {
    return { isGivenBack: true, isQueued: false, isAccepted: true };
  }
  if (fate.has('drop')) return { isGivenBack: false, isQueued: false, isAccepted: true };
  if (isConfirming && fate.has('nack')) {
    return { isGivenBack: false, isQueued: false, isAccepted: false };
  }
  return { isGivenBack: false, isQueued: true, isAccepted: !fate.has('nackAndKeep') };
}
