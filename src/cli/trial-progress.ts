import { formatCount, formatWait } from '../base/units.js';
import { capacityOf } from '../base/vary-text.js';
import type { CapacitySearch } from '../plan/capacity-searches.js';
import type { PlannedTrial } from '../plan/run-plan.js';
import type { Trial } from '../result/result.js';
import { type ProbeStep, probeMeasure, usualProbes } from '../run/capacity.js';
import type { LiveRates } from '../run/sampler.js';

/** Before any trial ended: what declaring, connecting and draining take beside the measuring. */
const guessedOverheadSeconds = 2;

/** Counts trials, and tells how long the rest will take from how long the ones before took. */
export class TrialProgress {
  readonly #remaining: Set<PlannedTrial>;
  readonly #searches: Set<CapacitySearch>;
  #total: number;
  readonly #now: () => number;
  #overheadSeconds = 0;
  /** Trials and probes whose overhead is known. */
  #timed = 0;
  #done = 0;
  #startedMillis = 0;
  #probe: ProbeStep | undefined;

  /** `now` in milliseconds. */
  constructor(
    plan: {
      readonly trials: readonly PlannedTrial[];
      readonly searches: readonly CapacitySearch[];
    },
    now: () => number,
  ) {
    this.#remaining = new Set(plan.trials);
    this.#searches = new Set(plan.searches);
    this.#total = plan.trials.length;
    this.#now = now;
  }

  /** The live line while a capacity is found: which probe it is, what was carried, and the time left. */
  probe(step: ProbeStep): string {
    if (step !== this.#probe) this.#startProbe(step);
    const { search, number, expected, carriedPerSecond } = step;
    const carried =
      carriedPerSecond === undefined ? '' : `, ${formatCount(carriedPerSecond)}/s carried`;
    const toCome = expected - number;
    const left = this.#left(probeSeconds) + toCome * (probeSeconds + this.#overhead());
    return `${capacityOf(search.name)}: probe ${number} of ${expected}${carried} · ${formatWait(left)} left`;
  }

  /** The probe that was under way is over. */
  endProbe(): void {
    if (this.#probe) this.#learnOverhead(probeSeconds);
    this.#probe = undefined;
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
    this.#learnOverhead(plannedSeconds(planned));
    this.#done++;
    const rate = `${formatCount(trial.throughput.consumedPerSecond)} msg/s`;
    const { lost, lostBasis, leftInQueues } = trial.ledger;
    const certainly = leftInQueues > 0 ? 'at most ' : '';
    const loss = lost > 0 ? `, ${certainly}${formatCount(lost)} ${lostBasis} lost` : '';
    const doubt = trial.valid ? '' : ', not valid';
    const kinds = trial.warnings.map(({ kind }) => kind).join(', ');
    const warned = kinds === '' ? '' : ` (${kinds})`;
    return `[${this.#done}/${this.#total}] ${nameOf(planned)}: ${rate}${loss}${doubt}${warned}`;
  }

  /** A case that will not run needs no time. */
  skip(trials: Iterable<PlannedTrial>): void {
    for (const planned of trials) if (this.#remaining.delete(planned)) this.#total--;
  }

  #line(planned: PlannedTrial, what: string): string {
    const place = `[${this.#done + 1}/${this.#total}]`;
    const left = this.#left(plannedSeconds(planned));
    return `${place} ${nameOf(planned)} · ${what} · ${formatWait(left)} left`;
  }

  /** What has begun has left, but no less than nothing, and what will come after the present search. */
  #left(presentSeconds: number): number {
    const overhead = this.#overhead();
    let seconds = Math.max(0, presentSeconds + overhead - this.#elapsedSeconds());
    for (const planned of this.#remaining) seconds += plannedSeconds(planned) + overhead;
    const cases = new Set([...this.#remaining].map(({ plannedCase }) => plannedCase));
    for (const search of this.#searches) {
      // That of skipped cases will not be made.
      if (search.cases.some((one) => cases.has(one)))
        seconds += usualProbes * (probeSeconds + overhead);
    }
    return seconds;
  }

  #startProbe(step: ProbeStep): void {
    this.endProbe();
    this.#searches.delete(step.search);
    this.#probe = step;
    this.#startedMillis = this.#now();
  }

  #learnOverhead(plannedSeconds: number): void {
    this.#overheadSeconds += this.#elapsedSeconds() - plannedSeconds;
    this.#timed++;
  }

  #overhead(): number {
    return this.#timed === 0 ? guessedOverheadSeconds : this.#overheadSeconds / this.#timed;
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

const probeSeconds = (probeMeasure.warmupMicros + probeMeasure.durationMicros) / 1e6;
