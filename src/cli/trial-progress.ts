import { formatCount, formatWait } from '../base/units.js';
import type { PlannedTrial } from '../plan/run-plan.js';
import type { Trial } from '../result/result.js';
import type { LiveRates } from '../run/sampler.js';

/** Before any trial ended: what declaring, connecting and draining take beside the measuring. */
const guessedOverheadSeconds = 2;

/** Counts trials, and tells how long the rest will take from how long the ones before took. */
export class TrialProgress {
  readonly #remaining: Set<PlannedTrial>;
  #total: number;
  readonly #now: () => number;
  #overheadSeconds = 0;
  #done = 0;
  #startedMillis = 0;

  /** `now` in milliseconds. */
  constructor(trials: readonly PlannedTrial[], now: () => number) {
    this.#remaining = new Set(trials);
    this.#total = trials.length;
    this.#now = now;
  }

  start(planned: PlannedTrial): string {
    this.#startedMillis = this.#now();
    this.#remaining.delete(planned);
    return this.#line(planned, 'connecting');
  }

  /** The live line: where the run is, what flows, and when it will be over. */
  rates(planned: PlannedTrial, rates: LiveRates): string {
    const { publishedPerSecond, consumedPerSecond } = rates;
    const flow = `${formatCount(publishedPerSecond)} in, ${formatCount(consumedPerSecond)} out msg/s`;
    return this.#line(planned, flow);
  }

  /** The line that stays when a trial is over. */
  finish(planned: PlannedTrial, trial: Trial): string {
    this.#overheadSeconds += this.#elapsedSeconds() - plannedSeconds(planned);
    this.#done++;
    const rate = `${formatCount(trial.throughput.consumedPerSecond)} msg/s`;
    const { lost, lostBasis, leftInQueues } = trial.ledger;
    const certainly = leftInQueues > 0 ? 'at most ' : '';
    const loss = lost > 0 ? `, ${certainly}${formatCount(lost)} ${lostBasis} lost` : '';
    const doubt = trial.valid ? '' : ', not valid';
    return `[${this.#done}/${this.#total}] ${nameOf(planned)}: ${rate}${loss}${doubt}`;
  }

  /** A case that will not run needs no time. */
  skip(trials: Iterable<PlannedTrial>): void {
    for (const planned of trials) if (this.#remaining.delete(planned)) this.#total--;
  }

  #line(planned: PlannedTrial, what: string): string {
    const place = `[${this.#done + 1}/${this.#total}]`;
    return `${place} ${nameOf(planned)} · ${what} · ${formatWait(this.#secondsLeft(planned))} left`;
  }

  /** What the present trial has left, but no less than nothing, and the ones to come. */
  #secondsLeft(present: PlannedTrial): number {
    const overhead = this.#done === 0 ? guessedOverheadSeconds : this.#overheadSeconds / this.#done;
    let seconds = Math.max(0, plannedSeconds(present) + overhead - this.#elapsedSeconds());
    for (const planned of this.#remaining) seconds += plannedSeconds(planned) + overhead;
    return seconds;
  }

  #elapsedSeconds(): number {
    return (this.#now() - this.#startedMillis) / 1000;
  }
}

function nameOf({ round, plannedCase }: PlannedTrial): string {
  return `round ${round} · ${plannedCase.name}`;
}

function plannedSeconds({ plannedCase: { settings } }: PlannedTrial): number {
  return (settings.measure.warmupMicros + settings.measure.durationMicros) / 1e6;
}
