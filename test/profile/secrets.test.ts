// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a profile names a variable.
import { describe, expect, test } from 'vitest';
import { maskPasswords } from '../../src/profile/secrets.js';
import { complaints, read, settings } from './reading.js';

const secret = 'hunter2';
const environment = { PASS: secret, RATE: '5k/s', EMPTY: '' };

describe('"${NAME}" in quotes', () => {
  test('is the value of the environment variable', () => {
    const text = 'name: a\ntarget: { url: "amqp://me:${PASS}@host" }';
    expect(settings(text, { environment }).target).toMatchObject({
      urls: ['amqp://me:hunter2@host'],
    });
  });

  test('may be all there is, and may be in single quotes', () => {
    const { rate } = settings("name: a\npublishers: { rate: '${RATE}' }", {
      environment,
    }).publishers;
    expect(rate).toEqual({ kind: 'each', perSecond: 5000 });
  });

  test('may be in the values of vary and of --set', () => {
    const text = 'name: a\nvary: { publishers.rate: [max, "${RATE}"] }';
    const overrides = ['target.url="amqp://me:${PASS}@host"'];
    const profile = read(text, { environment, overrides });
    expect(profile.cases[1]?.settings).toMatchObject({
      target: { urls: ['amqp://me:hunter2@host'] },
      publishers: { rate: { kind: 'each', perSecond: 5000 } },
    });
  });

  test('may be a variable that is set to nothing', () => {
    const profile = read('name: a\ndescription: "x${EMPTY}y"', { environment });
    expect(profile.description).toBe('xy');
  });

  test('is kept by a second dollar sign', () => {
    const profile = read('name: a\ndescription: "$${PASS} costs $5"', { environment });
    expect(profile.description).toBe('${PASS} costs $5');
  });

  test('is an error where the variable is not set', () => {
    expect(complaints('name: a\ntarget:\n  url: "amqp://me:${PAS}@host"', { environment })).toEqual(
      ['p.yaml:3:8: the environment variable PAS is not set'],
    );
  });

  test('is an error without quotes', () => {
    expect(complaints('name: a\ntarget:\n  url: amqp://me:${PASS}@host', { environment })).toEqual([
      'p.yaml:3:8: ${PASS} is only replaced inside quotes: write "…${PASS}…"',
    ]);
  });
});

describe('what came from the environment stays secret', () => {
  const text = `
name: a
target: { url: "amqp://me:\${PASS}@host" }
vary: { target.management: ["http://x:\${PASS}@host", "http://y:\${PASS}@host"] }
claims:
  - says: The one is slower
    metric: throughput.consumedPerSecond
    ratio: { target.management: ["http://x:\${PASS}@host", "http://y:\${PASS}@host"] }
    expect: { below: 1 }`;

  test('in everything of a profile but the settings of its cases', () => {
    const { cases, ...rest } = read(text, { environment });
    expect(JSON.stringify([rest, cases.map(({ vary }) => vary)])).not.toContain(secret);
    expect(rest.source['target']).toEqual({ url: 'amqp://me:${PASS}@host' });
    expect(cases[0]?.vary).toEqual({ 'target.management': 'http://x:${PASS}@host' });
  });

  test.each([
    'name: "${PASS}!"',
    'name: a\nqueues: { type: "${PASS}" }',
    'name: a\npublishers: { rate: { total: "${PASS}" }, size: "${PASS}" }',
    'name: a\ntarget: { url: "${PASS}" }',
    'name: a\ntarget: "${PASS}"',
    'name: a\nqueues: ["${PASS}"]',
    'name: a\nvary: { queues.type: [classic, "${PASS}"], queues.mirrors: [none, "${PASS}"] }',
    'name: a\nvary: { queues.count: "${PASS}" }',
  ])('in the error for %j', (wrong) => {
    const lines = complaints(wrong, { environment });
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join()).toContain('${PASS}');
    expect(lines.join()).not.toContain(secret);
  });
});

describe('passwords that are written out', () => {
  test('are masked in the source and in vary, and used in the settings', () => {
    const text =
      'name: a\nvary: { target.url: ["amqp://me:hunter2@host"] }\ntarget: { url: amqp://x:hunter2@host }';
    const { source, cases } = read(text);
    expect(source['target']).toEqual({ url: 'amqp://x:***@host' });
    expect(cases[0]?.vary).toEqual({ 'target.url': 'amqp://me:***@host' });
    expect(cases[0]?.settings.target).toMatchObject({
      urls: ['amqp://me:hunter2@host'],
    });
  });

  test('are masked in the source when they come from --url', () => {
    const { source } = read('name: a', { target: 'amqp://me:hunter2@host' });
    expect(source).toEqual({ name: 'a', target: { url: 'amqp://me:***@host' } });
  });

  test.each([
    ['amqp://me:secret@host:5672/v', 'amqp://me:***@host:5672/v'],
    ['amqp://:secret@host', 'amqp://:***@host'],
    ['amqp://me:p@ss/w:rd #1@host', 'amqp://me:***@host'],
    ['amqp://me:${PASS}@host', 'amqp://me:${PASS}@host'],
    ['amqp://me:x${PASS}@host', 'amqp://me:***@host'],
    ['amqp://me@host', 'amqp://me@host'],
    ['amqp://host:5672/v', 'amqp://host:5672/v'],
    ['amqp://us/er:secret@host', 'amqp://us/er:***@host'],
    ['amqp://us#er:secret@host', 'amqp://us#er:***@host'],
    ['me:secret@host', 'me:***@host'],
    ['amqps:me:secret@host', 'amqps:***@host'],
    ['me:${PASS}@host', 'me:${PASS}@host'],
    ['no address', 'no address'],
    ['a note: written to me@host', 'a note: written to me@host'],
  ])('%s reads %s', (text, masked) => {
    expect(maskPasswords(text)).toBe(masked);
  });
});
