import { describe, expect, test } from 'vitest';
import { planLoad } from '../../src/plan/load-plan.js';
import { type CeilingMode, ceilingModes } from '../../src/result/generator-ceiling.js';
import { ceilingSettings } from '../../src/run/ceiling-settings.js';
import type { Crews } from '../../src/run/crews.js';
import { dealTasks } from '../../src/run/tasks.js';
import { attachedAddresses } from './fake-cluster.js';

const url = 'amqp://null-broker';

/** The threads' work for a ceiling of this mode. */
function tasksOf(mode: CeilingMode) {
  const settings = ceilingSettings(
    { mode, payloadBytes: 1024, client: 'wire', warmupMicros: 1, durationMicros: 2 },
    url,
  );
  const addresses = attachedAddresses({ entryUrls: [url] });
  // Threads cannot be hired here, and how many there are is all that matters.
  const crews = { publishers: { threads: 8 }, consumers: { threads: 8 } } as unknown as Crews;
  const { publishers, consumers } = dealTasks(planLoad(settings, 'p'), settings, {
    addresses,
    crews,
  });
  return {
    threads: [publishers.length, consumers.length],
    publishers: publishers.flatMap((task) => task.publishers),
    consumers: consumers.flatMap((task) => task.consumers),
  };
}

describe('the work of a ceiling', () => {
  test.each<[CeilingMode, readonly number[]]>([
    ['publish', [1, 0]],
    ['publish-confirm', [1, 0]],
    ['consume', [0, 1]],
    ['consume-ack', [0, 1]],
    ['loop', [1, 1]],
  ])('of %s is for so many threads a side, however many there are', (mode, threads) => {
    expect(tasksOf(mode).threads).toEqual(threads);
  });

  test('is one connection a side, with transient messages as fast as they go', () => {
    const { publishers, consumers } = tasksOf('loop');
    expect(publishers).toMatchObject([
      { urls: [url], payloadBytes: 1024, persistent: false, schedule: undefined },
    ]);
    expect(consumers).toMatchObject([{ urls: [url], prefetch: 10_000 }]);
  });

  test('has promises only where they are what is measured', () => {
    const promises = ceilingModes.map((mode) => {
      const { publishers, consumers } = tasksOf(mode);
      return [publishers[0]?.guarantee, consumers[0]?.acknowledgeEvery];
    });
    expect(promises).toEqual([
      ['none', undefined],
      ['confirm', undefined],
      [undefined, undefined],
      [undefined, 100],
      ['none', undefined],
    ]);
  });
});
