import type { Trial, Warning } from '../result/result.js';
import type { FinishedTrial } from './measured.js';
import { raisedAlarms } from './warnings/alarms.js';
import { foreignMessages, unfinishedDrain } from './warnings/books.js';
import { blockedConnections, lostConnections } from './warnings/connections.js';
import { busyGenerator, disagreeingClocks, lateGenerator } from './warnings/generator.js';
import { growingLateness, growingQueues, missedRate } from './warnings/load.js';
import { brokenLaw, unsteadyThroughput } from './warnings/steadiness.js';

/** What a trial shows of itself, and warnings are raised by. */
export type JudgedTrial = Pick<
  Trial,
  | 'throughput'
  | 'unsent'
  | 'latencyMicros'
  | 'ledger'
  | 'connections'
  | 'steadyState'
  | 'littlesLaw'
  | 'observed'
>;

/** What a reader must know before trusting the trial: each warning says what, why and what to try. */
export function trialWarnings(finished: FinishedTrial, judged: JudgedTrial): Warning[] {
  return [
    ...busyGenerator(finished),
    ...disagreeingClocks(finished),
    ...brokenLaw(judged),
    ...missedRate(finished, judged),
    ...growingLateness(finished),
    ...growingQueues(finished, judged),
    ...lateGenerator(finished, judged),
    ...unsteadyThroughput(judged),
    ...unfinishedDrain(judged.ledger),
    ...lostConnections(judged.connections),
    ...blockedConnections(judged.connections),
    ...raisedAlarms(finished, judged.observed),
    ...foreignMessages(judged.ledger),
  ];
}
