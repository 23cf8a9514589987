import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ManagementApi, usualManagementUrl } from '../../src/amqp/management-api.js';
import { testCertificates } from '../support/tls-material.js';

const { ca, server: certificate, client } = testCertificates;

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const twoNodes: RequestListener = (_, response) => {
  response.end('[{"name":"a","running":true},{"name":"b","running":false}]');
};

describe('a management API over TLS', () => {
  test('is trusted when the authority that was named signed its certificate', async () => {
    const port = await portOf(createHttpsServer(certificate, twoNodes));
    const api = new ManagementApi(`https://me:secret@localhost:${port}`, '/', { ca });
    expect(await api.runningNodes()).toEqual(['a']);
  });

  test('is refused when nobody vouches for it, without its password in the error', async () => {
    const port = await portOf(createHttpsServer(certificate, twoNodes));
    const asking = new ManagementApi(`https://me:secret@localhost:${port}`, '/').runningNodes();
    await expect(asking).rejects.toThrow(/management API localhost:\d+: .*certificate/);
    await expect(asking).rejects.not.toThrow('secret');
  });

  test('is shown our certificate', async () => {
    const asking = { ...certificate, ca, requestCert: true, rejectUnauthorized: true };
    const port = await portOf(createHttpsServer(asking, twoNodes));
    const api = new ManagementApi(`https://localhost:${port}`, '/', { ca, ...client });
    expect(await api.runningNodes()).toEqual(['a']);
  });
});

describe('a management API', () => {
  test('is asked with user, password and what there is to say', async () => {
    const asked: string[] = [];
    const listener: RequestListener = (request, response) => {
      const { method, url, headers } = request;
      asked.push(`${method} ${url} ${headers.authorization}`);
      request.on('data', (chunk) => asked.push(String(chunk)));
      request.on('end', () => response.writeHead(204).end());
    };
    const port = await portOf(createHttpServer(listener));
    const api = new ManagementApi(`http://m%40e:pass@127.0.0.1:${port}/broker/`, 'a/b');
    await api.setPolicy({
      name: 'p q',
      pattern: '^x',
      definition: { 'ha-mode': 'all' },
      priority: 1,
    });
    const authorization = `Basic ${Buffer.from('m@e:pass').toString('base64')}`;
    expect(asked).toEqual([
      `PUT /broker/api/policies/a%2Fb/p%20q ${authorization}`,
      '{"pattern":"^x","definition":{"ha-mode":"all"},"priority":1,"apply-to":"queues"}',
    ]);
  });

  test('that refuses is told with what it said', async () => {
    const port = await portOf(
      createHttpServer((_, response) => response.writeHead(401).end('not you')),
    );
    const asking = new ManagementApi(`http://127.0.0.1:${port}`, '/').runningNodes();
    await expect(asking).rejects.toThrow(
      `GET /api/nodes at the management API 127.0.0.1:${port}: 401 not you`,
    );
  });

  test('that has moved is told with where to, for others to be asked there', async () => {
    const port = await portOf(
      createHttpServer(({ url }, response) =>
        response.writeHead(301, { location: `/broker${url}` }).end('Moved'),
      ),
    );
    const asking = new ManagementApi(`http://me:pass@127.0.0.1:${port}`, '/').runningNodes();
    await expect(asking).rejects.toThrow(
      `GET /api/nodes at the management API 127.0.0.1:${port}: 301, moved: write http://127.0.0.1:${port}/broker as target.management`,
    );
  });

  test('is left alone as soon as nobody waits for its answer', async () => {
    const server = createHttpServer();
    const port = await portOf(server);
    const question = new AbortController();
    const api = new ManagementApi(`http://127.0.0.1:${port}`, '/');
    const asking = api.get('/api/nodes', question.signal).catch((thrown: unknown) => thrown);
    const [request] = await once(server, 'request');
    const closed = once(request.socket, 'close');
    question.abort();
    expect(await asking).toHaveProperty('message', expect.stringMatching(/aborted$/));
    await closed;
  });

  test.each([
    ['amqp://me:pass@host:5673/orders', 'http://me:pass@host:15672/'],
    ['amqps://me:pass@host', 'https://me:pass@host:15671/'],
    ['amqp://host', 'http://guest:guest@host:15672/'],
  ])('of %s is usually at %s', (amqpUrl, url) => {
    expect(usualManagementUrl(amqpUrl)).toBe(url);
  });
});
