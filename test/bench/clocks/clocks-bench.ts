import { type AbsentPeer, isPresent } from '../peers/peer.js';
import { findPerfTest, type PerfTest } from '../peers/perf-test.js';
import type { BenchSettings, Section, SectionOutcome } from '../section.js';
import { type DelayFigures, measureDelay } from './delay.js';
import { delayGoal, delayText } from './delay-text.js';
import { measureSchedule, type ScheduleRound, scheduleName, schedules } from './schedule.js';
import { scheduleGoals, scheduleText } from './schedule-text.js';
import { measureStall, type StallFigures } from './stall.js';
import { stallGoal, stallText } from './stall-text.js';

/** Clocks and schedules against a null broker that does known things to them, in real time. */
export const clocksBench: Section = { name: 'clocks', run };

async function run(settings: BenchSettings): Promise<SectionOutcome> {
  const { rounds, signal, note } = settings;
  note('looking for PerfTest');
  const found = await findPerfTest(signal);
  const perfTest = isPresent(found) ? found : undefined;
  const stalls: StallFigures[] = [];
  const delays: DelayFigures[] = [];
  const sent: ScheduleRound[][] = schedules.map(() => []);
  const failures: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    const attempt = async (what: string, measure: () => Promise<unknown>) => {
      note(`round ${round} of ${rounds}: ${what}`);
      try {
        await measure();
      } catch (error) {
        signal.throwIfAborted();
        failures.push(`${what}: ${(error as Error).message.replaceAll('\n', ' ')}`);
      }
    };
    await attempt('a stall', async () => stalls.push(await measureStall(perfTest, settings)));
    await attempt('a delay', async () => delays.push(await measureDelay(perfTest, settings)));
    for (const [i, schedule] of schedules.entries()) {
      const measure = async () =>
        sent[i]?.push(await measureSchedule(schedule, perfTest, settings));
      await attempt(scheduleName(schedule), measure);
    }
  }
  const parts = [
    heading(settings, found),
    ...(stalls.length === 0 ? [] : [stallText(stalls)]),
    ...(delays.length === 0 ? [] : [delayText(delays)]),
    scheduleText(sent),
    ...failures.map((text) => `- failed: ${text}`),
  ];
  const goals = [
    ...(stalls.length === 0 ? [] : [stallGoal(stalls)]),
    ...(delays.length === 0 ? [] : [delayGoal(delays)]),
    ...scheduleGoals(sent),
  ];
  return { markdown: parts.join('\n\n'), goals };
}

function heading({ rounds, warmupSeconds }: BenchSettings, found: PerfTest | AbsentPeer): string {
  const peer = isPresent(found)
    ? `${found.name} ${found.version}`
    : `${found.name} is absent: ${found.absent}`;
  return [
    '## Clocks against the null broker',
    '',
    'Both tools send 12 bytes to a null broker in a process of its own, which hands them on to one',
    'consumer without acknowledgements; rmqbench as a user starts it, with `rmqbench run`.',
    `Medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'} after ${warmupSeconds} s of warm-up each; ${peer}.`,
  ].join('\n');
}
