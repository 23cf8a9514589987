import { loopback } from './ports.js';

export interface HaproxyConfig {
  readonly port: number;
  readonly statisticsPort: number;
  readonly balance: 'roundrobin' | 'leastconn';
  readonly servers: readonly { readonly name: string; readonly port: number }[];
}

/** What the servers are called together, in the configuration and in the statistics. */
export const backendName = 'nodes';

/** The text of the load balancer's configuration. */
export function haproxyConfig(config: HaproxyConfig): string {
  const servers = config.servers.map(
    ({ name, port }) => `  server ${name} ${loopback}:${port} check inter 1s fall 2 rise 1`,
  );
  return `# Written by rmqbench, thrown away with the cluster.
global
  # Every connection takes two file descriptors, and a process may be limited to 20,000 of them.
  maxconn 8000

defaults
  mode tcp
  maxconn 8000
  timeout connect 5s
  # A connection without traffic is kept alive by AMQP heartbeats alone. Clients here send one every
  # 20 s, so 60 s of silence means that three are missing and the peer is gone. A shorter limit,
  # such as the "timeout server 15s" that many guides show, cuts connections that are only quiet.
  timeout client 60s
  timeout server 60s
  # A node that died is not known to be dead for up to two seconds. Whoever connects meanwhile is
  # handed to another node, instead of being kept waiting for this one three times.
  retries 3
  option redispatch 1
  option clitcpka
  option srvtcpka

frontend amqp
  bind ${loopback}:${config.port}
  default_backend ${backendName}

backend ${backendName}
  balance ${config.balance}
${servers.join('\n')}

frontend statistics
  mode http
  bind ${loopback}:${config.statisticsPort}
  stats enable
  stats uri /
`;
}
