import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { runsHere } from '../../src/cli/shared-machine.js';
import type { AttachedTarget } from '../../src/profile/settings.js';
import { settingsWith } from '../support/settings.js';

function attached(url: string, ...nodeUrls: readonly string[]): AttachedTarget {
  return { kind: 'attached', urls: [url], tls: undefined, managementUrl: undefined, nodeUrls };
}

test('brokers of a testbed run here', () => {
  expect(settingsWith().target.kind).toBe('testbed');
  expect(runsHere(settingsWith().target)).toBe(true);
});

test.each([
  ['amqp://localhost', true],
  ['amqp://127.0.0.1:5673/vhost', true],
  ['amqps://user:secret@[::1]:5671', true],
  ['amqp://192.0.2.1', false],
  ['amqp://127.example.org', false],
  ['amqp://broker.example.org', false],
])('a broker at %s runs here: %s', (url, isHere) => {
  expect(runsHere(attached(url))).toBe(isHere);
});

test('brokers run here that are reached at an address of this machine', () => {
  const addresses = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  for (const { address, family } of addresses) {
    const host = family === 'IPv6' ? `[${address}]` : address;
    expect(runsHere(attached(`amqp://${host}`))).toBe(true);
  }
});

test('brokers run here when any node does, and when any of several addresses is here', () => {
  const away = 'amqp://broker.example.org';
  const here = 'amqp://localhost';
  expect(runsHere(attached(away, away, here))).toBe(true);
  expect(runsHere({ ...attached(away), urls: [away, here] })).toBe(true);
  expect(runsHere(attached(away, away))).toBe(false);
});
