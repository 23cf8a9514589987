import { expect, test } from 'vitest';
import { serversNotUp, waitUntilReady } from '../../src/testbed/readiness.js';
import { stateWith } from './support/sleeping-testbed.js';

const statistics = (...rows: string[]) =>
  ['# pxname,svname,status,check_status,', ...rows, ''].join('\n');

test('a server counts as up once it was checked and answered', () => {
  const csv = statistics(
    'amqp,FRONTEND,OPEN,,',
    'nodes,rabbit-1,UP,L4OK,',
    'nodes,rabbit-2,DOWN,L4CON,',
    'nodes,rabbit-3,UP,INI,',
    'nodes,BACKEND,UP,,',
  );
  expect(serversNotUp(csv)).toEqual(['rabbit-2', 'rabbit-3']);
});

const addresses = {
  ...stateWith().addresses,
  nodes: [{ name: 'rabbit-1@127.0.0.1', url: 'amqp://127.0.0.1:1' }],
};

test('after the time limit the error says what is missing and whose log to read', async () => {
  const waiting = waitUntilReady(
    addresses,
    { limitMicros: 0, signal: new AbortController().signal, onProgress: () => {} },
    ({ label }) => `The log of ${label}.`,
  );
  await expect(waiting).rejects.toThrow(
    'The cluster was not ready after 0 s, still waiting for 1 node to start.\nThe log of rabbit-1@127.0.0.1.',
  );
});

test('an abort ends the waiting at once', async () => {
  const abort = new AbortController();
  const waiting = waitUntilReady(
    addresses,
    { limitMicros: 60e6, signal: abort.signal, onProgress: () => abort.abort() },
    () => '',
  );
  await expect(waiting).rejects.toThrow();
});
