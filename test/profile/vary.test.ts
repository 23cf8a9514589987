import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combinationsOf } from '../../src/profile/combinations.js';
import { complaints, read, variations } from './reading.js';

describe('vary', () => {
  test('makes a case of every combination, the last path changing fastest', () => {
    const text = 'name: a\nvary:\n  queues.mirrors: [none, all]\n  consumers.prefetch: [1, 10]';
    expect(variations(text)).toEqual([
      { 'queues.mirrors': 'none', 'consumers.prefetch': 1 },
      { 'queues.mirrors': 'none', 'consumers.prefetch': 10 },
      { 'queues.mirrors': 'all', 'consumers.prefetch': 1 },
      { 'queues.mirrors': 'all', 'consumers.prefetch': 10 },
    ]);
  });

  test('puts its values in the place of those of the profile', () => {
    const text = `
name: a
publishers: { count: 4, confirm: none }
vary: { publishers.confirm.window: [1, 10] }`;
    const publishers = read(text).cases.map(({ settings }) => settings.publishers);
    expect(publishers).toMatchObject([
      { count: 4, confirm: { kind: 'window', window: 1 } },
      { count: 4, confirm: { kind: 'window', window: 10 } },
    ]);
  });

  test('may vary a part that is a map', () => {
    const text = 'name: a\nvary: { publishers.confirm: [none, { window: 5 }] }';
    expect(variations(text)).toEqual([
      { 'publishers.confirm': 'none' },
      { 'publishers.confirm': { window: 5 } },
    ]);
  });

  test('may put one kind of promise in the place of another', () => {
    const text = 'name: a\nvary: { publishers.confirm: [none, { window: 5 }, { transaction: 2 }] }';
    expect(read(text).cases.map(({ settings }) => settings.publishers.confirm)).toEqual([
      { kind: 'none' },
      { kind: 'window', window: 5 },
      { kind: 'transaction', messages: 2 },
    ]);
  });

  test('may vary the share that is given back where the profile gives back none', () => {
    const text = 'name: a\nvary: { consumers.nack.share: [0%, 5%] }';
    expect(read(text).cases.map(({ settings }) => settings.consumers.nack.share)).toEqual([
      0, 0.05,
    ]);
  });

  test('makes as many combinations as the product of its values, each in the order of the axes', () => {
    const axes = fc.dictionary(
      fc.string(),
      fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 4 }),
      {
        maxKeys: 4,
      },
    );
    fc.assert(
      fc.property(axes, (given) => {
        const combinations = combinationsOf({ axes: given, include: [], exclude: [] });
        const product = Object.values(given).reduce((size, values) => size * values.length, 1);
        expect(combinations).toHaveLength(product);
        for (const one of combinations) {
          expect(one.map(({ path }) => path)).toEqual(Object.keys(given));
        }
      }),
    );
  });
});

/** What the combinations of a matrix give, as maps. */
function expand(matrix: Partial<Parameters<typeof combinationsOf>[0]>): unknown[] {
  const combinations = combinationsOf({ axes: {}, include: [], exclude: [], ...matrix });
  return combinations.map((one) => Object.fromEntries(one.map(({ path, value }) => [path, value])));
}

