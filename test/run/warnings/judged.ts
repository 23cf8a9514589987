import type { Ledger } from '../../../src/measure/ledger.js';
import type { Throughput, Trial, Warning } from '../../../src/result/result.js';
import type { FinishedTrial } from '../../../src/run/measured.js';
import { trialWarnings } from '../../../src/run/warnings.js';
import { exampleLedger, exampleTrial } from '../../support/example-result.js';
import { finishedTrial } from '../finished-trial.js';

/** What differs from a trial of a thousand messages a second in which all went well. */
export interface Given
  extends Partial<Pick<Trial, 'latencyMicros' | 'unsent' | 'steadyState' | 'observed'>> {
  readonly profile?: string;
  readonly finished?: Partial<FinishedTrial>;
  /** Of what was published, confirmed and consumed. */
  readonly perSecond?: number;
  readonly throughput?: Partial<Throughput>;
  readonly ledger?: Partial<Ledger>;
  readonly connections?: Partial<Trial['connections']>;
  readonly littlesLaw?: Partial<Trial['littlesLaw']>;
}

/** The warnings of such a trial. */
export function warnings(given: Given): Warning[] {
  const { profile, finished, perSecond = 1000, ...changes } = given;
  const usual = exampleTrial(perSecond);
  return trialWarnings(finishedTrial(profile, finished), {
    ...usual,
    ...changes,
    throughput: { ...usual.throughput, ...changes.throughput },
    ledger: exampleLedger(changes.ledger),
    connections: { ...usual.connections, ...changes.connections },
    littlesLaw: { ...usual.littlesLaw, ...changes.littlesLaw },
  });
}

export function kinds(given: Given): string[] {
  return warnings(given).map(({ kind }) => kind);
}

export function firstText(given: Given): string | undefined {
  return warnings(given)[0]?.text;
}
