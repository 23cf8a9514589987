import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Time for the load balancer to pass a connection on and to count it. */
const countedMillis = 200;

/**
 * The nodes behind a load balancer in the order in which it gives them connections, found by making
 * one connection for each. With equal weights HAProxy goes around in one order for as long as all
 * nodes are up, but which order that is depends on who came up first.
 */
export async function dealingOrder(
  addresses: { readonly entryUrl: string; readonly statisticsUrl: string },
  nodeCount: number,
): Promise<string[]> {
  const order: string[] = [];
  while (order.length < nodeCount) {
    const before = await connectionsOfServers(addresses.statisticsUrl);
    await connectOnce(addresses.entryUrl);
    const after = await connectionsOfServers(addresses.statisticsUrl);
    const dealt = [...after].filter(([server, count]) => count > (before.get(server) ?? 0));
    const [[server = ''] = []] = dealt;
    if (dealt.length !== 1 || order.includes(server)) {
      throw new Error('the load balancer does not deal out connections in turn');
    }
    order.push(server);
  }
  return order;
}

async function connectOnce(url: string): Promise<void> {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port) });
  await once(socket, 'connect');
  await sleep(countedMillis);
  socket.destroy();
}

/** How many connections each server has been given, from HAProxy's statistics. */
async function connectionsOfServers(statisticsUrl: string): Promise<Map<string, number>> {
  const answer = await fetch(new URL('/;csv', statisticsUrl));
  const [heading = '', ...lines] = (await answer.text()).split('\n');
  const names = heading.replace(/^# /, '').split(',');
  const [server, total, kind] = [
    names.indexOf('svname'),
    names.indexOf('stot'),
    names.indexOf('type'),
  ];
  const serverKind = '2';
  const rows = lines.map((line) => line.split(',')).filter((row) => row[kind] === serverKind);
  return new Map(rows.map((row) => [row[server] ?? '', Number(row[total])]));
}