describe('include and exclude mean what they mean in a matrix of GitHub Actions', () => {
  test('the example of the GitHub documentation gives the jobs that it states', () => {
    const jobs = expand({
      axes: { fruit: ['apple', 'pear'], animal: ['cat', 'dog'] },
      include: [
        { color: 'green' },
        { color: 'pink', animal: 'cat' },
        { fruit: 'apple', shape: 'circle' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' },
      ],
    });
    expect(jobs).toEqual([
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ]);
  });

  test('an exclusion needs to match only in part', () => {
    const jobs = expand({
      axes: { os: ['mac', 'win'], version: [12, 14], environment: ['staging', 'production'] },
      exclude: [
        { os: 'mac', version: 12, environment: 'production' },
        { os: 'win', version: 14 },
      ],
    });
    expect(jobs).toEqual([
      { os: 'mac', version: 12, environment: 'staging' },
      { os: 'mac', version: 14, environment: 'staging' },
      { os: 'mac', version: 14, environment: 'production' },
      { os: 'win', version: 12, environment: 'staging' },
      { os: 'win', version: 12, environment: 'production' },
    ]);
  });

  test('exclusions come first, so that an inclusion can bring back what they took', () => {
    const jobs = expand({ axes: { a: [1, 2] }, exclude: [{ a: 2 }], include: [{ a: 2, b: 3 }] });
    expect(jobs).toEqual([{ a: 1 }, { a: 2, b: 3 }]);
  });

  test('inclusions alone are a case each', () => {
    expect(expand({ include: [{ a: 1 }, { b: 2 }] })).toEqual([{ a: 1 }, { b: 2 }]);
  });

  test('nothing at all is one case', () => {
    expect(expand({})).toEqual([{}]);
  });
});

describe('what is wrong in vary', () => {
  test.each([
    [
      '{ queus.mirrors: [all] }',
      ['p.yaml:2:9: vary has an unknown path "queus.mirrors"; did you mean "queues.mirrors"?'],
    ],
    [
      '{ measure.rounds: [1, 2] }',
      ['p.yaml:2:9: measure.rounds cannot vary; it is the same for all cases'],
    ],
    ['{ claims: [1] }', ['p.yaml:2:9: claims cannot vary; it is the same for all cases']],
    [
      '{ queues.mirrors: all }',
      ['p.yaml:2:25: vary.queues.mirrors must be a list of values, not "all"'],
    ],
    [
      '{ queues.mirrors: [] }',
      ['p.yaml:2:25: vary.queues.mirrors must be a list of at least one value, not []'],
    ],
    ['{ queues.count: [1, 2, 1] }', ['p.yaml:2:30: queues.count takes the value 1 twice']],
    [
      '{ queues: [{}], queues.count: [1] }',
      ['p.yaml:2:23: queues.count is a part of queues; vary only one'],
    ],
    [
      '{ queues.count: [1], exclude: [{ queues.cont: 1 }] }',
      [
        'p.yaml:2:40: exclude names "queues.cont", which does not vary; did you mean "queues.count"?',
      ],
    ],
    [
      '{ queues.count: [1], exclude: [{ queues.count: 1 }] }',
      ['p.yaml:2:1: vary excludes every case'],
    ],
    [
      '{ include: [{ queues.count: 1 }, { queues.count: 1 }] }',
      ['p.yaml:2:40: include adds the same case twice'],
    ],
    [
      '{ include: [{ queues.cuont: 1 }] }',
      ['p.yaml:2:21: vary has an unknown path "queues.cuont"; did you mean "queues.count"?'],
    ],
  ])('%s', (vary, messages) => {
    expect(complaints(`name: a\nvary: ${vary}`)).toEqual(messages);
  });

  test('more than a thousand cases are refused before they are made', () => {
    const values = Array.from({ length: 50 }, (_, index) => index + 1).join(', ');
    const paths = ['queues.count', 'publishers.count', 'consumers.count', 'consumers.prefetch'];
    const vary = paths.map((path) => `${path}: [${values}]`).join(', ');
    expect(complaints(`name: a\nvary: { ${vary} }`)).toEqual([
      'p.yaml:2:1: vary asks for 6250000 cases; at most 1000 are possible',
    ]);
  });

  test('a value that is wrong in every case is told once, where vary has it', () => {
    const text = 'name: a\nvary:\n  queues.count: [1, 0]\n  consumers.prefetch: [1, 10, 100]';
    expect(complaints(text)).toEqual([
      'p.yaml:3:21: queues.count must be a whole number from 1 to 65536, not 0',
    ]);
  });

  test('a value that is wrong in some combination is told with the combination', () => {
    const text = 'name: a\nvary:\n  queues.type: [classic, quorum]\n  queues.mirrors: [none, all]';
    expect(complaints(text)).toEqual([
      'p.yaml:4:26: queues.type quorum replicates by itself and cannot be mirrored; write mirrors: none (in the case type=quorum mirrors=all)',
    ]);
  });

  test('a value that is wrong in several combinations is told once, with one of them', () => {
    const text = `
name: a
vary:
  consumers.ack: [each, { every: 20 }]
  consumers.prefetch: [10, 100]
  queues.mirrors: [none, all]`;
    expect(complaints(text)).toEqual([
      'p.yaml:4:34: consumers.ack every 20 with prefetch 10 would wait for ever: after 10 unacknowledged messages the broker sends no more (in 2 cases, such as ack=every 20 prefetch=10 mirrors=none)',
    ]);
  });

  test('a varied value that clashes with a fixed one is told at the varied one', () => {
    expect(
      complaints('name: a\nqueues: { mirrors: all }\nvary: { queues.type: [classic, quorum] }'),
    ).toEqual([
      'p.yaml:3:32: queues.type quorum replicates by itself and cannot be mirrored; write mirrors: none',
    ]);
  });

  test('an include that is wrong is told where include has it', () => {
    const text =
      'name: a\nvary:\n  queues.count: [1]\n  include:\n    - { queues.count: 2, queues.type: quorun }';
    expect(complaints(text)).toEqual([
      'p.yaml:5:39: queues.type must be classic or quorum, not "quorun"; did you mean "quorum"?',
    ]);
  });
});
