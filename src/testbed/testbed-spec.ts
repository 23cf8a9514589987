/** What a caller asks a testbed to be; two equal specs may share one running cluster. */
export interface TestbedSpec {
  /** Names the state folder, so one cluster of a name can run at a time. */
  readonly name: string;
  readonly nodes: number;
  readonly loadBalancers: 0 | 1;
  readonly balance: 'roundrobin' | 'leastconn';
  /** Whether its nodes speak TLS with clients, and nothing else. */
  readonly tls: boolean;
}

export interface NodeAddress {
  /** The Erlang node name, such as `rabbit-1@127.0.0.1`. */
  readonly name: string;
  /** amqp:// or amqps://, straight to this node. */
  readonly url: string;
}

/** Where a running testbed answers. Every address is on 127.0.0.1; user and password are guest. */
export interface TestbedAddresses {
  /** amqp:// or amqps:// through HAProxy; absent when no load balancer was asked for. */
  readonly loadBalancerUrl: string | undefined;
  readonly nodes: readonly NodeAddress[];
  /** Who vouches for the nodes, as PEM; absent when they speak no TLS. */
  readonly tls?: { readonly ca: string };
  /** http:// of the node that runs the management plugin. */
  readonly managementUrl: string;
  readonly loadBalancer:
    | { readonly version: string; readonly count: number; readonly statisticsUrl: string }
    | undefined;
}

export type ProcessKind = 'epmd' | 'node' | 'load-balancer';

/** One process of a testbed, for those who sample its cost or ask whether it lives. */
export interface ProcessStatus {
  readonly kind: ProcessKind;
  /** What messages call it: the node's name, `HAProxy` or `epmd`. */
  readonly label: string;
  /** Of a node it is the Erlang virtual machine itself, not a shell around it. */
  readonly pid: number;
  readonly isAlive: boolean;
}

/** `1 node`, `3 nodes`. */
export function countNodes(count: number): string {
  return `${count} ${count === 1 ? 'node' : 'nodes'}`;
}
