import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { haproxySource, serversIn } from '../../src/observe/haproxy-source.js';

const header =
  '# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,check_desc,';

/** A line of HAProxy's statistics, with a comma in the description that stands at its end. */
function line(proxy: string, name: string, values: readonly (number | string)[]): string {
  const [sessions, opened, bytesIn, bytesOut, status] = values;
  const middle = ['0', '0', sessions, '9', '', opened, bytesIn, bytesOut];
  return [
    proxy,
    name,
    ...middle,
    '',
    '0',
    '',
    '0',
    '0',
    '0',
    '0',
    status,
    '1',
    '"a, b"',
    '',
  ].join();
}

test('every server of every backend is read, and the sums over them are not', () => {
  const csv = [
    header,
    line('amqp', 'FRONTEND', [12, 12, 5, 6, 'OPEN']),
    line('nodes', 'rabbit-1', [4, 20, 1000, 2000, 'UP']),
    line('nodes', 'rabbit-2', [0, 3, 10, 20, 'DOWN 1/2']),
    line('nodes', 'BACKEND', [12, 12, 5, 6, 'UP']),
    '',
  ].join('\n');
  expect(serversIn(csv)).toEqual([
    {
      name: 'rabbit-1',
      isUp: true,
      sessions: 4,
      sessionsOpened: 20,
      bytesIn: 1000,
      bytesOut: 2000,
    },
    { name: 'rabbit-2', isUp: false, sessions: 0, sessionsOpened: 3, bytesIn: 10, bytesOut: 20 },
  ]);
});

test('counts are read wherever their columns stand', () => {
  const columns = ['pxname', 'svname', 'scur', 'stot', 'bin', 'bout', 'status', 'other'];
  fc.assert(
    fc.property(
      fc.shuffledSubarray(columns, { minLength: columns.length }),
      fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
      (order, [sessions = 0, sessionsOpened = 0, bytesIn = 0, bytesOut = 0]) => {
        const values: Readonly<Record<string, string | number>> = {
          ...{ pxname: 'nodes', svname: 'a', status: 'UP', other: 'x' },
          ...{ scur: sessions, stot: sessionsOpened, bin: bytesIn, bout: bytesOut },
        };
        const csv = `# ${order.join()},\n${order.map((name) => values[name]).join()},\n`;
        const counts = { sessions, sessionsOpened, bytesIn, bytesOut };
        expect(serversIn(csv)).toEqual([{ name: 'a', isUp: true, ...counts }]);
      },
    ),
  );
});

test('a page that holds anything else is refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => serversIn(`<html>${text}`)).toThrow('no statistics');
    }),
  );
});

test('statistics that are refused or not there are told as such', async () => {
  const server = createServer((_, response) => response.writeHead(503).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const source = haproxySource(`http://127.0.0.1:${port}/`);
  const { signal } = new AbortController();
  await expect(source.ask(signal)).rejects.toThrow('HTTP 503');
  await new Promise((resolve) => server.close(resolve));
  await expect(source.ask(signal)).rejects.toThrow(/ECONNREFUSED/);
});

test('nothing is left of a question that is abandoned', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const question = new AbortController();
  const asking = haproxySource(`http://127.0.0.1:${port}/`).ask(question.signal);
  const [request] = await once(server, 'request');
  const closed = once(request.socket, 'close');
  question.abort(new Error('nobody waits'));
  await expect(asking).rejects.toThrow('nobody waits');
  await closed;
});
