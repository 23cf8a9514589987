import { describe, expect, test } from 'vitest';
import { complaints, read, settings } from './reading.js';

function publishing(publishers: string): string {
  return `name: a\npublishers: { ${publishers} }`;
}

function rateOf(written: string) {
  return settings(publishing(`rate: ${written}`)).publishers.rate;
}

const second = 1_000_000;

describe('the rate of publishers', () => {
  test.each([
    ['0.1/s', { kind: 'each', perSecond: 0.1 }],
    ['0.1', { kind: 'each', perSecond: 0.1 }],
    ['{ each: 5k/s }', { kind: 'each', perSecond: 5000 }],
    ['{ total: 0.5/s }', { kind: 'total', perSecond: 0.5 }],
    ['{ ofCapacity: 20% }', { kind: 'of-capacity', share: 0.2 }],
    ['{ ofCapacity: 200% }', { kind: 'of-capacity', share: 2 }],
    ['{ ofCapacity: 0.95 }', { kind: 'of-capacity', share: 0.95 }],
  ])('%s', (written, rate) => {
    expect(rateOf(written)).toEqual(rate);
  });

  test('may go in steps, each with a rate of its own', () => {
    expect(rateOf('{ total: [{ for: 2s, rate: 1k/s }, { for: 500ms, rate: 0 }] }')).toEqual({
      kind: 'total',
      perSecond: [
        { durationMicros: 2 * second, fromPerSecond: 1000, toPerSecond: 1000 },
        { durationMicros: second / 2, fromPerSecond: 0, toPerSecond: 0 },
      ],
    });
  });

  test('may go in ramps, up from nothing and down again', () => {
    const ramps = '[{ for: 4s, from: 0, to: 2k/s }, { for: 1s, from: 2000, to: 0/s }]';
    expect(rateOf(`{ each: ${ramps} }`)).toEqual({
      kind: 'each',
      perSecond: [
        { durationMicros: 4 * second, fromPerSecond: 0, toPerSecond: 2000 },
        { durationMicros: second, fromPerSecond: 2000, toPerSecond: 0 },
      ],
    });
  });

  test('may be scheduled for all of the measured time', () => {
    expect(complaints(publishing('rate: { total: [{ for: 10s, rate: 1 }] }'))).toEqual([]);
  });
});

describe('a rate is refused', () => {
  const parts =
    'a step { for: 10s, rate: 1k/s } or a ramp { for: 10s, from: 1k/s, to: 5k/s }' as const;
  test.each([
    [
      '{ total: [] }',
      '2:30: publishers.rate.total must be a rate above 0 such as 5k/s, a number of messages per second, or a list of steps and ramps, not []',
    ],
    [
      '{ total: [{ for: 1s }] }',
      `2:31: publishers.rate.total[0] must be ${parts}, not { for: 1s }`,
    ],
    ['{ total: [5] }', `2:31: publishers.rate.total[0] must be ${parts}, not 5`],
    [
      '{ each: [{ for: 1s, rate: 1 }, { for: 1s, rate: -1 }] }',
      '2:69: publishers.rate.each[1].rate must be a rate such as 5k/s, a number of messages per second, or 0, not -1',
    ],
    [
      '{ each: [{ for: 0s, rate: 1 }] }',
      '2:37: publishers.rate.each[0].for must be a duration from 1ms to 1h, such as 500ms or 10s, not "0s"',
    ],
    [
      '{ total: [{ for: 1s, rate: 1, from: 2 }] }',
      '2:51: "from" cannot stand beside the other keys in publishers.rate.total[0]',
    ],
    [
      '{ total: [{ for: 1s, rat: 1 }] }',
      '2:42: unknown key "rat" in publishers.rate.total[0]; did you mean "rate"?',
    ],
    [
      '{ total: [{ for: 1s, rate: 0 }, { for: 1s, from: 0, to: 0/s }] }',
      '2:30: publishers.rate.total never sends: at least one of its rates must be above 0',
    ],
    [
      '{ each: [{ for: 6s, rate: 1 }, { for: 4.5s, from: 1, to: 2 }] }',
      '2:29: publishers.rate.each goes on for 10.5 s from the start instant, and only 10.0 s are measured; shorten it, or raise measure.duration',
    ],
    [
      '{ ofCapacity: 0% }',
      '2:35: publishers.rate.ofCapacity must be a share from 0.1% to 200% such as 5%, or a number from 0.001 to 2, not "0%"',
    ],
    [
      '{ ofCapacity: 3 }',
      '2:35: publishers.rate.ofCapacity must be a share from 0.1% to 200% such as 5%, or a number from 0.001 to 2, not 3',
    ],
  ])('%s', (written, message) => {
    expect(complaints(publishing(`rate: ${written}`))).toEqual([`p.yaml:${message}`]);
  });
});

describe('arrivals', () => {
  test('may be random at any rate', () => {
    const { publishers } = settings(publishing('rate: 100/s, arrivals: poisson'));
    expect(publishers.arrivals).toBe('poisson');
  });

  test('cannot be random at rate max, which has no moments', () => {
    expect(complaints(publishing('arrivals: poisson'))).toEqual([
      'p.yaml:2:25: publishers.arrivals poisson needs a rate: at publishers.rate max no message is due at any moment; write a rate such as { total: 1k/s }',
    ]);
  });
});

describe('rates that vary', () => {
  test('may be shares of the capacity, by a path into the rate', () => {
    const { cases } = read('name: a\nvary: { publishers.rate.ofCapacity: [20%, 0.5] }');
    expect(cases.map(({ settings: { publishers } }) => publishers.rate)).toEqual([
      { kind: 'of-capacity', share: 0.2 },
      { kind: 'of-capacity', share: 0.5 },
    ]);
  });

  test('may be of several kinds', () => {
    const schedule = '{ total: [{ for: 1s, rate: 5 }] }';
    const { cases } = read(
      `name: a\nvary: { publishers.rate: [max, 5, { total: 1k/s }, ${schedule}, { ofCapacity: 50% }] }`,
    );
    const kinds = cases.map(({ settings: { publishers } }) => publishers.rate.kind);
    expect(kinds).toEqual(['max', 'each', 'total', 'total', 'of-capacity']);
  });

  test('may be what a claim compares latency over', () => {
    const claim =
      '{ says: x, metric: latencyMicros.endToEnd.p99, ' +
      'ratio: { publishers.rate.ofCapacity: [95%, 20%] }, expect: { above: 1 } }';
    const text = `name: a\nvary: { publishers.rate.ofCapacity: [20%, 95%] }\nclaims: [${claim}]`;
    expect(read(text).claims[0]?.ratio).toEqual({
      path: 'publishers.rate.ofCapacity',
      numerator: '95%',
      denominator: '20%',
    });
  });

  test('are refused where they are written, when one schedule is longer than what is measured', () => {
    const text = 'name: a\nvary: { publishers.rate: [max, { total: [{ for: 11s, rate: 1 }] }] }';
    expect(complaints(text)).toEqual([
      'p.yaml:2:41: publishers.rate.total goes on for 11.0 s from the start instant, and only 10.0 s are measured; shorten it, or raise measure.duration',
    ]);
  });
});
