import { describe, expect, test } from 'vitest';
import { complaints, read } from './reading.js';

/** A profile with the claim `{ says: x, … }` on its third line, and perhaps more lines. */
function claiming(claim: string, more = ''): string {
  return `name: a\nvary: { queues.mirrors: [none, all] }\nclaims: [{ says: x, ${claim} }]\n${more}`;
}

const metric = 'metric: throughput.consumedPerSecond';
const ratio = 'ratio: { queues.mirrors: [all, none] }';

describe('a claim', () => {
  test('names the values that are divided', () => {
    const text = claiming(`source: The article, ${metric}, ${ratio}, expect: { below: 1 }`);
    expect(read(text.replace('The article', '"The article"')).claims).toEqual([
      {
        says: 'x',
        source: 'The article',
        metric: 'throughput.consumedPerSecond',
        ratio: { path: 'queues.mirrors', numerator: 'all', denominator: 'none' },
        expect: { below: 1 },
      },
    ]);
  });

  test.each([
    ['{ below: 1 }', { below: 1 }],
    ['{ above: 1.5 }', { above: 1.5 }],
    ['{ atLeast: 0 }', { atLeast: 0 }],
    ['{ atMost: 2 }', { atMost: 2 }],
    ['{ between: [0.9, 1.1] }', { between: [0.9, 1.1] }],
  ])('expects %s', (expected, limits) => {
    const [claim] = read(claiming(`${metric}, ${ratio}, expect: ${expected}`)).claims;
    expect(claim?.expect).toEqual(limits);
  });

  test('may be about values that only include adds', () => {
    const text = `
name: a
vary: { include: [{ queues.count: 1 }, { queues.count: 2 }] }
claims: [{ says: x, ${metric}, ratio: { queues.count: [2, 1] }, expect: { above: 1 } }]`;
    expect(read(text).claims[0]?.ratio).toEqual({
      path: 'queues.count',
      numerator: 2,
      denominator: 1,
    });
  });
});

describe('a claim that cannot be judged is refused', () => {
  test.each([
    [
      `metric: throughput.consumed, ${ratio}, expect: { below: 1 }`,
      'p.yaml:3:29: claims[0].metric must be a metric such as throughput.consumedPerSecond or latencyMicros.endToEnd.p99, not "throughput.consumed"; did you mean "throughput.consumedPerSecond"?',
    ],
    [
      `${metric}, ratio: { queues.miror: [all, none] }, expect: { below: 1 }`,
      `p.yaml:3:68: the claim's ratio is over "queues.miror", which does not vary; did you mean "queues.mirrors"?`,
    ],
    [
      `${metric}, ratio: { queues.mirrors: [al, none] }, expect: { below: 1 }`,
      'p.yaml:3:85: queues.mirrors never takes the value "al"; its values are none, all',
    ],
    [
      `${metric}, ratio: { queues.mirrors: [all, all] }, expect: { below: 1 }`,
      `p.yaml:3:84: the claim's ratio divides "all" by itself`,
    ],
    [
      `${metric}, ratio: { queues.mirrors: [all] }, expect: { below: 1 }`,
      'p.yaml:3:84: claims[0].ratio.queues.mirrors must be a list of two values, numerator and denominator, not [ all ]',
    ],
    [
      `${metric}, ratio: {}, expect: { below: 1 }`,
      'p.yaml:3:66: claims[0].ratio must be one varied path and two of its values, not {}',
    ],
    [
      `${metric}, ${ratio}, expect: { below: 1, above: 2 }`,
      'p.yaml:3:107: claims[0].expect must be one of below, above, atLeast, atMost (a number) and between: [a, b], not { below: 1, above: 2 }',
    ],
    [
      `${metric}, ${ratio}, expect: { between: [2, 1] }`,
      'p.yaml:3:118: claims[0].expect.between must be two numbers, the lower first, not [ 2, 1 ]',
    ],
  ])('%s', (claim, message) => {
    expect(complaints(claiming(claim))).toEqual([message]);
  });

  test.each(['endToEnd', 'confirm', 'publishLag'])(
    '%s has no meaning when every case publishes as fast as it can',
    (latency) => {
      const name = `latencyMicros.${latency}.p99`;
      expect(complaints(claiming(`metric: ${name}, ${ratio}, expect: { above: 1 }`))).toEqual([
        `p.yaml:3:29: ${name} runs from when a message should have been sent; at publishers.rate max there is no such moment, so set a rate`,
      ]);
    },
  );

  test('endToEnd has a meaning when one case has a rate', () => {
    const text = claiming(`metric: latencyMicros.endToEnd.p99, ${ratio}, expect: { above: 1 }`);
    const overrides = ['vary.publishers.rate=[max, 100]'];
    expect(complaints(text, { overrides })).toEqual([]);
  });

  test('service has a meaning at any rate', () => {
    const text = claiming(`metric: latencyMicros.service.p99, ${ratio}, expect: { above: 1 }`);
    expect(complaints(text)).toEqual([]);
  });

  test('confirmations cannot be measured without confirms', () => {
    const claim = `metric: throughput.confirmedPerSecond, ${ratio}, expect: { below: 1 }`;
    expect(complaints(claiming(claim, 'publishers: { confirm: none }'))).toEqual([
      'p.yaml:3:29: throughput.confirmedPerSecond needs publisher confirms; publishers.confirm is none in every case',
    ]);
  });

  test('a value that is excluded is never measured', () => {
    const text = `
name: a
vary: { queues.mirrors: [none, all], exclude: [{ queues.mirrors: all }] }
claims: [{ says: x, ${metric}, ${ratio}, expect: { below: 1 } }]`;
    expect(complaints(text)).toEqual([
      'p.yaml:4:85: queues.mirrors never takes the value "all"; its values are none',
    ]);
  });

  test('without a second complaint when vary itself is wrong', () => {
    const text = claiming(`${metric}, ${ratio}, expect: { below: 1 }`).replace(
      'mirrors: [none',
      'miror: [none',
    );
    expect(complaints(text)).toEqual([
      'p.yaml:2:9: vary has an unknown path "queues.miror"; did you mean "queues.mirrors"?',
    ]);
  });
});
