import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseProfile } from '../../src/profile/load.js';
import { ProfileError } from '../../src/profile/profile-error.js';
import type { Profile, TlsSettings } from '../../src/profile/settings.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { testCertificates } from '../support/tls-material.js';
import { complaints, settings } from './reading.js';

const { ca, server, client } = testCertificates;
const folder = temporaryFolder();

/** Writes files beside the profile, and reads it. */
function readBeside(
  target: string,
  files: Readonly<Record<string, string>>,
  overrides: readonly string[] = [],
): Profile {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder(), name), text);
  const options = { path: join(folder(), 'p.yaml'), overrides, environment: {} };
  return parseProfile(`name: a\ntarget: ${target}\n`, options);
}

function tlsOf(profile: Profile): TlsSettings | undefined {
  const target = profile.cases[0]?.settings.target;
  return target?.kind === 'attached' ? target.tls : undefined;
}

/** What is said of the profile, without the name of its folder. */
function complaintsBeside(target: string, files: Readonly<Record<string, string>> = {}): string[] {
  try {
    readBeside(target, files);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof ProfileError)) throw thrown;
    return thrown.message.split('\n').map((line) => line.replace(`${folder()}/`, ''));
  }
}

const allFiles = { 'ca.pem': ca, 'me.pem': client.cert, 'me-key.pem': client.key };

describe('target.tls', () => {
  test('names files beside the profile, whose texts the settings hold', () => {
    const tls = '{ ca: ca.pem, cert: me.pem, key: me-key.pem, serverName: broker.test }';
    const profile = readBeside(`{ url: amqps://host, tls: ${tls} }`, allFiles);
    expect(tlsOf(profile)).toEqual({ ca, ...client, serverName: 'broker.test', verify: true });
  });

  test('is not needed where the authorities that Node knows will do', () => {
    expect(settings('name: a\ntarget: { url: amqps://host }').target).toMatchObject({
      urls: ['amqps://host'],
      tls: undefined,
    });
  });

  test('verifies unless it is told not to', () => {
    expect(tlsOf(readBeside('{ url: amqps://host, tls: {} }', {}))).toEqual({ verify: true });
    const careless = readBeside('{ url: amqps://host, tls: { verify: false } }', {});
    expect(tlsOf(careless)).toEqual({ verify: false });
  });

  test('named on the command line begins in the working directory', () => {
    const overrides = [`target.tls.ca=${relative('.', join(folder(), 'ca.pem'))}`];
    writeFileSync(join(folder(), 'ca.pem'), ca);
    const target = 'amqps://host';
    const { target: read } = settings('name: a', { target, overrides });
    expect(read).toMatchObject({ urls: [target], tls: { ca, verify: true } });
  });

  test('may vary, and each case has its own', () => {
    const text =
      'name: a\ntarget: { url: amqps://host }\nvary: { target.tls.ca: [ca.pem, me.pem] }';
    for (const [name, pem] of Object.entries(allFiles)) writeFileSync(join(folder(), name), pem);
    const options = { path: join(folder(), 'p.yaml'), overrides: [], environment: {} };
    const { cases } = parseProfile(text, options);
    expect(cases.map((one) => one.vary)).toEqual([
      { 'target.tls.ca': 'ca.pem' },
      { 'target.tls.ca': 'me.pem' },
    ]);
    expect(cases.map(({ settings: { target } }) => target)).toMatchObject([
      { tls: { ca } },
      { tls: { ca: client.cert } },
    ]);
  });

  test('of the file goes with its target when --url replaces it', () => {
    const text = 'name: a\ntarget: { url: amqps://host, tls: { verify: false } }';
    expect(settings(text, { target: 'amqps://other' }).target).toMatchObject({ tls: undefined });
  });
});

