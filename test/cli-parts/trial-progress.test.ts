import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TrialProgress } from '../../src/cli/trial-progress.js';
import { type PlannedTrial, planRun, type TargetGroup } from '../../src/plan/run-plan.js';
import type { Warning } from '../../src/result/result.js';
import type { ProbeStep } from '../../src/run/capacity.js';
import { read } from '../profile/reading.js';
import { exampleLedger, exampleTrial } from '../support/example-result.js';
import { present } from '../support/fake-channel.js';

/** Trials of ten seconds each: `cases` of them in each of two rounds. */
function plannedTrials(cases: number): readonly PlannedTrial[] {
  const counts = Array.from({ length: cases }, (_, i) => i + 1).join(', ');
  const text = `
name: a
measure: { warmup: 2s, duration: 8s, rounds: 2 }
vary: { queues.count: [${counts}] }`;
  return present(planRun(read(text), 1).groups[0]).trials;
}

/** Two searches for a capacity, each for a case that has one trial of ten seconds. */
function plannedSearches(): TargetGroup {
  const text = `
name: a
measure: { warmup: 2s, duration: 8s }
publishers: { rate: { ofCapacity: 50% } }
vary: { queues.count: [1, 2] }`;
  return present(planRun(read(text), 1).groups[0]);
}

/** Trial progress with a clock that the test sets. */
class Watched {
  readonly trials: readonly PlannedTrial[];
  readonly progress: TrialProgress;
  seconds = 0;

  constructor(cases: number) {
    this.trials = plannedTrials(cases);
    this.progress = new TrialProgress(
      { trials: this.trials, searches: [] },
      () => this.seconds * 1000,
    );
  }

  trial(i: number): PlannedTrial {
    return present(this.trials[i]);
  }

  /** The time left that the line at the start of trial `i` tells. */
  start(i: number): string {
    return leftOf(this.progress.start(this.trial(i)));
  }

  rates(i: number): string {
    return leftOf(this.progress.rates(this.trial(i), rates));
  }

  /** Runs trial `i` for so many seconds. */
  run(i: number, seconds: number): void {
    this.progress.start(this.trial(i));
    this.seconds += seconds;
    this.progress.finish(this.trial(i), exampleTrial(1));
  }
}

const rates = { publishedPerSecond: 12_345, consumedPerSecond: 987 };

function leftOf(line: string): string {
  return present(/ · ([^·]*) left$/.exec(line)?.[1]);
}

describe('the time left', () => {
  test('is at first that of all trials, with a guess at what each takes beside the measuring', () => {
    // Four trials of 10 + 2 seconds.
    expect(new Watched(2).start(0)).toBe('48s');
  });

  test('falls while a trial goes on', () => {
    const watched = new Watched(2);
    watched.start(0);
    watched.seconds = 7;
    expect(watched.rates(0)).toBe('41s');
  });

  test('falls as trials end', () => {
    const watched = new Watched(2);
    watched.run(0, 12);
    expect(watched.start(1)).toBe('36s');
  });

  test('learns from past trials what each takes beside the measuring', () => {
    const watched = new Watched(2);
    watched.run(0, 13);
    watched.run(1, 17);
    // Two are left, of 10 + 5 seconds.
    expect(watched.start(2)).toBe('30s');
  });

  test('leaves out the trials of a skipped case', () => {
    const watched = new Watched(2);
    const { plannedCase } = watched.trial(0);
    watched.progress.skip(watched.trials.filter((one) => one.plannedCase === plannedCase));
    expect(watched.start(1)).toBe('24s');
  });

  test('is nothing, and not less, when the last trial takes longer than planned', () => {
    const watched = new Watched(1);
    watched.run(0, 12);
    watched.start(1);
    watched.seconds += 60;
    expect(watched.rates(1)).toBe('0s');
  });

  test('is at least that of the trials to come, however long the present one takes', () => {
    const watched = new Watched(2);
    watched.start(0);
    watched.seconds = 40;
    expect(watched.rates(0)).toBe('36s');
  });

  test('is right to the second when every trial takes equally long', () => {
    const each = fc.integer({ min: 10, max: 30 });
    const cases = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(each, cases, (seconds, count) => {
        const watched = new Watched(count);
        for (let i = 0; i < watched.trials.length - 1; i++) watched.run(i, seconds);
        expect(watched.start(watched.trials.length - 1)).toBe(`${seconds}s`);
      }),
    );
  });
});

