import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { planRun } from '../../src/plan/run-plan.js';
import { loadProfile, parseProfile } from '../../src/profile/load.js';
import { profileJsonSchema } from '../../src/profile/schema.js';
import type { ProfileCase } from '../../src/profile/settings.js';
import { present } from '../support/fake-channel.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { testCertificates } from '../support/tls-material.js';
import { read } from './reading.js';

const folder = path.resolve(import.meta.dirname, '../../profiles');
const certificates = temporaryFolder();
const { ca, client } = testCertificates;
const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));

function load(name: string) {
  return loadProfile({ path: path.join(folder, name), overrides: [], environment: {} });
}

describe('the profiles that come with rmqbench', () => {
  test.each(names)('%s loads, under the name of its file', async (name) => {
    const profile = await load(name);
    expect(`${profile.name}.yaml`).toBe(name);
  });

  test.each(names)('%s tells editors its schema', async (name) => {
    const text = await readFile(path.join(folder, name), 'utf8');
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./rmqbench.schema.json');
  });

  test('mirror-persistent has two by two by four cases in three rounds, and five claims', async () => {
    const profile = await load('mirror-persistent.yaml');
    expect([profile.cases.length, profile.rounds, profile.claims.length]).toEqual([16, 3, 5]);
  });

  test('mirror-latency has the matrix of mirror-persistent at a fixed rate', async () => {
    const [persistent, latency] = await Promise.all([
      load('mirror-persistent.yaml'),
      load('mirror-latency.yaml'),
    ]);
    expect(latency.cases.map(({ vary }) => vary)).toEqual(persistent.cases.map(({ vary }) => vary));
    const kinds = latency.cases.map(({ settings }) => settings.publishers.rate.kind);
    expect(new Set(kinds)).toEqual(new Set(['total']));
  });

  test('latency asks at six shares of two capacities, and loads the cluster for seven minutes', async () => {
    const { cases, rounds } = await load('latency.yaml');
    const { searches } = present(planRun(await load('latency.yaml'), 1).groups[0]);
    expect(searches.map((one) => [one.name, one.cases.length])).toEqual([
      ['mirrors=none', 6],
      ['mirrors=all', 6],
    ]);
    expect(loadMicros(cases, rounds)).toBeLessThanOrEqual(420e6);
  });

  test('acknowledgements has at most a dozen cases, and loads the cluster for a minute and a half', async () => {
    const { cases, rounds } = await load('acknowledgements.yaml');
    expect(cases.length).toBeLessThanOrEqual(12);
    expect(loadMicros(cases, rounds)).toBeLessThanOrEqual(90e6);
  });

  test('acknowledgements compares pairs of cases that differ in the confirms alone', async () => {
    const { cases, claims } = await load('acknowledgements.yaml');
    const casesWith = (value: unknown) =>
      cases.filter(({ vary }) =>
        isDeepStrictEqual(vary, { 'publishers.confirm': value, 'consumers.ack': 'each' }),
      ).length;
    const compared = claims.map(({ ratio: { path, numerator, denominator } }) => [
      path,
      casesWith(numerator),
      casesWith(denominator),
    ]);
    expect(compared).toEqual([
      ['publishers.confirm', 1, 1],
      ['publishers.confirm', 1, 1],
    ]);
  });

  test('quickstart loads the cluster for no more than half a minute', async () => {
    const { cases, rounds } = await load('quickstart.yaml');
    expect(loadMicros(cases, rounds)).toBeLessThanOrEqual(30e6);
  });
});

function loadMicros(cases: readonly ProfileCase[], rounds: number): number {
  const micros = cases.map(
    ({ settings: { measure } }) => measure.warmupMicros + measure.durationMicros,
  );
  return rounds * micros.reduce((sum, one) => sum + one, 0);
}

test('the examples of the README are right: the first as it stands, the others added to it', async () => {
  const text = await readFile(path.join(folder, 'README.md'), 'utf8');
  const examples = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml]) => yaml);
  expect(read(examples.slice(0, 1).join('')).cases).toHaveLength(1);
  const files = { 'ca.pem': ca, 'me.pem': client.cert, 'me-key.pem': client.key };
  for (const [name, pem] of Object.entries(files)) {
    await writeFile(path.join(certificates(), name), pem);
  }
  const environment = { PASS: 'secret' };
  const options = { path: path.join(certificates(), 'p.yaml'), overrides: [], environment };
  expect(parseProfile(examples.join(''), options).cases).toHaveLength(6);
});

describe('the JSON Schema beside them', () => {
  test('is the one that the code makes', async () => {
    const text = await readFile(path.join(folder, 'rmqbench.schema.json'), 'utf8');
    expect(text).toBe(`${JSON.stringify(profileJsonSchema(), null, 2)}\n`);
  });

  test('has a title', () => {
    expect(profileJsonSchema()).toHaveProperty('title', 'rmqbench profile');
  });

  test('describes every key', () => {
    expect(undescribedKeys(profileJsonSchema() as SchemaNode)).toEqual([]);
  });
});

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Record<string, SchemaNode>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

function undescribedKeys({ properties = {}, items, anyOf = [] }: SchemaNode): string[] {
  const own = Object.entries(properties).flatMap(([key, node]) => [
    ...(node.description === undefined ? [key] : []),
    ...undescribedKeys(node),
  ]);
  return [...own, ...[...(items ? [items] : []), ...anyOf].flatMap(undescribedKeys)];
}