describe('a wrong target.tls is told', () => {
  test.each([
    ['{ ca: nope.pem }', 'target.tls.ca "nope.pem" names no file in the folder of the profile'],
    ['{ ca: /nope/ca.pem }', 'target.tls.ca "/nope/ca.pem" names no file'],
    ['{ ca: . }', 'target.tls.ca "." names no file but a folder in the folder of the profile'],
    [
      '{ ca: me-key.pem }',
      'target.tls.ca "me-key.pem" holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----',
    ],
    [
      '{ cert: me.pem, key: ca.pem }',
      'target.tls.key "ca.pem" holds no private key in PEM, such as one that begins with -----BEGIN PRIVATE KEY-----',
    ],
    [
      '{ cert: me.pem, key: locked.pem }',
      'target.tls.key "locked.pem" is encrypted, and there is nobody to ask for its passphrase; decrypt it first',
    ],
    [
      '{ cert: me.pem, key: other-key.pem }',
      'target.tls.key is not the private key of target.tls.cert',
    ],
    [
      '{ cert: me.pem }',
      'target.tls.cert needs the private key that belongs to it, target.tls.key',
    ],
    [
      '{ key: me-key.pem }',
      'target.tls.key needs the certificate that it belongs to, target.tls.cert',
    ],
    [
      '{ ca: ca.pem, verify: false }',
      'target.tls.ca vouches for nobody with verify: false; keep one of the two',
    ],
    ['{ ca: "" }', 'target.tls.ca must be the path of a PEM file, not ""'],
    ['{ serverName: "a:b" }', 'target.tls.serverName must be a host name, not "a:b"'],
  ])('%s', (tls, complaint) => {
    const files = {
      ...allFiles,
      'other-key.pem': server.key,
      'locked.pem': '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n',
    };
    const lines = complaintsBeside(`{ url: amqps://host, tls: ${tls} }`, files);
    expect(lines.map((line) => line.replace(/^p\.yaml:2:\d+: /, ''))).toEqual([complaint]);
  });

  test('at its place in the file', () => {
    const target = '\n  url: amqps://host\n  tls:\n    ca: nope.pem';
    expect(complaintsBeside(target)[0]).toMatch(/^p\.yaml:5:9: target\.tls\.ca "nope\.pem"/);
  });

  test('when no address would use it', () => {
    expect(complaintsBeside('{ url: amqp://host, tls: {} }')).toEqual([
      'p.yaml:2:34: target.tls is of no use: no address of the target begins with amqps://',
    ]);
  });

  test('when it stands beside a testbed, with what to write instead', () => {
    expect(complaintsBeside('{ testbed: {}, tls: {} }')).toEqual([
      'p.yaml:2:29: target.tls belongs to a cluster of yours, whose target.url is missing; for a testbed that speaks TLS write target.testbed: { tls: true }',
    ]);
  });

  test('with the option that it came from', () => {
    const given = { target: 'amqps://host', overrides: ['target.tls.ca=nope.pem'] };
    expect(complaints('name: a', given)).toEqual([
      '--set target.tls.ca=nope.pem: target.tls.ca "nope.pem" names no file in the working directory',
    ]);
  });
});

describe('a private key', () => {
  const line = client.key.split('\n')[1] ?? '';

  test('is in nothing of a profile but the settings of its cases', () => {
    const tls = '{ cert: me.pem, key: me-key.pem }';
    const { cases, ...rest } = readBeside(`{ url: amqps://host, tls: ${tls} }`, allFiles);
    expect(JSON.stringify([rest, cases.map(({ vary }) => vary)])).not.toContain(line);
    expect(rest.source['target']).toEqual({
      url: 'amqps://host',
      tls: { cert: 'me.pem', key: 'me-key.pem' },
    });
  });

  test.each([
    ['in the place of its file', '{ key: "KEY" }'],
    ['as a file whose name it is', '{ cert: "KEY", key: me-key.pem }'],
    ['in a place where nothing is', '{ kye: "KEY" }'],
  ])('that was pasted %s is not shown', (_, tls) => {
    const pasted = tls.replace('KEY', client.key.replaceAll('\n', '\\n'));
    const lines = complaintsBeside(`{ url: amqps://host, tls: ${pasted} }`, allFiles);
    expect(lines).not.toEqual([]);
    expect(lines.join('\n')).not.toContain(line);
  });

  test('that was pasted behind --set is not shown', () => {
    const overrides = [`target.tls.key=${client.key}`];
    const lines = complaints('name: a', { target: 'amqps://host', overrides });
    expect(lines.join('\n')).toContain('not what is in it');
    expect(lines.join('\n')).not.toContain(line);
  });

  test('that is no key is not shown either', () => {
    const secret = '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n';
    const files = { ...allFiles, 'broken.pem': secret };
    const tls = '{ cert: me.pem, key: broken.pem }';
    const lines = complaintsBeside(`{ url: amqps://host, tls: ${tls} }`, files);
    expect(lines).toHaveLength(1);
    expect(lines.join('\n')).not.toContain('hunter2');
  });
});