describe('while a capacity is found', () => {
  const group = plannedSearches();
  const [first, second] = group.searches.map(
    (search): ProbeStep => ({ search, number: 1, expected: 7, carriedPerSecond: undefined }),
  );
  const step = present(first);

  function watch() {
    const clock = { seconds: 0 };
    return { clock, progress: new TrialProgress(group, () => clock.seconds * 1000) };
  }

  test('the line says which probe it is, and what was carried', () => {
    const { progress } = watch();
    expect(progress.probe(step)).toMatch(/^capacity of count=1: probe 1 of 7 · /);
    expect(progress.probe({ ...step, number: 3, carriedPerSecond: 4210 })).toMatch(
      /^capacity of count=1: probe 3 of 7, 4210\/s carried · /,
    );
  });

  test('the time left has all probes, and the trials after them', () => {
    const { progress, clock } = watch();
    // Seven probes of 5 + 2 seconds in each of two searches, and two trials of 10 + 2.
    expect(leftOf(progress.probe(step))).toBe('2m 2s');
    clock.seconds = 3;
    expect(leftOf(progress.probe(step))).toBe('1m 59s');
  });

  test('the time left learns from past probes what each takes beside the measuring', () => {
    const { progress, clock } = watch();
    progress.probe(step);
    clock.seconds = 6;
    // 13 probes of 5 + 1 seconds, and two trials of 10 + 1.
    expect(leftOf(progress.probe({ ...step, number: 2 }))).toBe('1m 40s');
  });

  test('the time left has no probes of what is known, or of a case that was skipped', () => {
    const { progress, clock } = watch();
    progress.probe({ ...present(second), number: 7 });
    clock.seconds = 7;
    progress.endProbe();
    const { plannedCase } = present(
      group.trials.find((one) => step.search.cases.includes(one.plannedCase)),
    );
    progress.skip(group.trials.filter((one) => one.plannedCase === plannedCase));
    const left = present(group.trials.find((one) => one.plannedCase !== plannedCase));
    expect(leftOf(progress.start(left))).toBe('12s');
  });
});

describe('the line of a trial', () => {
  test('says where the run is, what flows and how long it will take', () => {
    const watched = new Watched(1);
    watched.run(0, 12);
    watched.progress.start(watched.trial(1));
    expect(watched.progress.rates(watched.trial(1), rates)).toBe(
      '[2/2] round 2 · count=1 · 12.3k in, 987 out msg/s · 12s left',
    );
  });

  test('counts to the number of trials that will run, without those of skipped cases', () => {
    const watched = new Watched(2);
    const { plannedCase } = watched.trial(0);
    watched.progress.skip(watched.trials.filter((one) => one.plannedCase === plannedCase));
    expect(watched.progress.start(watched.trial(1))).toMatch(/^\[1\/2\]/);
  });
});

function warning(kind: Warning['kind']): Warning {
  return { kind, text: 'what it means, and what to do' };
}

describe('the line that stays when a trial is over', () => {
  test.each([
    ['its rate', {}, '[1/2] round 1 · count=1: 12.3k msg/s'],
    [
      'what was lost',
      { ledger: exampleLedger({ lost: 7 }) },
      '[1/2] round 1 · count=1: 12.3k msg/s, 7 confirmed lost',
    ],
    [
      'what may have been lost',
      { ledger: exampleLedger({ lost: 7, leftInQueues: 9, lostBasis: 'published' }) },
      '[1/2] round 1 · count=1: 12.3k msg/s, at most 7 published lost',
    ],
    ['that it does not count', { valid: false }, '[1/2] round 1 · count=1: 12.3k msg/s, not valid'],
    [
      'what to be warned of',
      { valid: false, warnings: [warning('clock'), warning('unsteady')] },
      '[1/2] round 1 · count=1: 12.3k msg/s, not valid (clock, unsteady)',
    ],
  ])('says %s', (_, changes, line) => {
    const watched = new Watched(1);
    watched.progress.start(watched.trial(0));
    const trial = exampleTrial(12_345, changes);
    expect(watched.progress.finish(watched.trial(0), trial)).toBe(line);
  });
});
