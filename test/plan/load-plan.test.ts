import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planLoad } from '../../src/plan/load-plan.js';
import type { Mirrors, Rate } from '../../src/profile/settings.js';
import { settingsWith } from '../support/settings.js';

const count = fc.integer({ min: 1, max: 50 });

const sizes = fc.record({ queues: count, publishers: count, consumers: count });

function planOf({ queues = 1, publishers = 1, consumers = 1 }, prefix = 'p') {
  const settings = settingsWith({
    queues: { count: queues },
    publishers: { count: publishers },
    consumers: { count: consumers },
  });
  return planLoad(settings, prefix);
}

function ratesOf(rate: Rate, publishers: number): (number | undefined)[] {
  const settings = settingsWith({ publishers: { count: publishers, rate } });
  return planLoad(settings, 'p').publishers.map(
    ({ schedule }) => schedule?.curve[0]?.fromPerSecond,
  );
}

function mirrorsOf(mirrors: Mirrors) {
  return planLoad(settingsWith({ queues: { mirrors } }), 'p').mirrorDefinition;
}

describe('the layout of a trial', () => {
  test('has as many queues, publishers and consumers as were asked for', () => {
    fc.assert(
      fc.property(sizes, (asked) => {
        const plan = planOf(asked);
        expect(plan.queues).toHaveLength(asked.queues);
        expect(plan.publishers.map(({ id }) => id)).toEqual([
          ...new Array(asked.publishers).keys(),
        ]);
        expect(plan.consumers.map(({ id }) => id)).toEqual([...new Array(asked.consumers).keys()]);
      }),
    );
  });

  test('puts publisher i and consumer i on queue i mod count', () => {
    fc.assert(
      fc.property(sizes, (asked) => {
        const { queues, publishers, consumers } = planOf(asked);
        for (const { id, routingKey } of publishers) {
          expect(routingKey).toBe(queues[id % asked.queues]?.name);
        }
        for (const { id, queue } of consumers) expect(queue).toBe(queues[id % asked.queues]?.name);
      }),
    );
  });

  test('gives each queue a name and a home of its own', () => {
    fc.assert(
      fc.property(count, (queues) => {
        const plan = planOf({ queues });
        expect(new Set(plan.queues.map(({ name }) => name)).size).toBe(queues);
        expect(plan.queues.map(({ home }) => home)).toEqual([...new Array(queues).keys()]);
      }),
    );
  });

  test('begins all names with the prefix', () => {
    const { exchange, queues } = planOf({ queues: 3 }, 'run-7');
    for (const name of [exchange, ...queues.map((queue) => queue.name)]) {
      expect(name).toMatch(/^run-7\../);
    }
  });

  test.each([true, false])('is durable: %s, exchange and queues alike', (durable) => {
    const plan = planLoad(settingsWith({ queues: { count: 2, durable } }), 'p');
    expect([plan.durable, ...plan.queues.map((queue) => queue.durable)]).toEqual([
      durable,
      durable,
      durable,
    ]);
  });
});

describe('a publisher', () => {
  test('has no rate when it shall publish as fast as it can', () => {
    expect(ratesOf({ kind: 'max' }, 2)).toEqual([undefined, undefined]);
  });

  test('has the whole of a rate that is meant for each', () => {
    expect(ratesOf({ kind: 'each', perSecond: 500 }, 2)).toEqual([500, 500]);
  });

  test('has an equal share of a total rate', () => {
    expect(ratesOf({ kind: 'total', perSecond: 1000 }, 4)).toEqual([250, 250, 250, 250]);
  });

  test('leaves none of a total rate over', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), count, (perSecond, publishers) => {
        const rates = ratesOf({ kind: 'total', perSecond }, publishers);
        const sum = rates.reduce<number>((total, rate) => total + (rate ?? Number.NaN), 0);
        expect(Math.abs(sum - perSecond)).toBeLessThanOrEqual(perSecond * 1e-12);
        expect(new Set(rates).size).toBe(1);
      }),
    );
  });

  test('is on a queue, unless it is one of the last, who are to send what is unroutable', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (asked, drawn) => {
        const unroutable = drawn % (asked.publishers + 1);
        const settings = settingsWith({
          queues: { count: asked.queues },
          publishers: { count: asked.publishers, unroutable },
        });
        const { queues, publishers } = planLoad(settings, 'p');
        const bound = new Set(queues.map(({ name }) => name));
        const first = asked.publishers - unroutable;
        for (const { id, isUnroutable, routingKey } of publishers) {
          expect([isUnroutable, bound.has(routingKey)]).toEqual([id >= first, id < first]);
        }
      }),
    );
  });

  test('sends what is unroutable to a name under the prefix', () => {
    const settings = settingsWith({ publishers: { count: 2, unroutable: 1 } });
    const keys = planLoad(settings, 'run-7').publishers.map(({ routingKey }) => routingKey);
    expect(keys).toEqual(['run-7.q1', 'run-7.nowhere']);
  });

  test('takes no consumer from the queues, even if none is routable', () => {
    const settings = settingsWith({
      queues: { count: 2 },
      publishers: { count: 2, unroutable: 2 },
      consumers: { count: 2 },
    });
    const { consumers, queues } = planLoad(settings, 'p');
    expect(consumers.map(({ queue }) => queue)).toEqual(queues.map(({ name }) => name));
  });

  test('sends at its own moment of the period, evenly spread', () => {
    const rate = { kind: 'total', perSecond: 4 } as const;
    const settings = settingsWith({ publishers: { count: 4, rate } });
    const phases = planLoad(settings, 'p').publishers.map(({ schedule }) => schedule?.phase);
    expect(phases).toEqual([0, 0.25, 0.5, 0.75]);
  });
});

describe('a queue', () => {
  test.each(['classic', 'quorum'] as const)('is declared with its type, %s', (type) => {
    const [queue] = planLoad(settingsWith({ queues: { type } }), 'p').queues;
    expect(queue?.arguments).toMatchObject({ 'x-queue-type': type });
  });

  test('removes itself when it was abandoned', () => {
    const [queue] = planOf({}).queues;
    expect(queue?.arguments['x-expires']).toBe(30 * 60 * 1000);
  });

  test('has the arguments of the profile, even in place of those of rmqbench', () => {
    const given = { 'x-max-length': 5, 'x-expires': 1000 };
    const [queue] = planLoad(settingsWith({ queues: { arguments: given } }), 'p').queues;
    expect(queue?.arguments).toEqual({ 'x-queue-type': 'classic', ...given });
  });
});

describe('the policy that mirrors queues', () => {
  test('is absent when queues are not mirrored', () => {
    expect(mirrorsOf('none')).toBeUndefined();
  });

  test('mirrors on all nodes', () => {
    expect(mirrorsOf('all')).toEqual({ 'ha-mode': 'all' });
  });

  test('mirrors on exactly so many', () => {
    expect(mirrorsOf({ exactly: 2 })).toEqual({ 'ha-mode': 'exactly', 'ha-params': 2 });
  });
});
