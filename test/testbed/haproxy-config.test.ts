import { expect, test } from 'vitest';
import { haproxyConfig } from '../../src/testbed/haproxy-config.js';

test('HAProxy balances all nodes, checks them and outlasts three heartbeats', () => {
  const config = haproxyConfig({
    port: 27001,
    statisticsPort: 27002,
    balance: 'leastconn',
    servers: [
      { name: 'rabbit-1', port: 27010 },
      { name: 'rabbit-2', port: 27020 },
    ],
  });
  expect(config).toMatchInlineSnapshot(`
    "# Written by rmqbench, thrown away with the cluster.
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
      bind 127.0.0.1:27001
      default_backend nodes

    backend nodes
      balance leastconn
      server rabbit-1 127.0.0.1:27010 check inter 1s fall 2 rise 1
      server rabbit-2 127.0.0.1:27020 check inter 1s fall 2 rise 1

    frontend statistics
      mode http
      bind 127.0.0.1:27002
      stats enable
      stats uri /
    "
  `);
});
