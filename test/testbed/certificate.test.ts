import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { makeCertificate, writeCertificate } from '../../src/testbed/certificate.js';
import { temporaryStateRoot } from './support/sleeping-testbed.js';

test.each(['127.0.0.1', 'localhost'])(
  'a certificate is good for %s, and vouches for itself',
  async (host) => {
    const { cert, key } = await makeCertificate();
    const server = createServer({ cert, key }, (socket) => socket.end()).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket: TLSSocket = connect({ host, port, ca: cert });
    await once(socket, 'secureConnect');
    expect(socket.authorized).toBe(true);
    socket.destroy();
  },
);

test('no two testbeds have the same key, and none can vouch for another name', async () => {
  const [one, other] = await Promise.all([makeCertificate(), makeCertificate()]);
  expect(one.key).not.toBe(other.key);
  expect(new X509Certificate(one.cert).ca).toBe(false);
});

test('a certificate outlasts a cluster that is left running for years', async () => {
  const { cert } = await makeCertificate();
  const end = new Date(new X509Certificate(cert).validTo).getFullYear();
  expect(end - new Date().getFullYear()).toBeGreaterThan(5);
});

test('only the owner may read what is written', async () => {
  const folder = temporaryStateRoot();
  const files = writeCertificate(await makeCertificate(), folder);
  for (const file of Object.values(files)) {
    expect(file.startsWith(`${folder}/`)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
});
