import { randomInt } from 'node:crypto';
import getPort from 'get-port';

export const loopback = '127.0.0.1';

/** Gives so many different ports of 127.0.0.1 that nobody listens on. */
export type PortChooser = (count: number) => Promise<readonly number[]>;

/**
 * Below the range from which Linux (32768 and up) and macOS (49152 and up) take the ports of
 * outgoing connections: a node needs seconds to bind its port, and a connection made by anybody in
 * the meantime could take it away. Above what RabbitMQ itself uses by default (25672).
 */
const lowest = 26_000;
const highest = 32_500;

/** Chooses free ports, beginning at a random one so that two tools seldom want the same. */
export const chooseFreePorts: PortChooser = async (count) => {
  const ports: number[] = [];
  const first = randomInt(lowest, highest);
  for (let port = first; ports.length < count; ) {
    const chosen = await getPort({ host: loopback, port: upwardsFrom(port), exclude: ports });
    ports.push(chosen);
    port = chosen + 1;
  }
  return ports;
};

function* upwardsFrom(port: number): Iterable<number> {
  for (let candidate = port; candidate < highest; candidate++) yield candidate;
  for (let candidate = lowest; candidate < port; candidate++) yield candidate;
}

/** The ports of one testbed, each with its purpose. */
export interface PortPlan {
  readonly epmd: number;
  readonly management: number;
  readonly loadBalancer: number;
  readonly statistics: number;
  readonly nodes: readonly { readonly amqp: number; readonly distribution: number }[];
}

/** Chooses all ports of a testbed at once, so that they differ. */
export async function planPorts(nodeCount: number, choose: PortChooser): Promise<PortPlan> {
  const ports = (await choose(4 + 2 * nodeCount)).values();
  const next = () => ports.next().value ?? 0;
  return {
    epmd: next(),
    management: next(),
    loadBalancer: next(),
    statistics: next(),
    nodes: Array.from({ length: nodeCount }, () => ({ amqp: next(), distribution: next() })),
  };
}
