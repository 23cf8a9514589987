import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeCertificate } from '../../src/testbed/certificate.js';
import { claimName } from '../../src/testbed/claim.js';
import { findTestbed, stopTestbed } from '../../src/testbed/kept-testbed.js';
import { endTestbed, livingPids } from '../../src/testbed/processes-of-testbed.js';
import { replaceState } from '../../src/testbed/state-file.js';
import {
  ownIdentity,
  sleepingTestbed,
  temporaryStateRoot,
  twoNodes,
} from './support/sleeping-testbed.js';

test('a name that no testbed has is free', async () => {
  expect(await claimName(twoNodes, temporaryStateRoot())).toBeUndefined();
});

test('a name that a running rmqbench uses is refused with its pid', async () => {
  const root = temporaryStateRoot();
  sleepingTestbed(root, { owner: ownIdentity() });
  await expect(claimName(twoNodes, root)).rejects.toThrow(
    `The cluster "sleeping" is in use by another rmqbench, process ${process.pid}.`,
  );
});

test('a cluster left running is handed over to whoever asks for the same', async () => {
  const root = temporaryStateRoot();
  const { state } = sleepingTestbed(root, { isKept: true });
  expect((await claimName(twoNodes, root))?.mark).toBe(state.mark);
});

test('a cluster left running with other settings is refused with the way out', async () => {
  const root = temporaryStateRoot();
  sleepingTestbed(root, { isKept: true });
  const claim = claimName({ ...twoNodes, nodes: 3, loadBalancers: 1 }, root);
  await expect(claim).rejects.toMatchObject({
    message:
      'The cluster "sleeping" was left running with other settings: 2 nodes and no load balancer instead of 3 nodes and a roundrobin load balancer.',
    hint: 'Stop it first: rmqbench cluster down <its profile>',
  });
});

test('a cluster left running without TLS is not taken for one with it', async () => {
  const root = temporaryStateRoot();
  sleepingTestbed(root, { isKept: true });
  await expect(claimName({ ...twoNodes, tls: true }, root)).rejects.toThrow(
    '2 nodes and no load balancer instead of 2 nodes with TLS and no load balancer',
  );
});

test('a cluster that was left running before testbeds spoke TLS has none', async () => {
  const root = temporaryStateRoot();
  const { folder, state } = sleepingTestbed(root, { isKept: true });
  const { tls: _, ...older } = state.spec;
  replaceState(folder, { ...state, spec: older as typeof state.spec });
  expect((await claimName(twoNodes, root))?.mark).toBe(state.mark);
});

test('a cluster left running of which a process died is refused with its name', async () => {
  const root = temporaryStateRoot();
  const dead = { kind: 'node', label: 'rabbit-9', pid: 2 ** 22 + 9, startTime: '1' } as const;
  const { state } = sleepingTestbed(root, { isKept: true });
  const folder = `${root}/sleeping`;

  replaceState(folder, { ...state, processes: [...state.processes, dead] });
  await expect(claimName(twoNodes, root)).rejects.toThrow('left running, but rabbit-9 died since');
});

test('the remains of a cluster that is wholly dead are removed', async () => {
  const root = temporaryStateRoot();
  const { folder, state } = sleepingTestbed(root, { isKept: true });
  await endTestbed(state);
  expect(await claimName(twoNodes, root)).toBeUndefined();
  expect(existsSync(folder)).toBe(false);
});

test('the status names what lives and who uses it', () => {
  const root = temporaryStateRoot();
  sleepingTestbed(root, { isKept: true, owner: ownIdentity() });
  expect(findTestbed('sleeping', root)).toMatchObject({
    state: 'up',
    spec: twoNodes,
    usedBy: process.pid,
    processes: [{ label: 'rabbit-1', isAlive: true }],
  });
});

test('the status names the file of who vouches for a cluster with TLS, and none without', () => {
  const root = temporaryStateRoot();
  const { folder, state } = sleepingTestbed(root, { isKept: true });
  expect(findTestbed('sleeping', root)).toHaveProperty('caFile', undefined);

  replaceState(folder, { ...state, addresses: { ...state.addresses, tls: { ca: 'PEM' } } });
  const { caFile } = findTestbed('sleeping', root) as { caFile?: string };
  const written = writeCertificate({ cert: 'a certificate', key: 'a key' }, folder);
  expect(caFile).toBe(written.certFile);
});

test('a testbed that does not run is down', () => {
  expect(findTestbed('sleeping', temporaryStateRoot())).toEqual({ state: 'down' });
});

test('stopping a testbed by its name ends it', async () => {
  const root = temporaryStateRoot();
  const { folder, state } = sleepingTestbed(root, { isKept: true });
  expect(await stopTestbed('sleeping', root)).toBe(true);
  expect(livingPids(state)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
  expect(await stopTestbed('sleeping', root)).toBe(false);
});

test('a testbed in use is not stopped under its user', async () => {
  const root = temporaryStateRoot();
  const { state } = sleepingTestbed(root, { owner: ownIdentity() });
  await expect(stopTestbed('sleeping', root)).rejects.toThrow('in use');
  expect(livingPids(state)).toHaveLength(1);
});
