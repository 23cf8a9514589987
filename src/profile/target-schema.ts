import { z } from 'zod';
import { refusing } from './conflicts.js';
import { brokerAddress, pemPath, webAddress, wholeNumber } from './quantities.js';
import { targetConflicts } from './target-conflicts.js';

/* Which cluster a profile measures. The descriptions show in editors. */

const testbed = z.strictObject({
  nodes: wholeNumber(1, 7).default(3).describe('RabbitMQ nodes in the cluster.'),
  loadBalancers: z
    .union([z.literal(0), z.literal(1)], { error: '0 or 1' })
    .default(1)
    .describe('HAProxy processes in front of the nodes.'),
  balance: z
    .enum(['roundrobin', 'leastconn'])
    .default('roundrobin')
    .describe('How the load balancer chooses a node for a new connection.'),
  tls: z
    .boolean()
    .default(false)
    .describe('Speak TLS with the nodes, which get a certificate made for this testbed alone.'),
});

const brokerUrl = brokerAddress();

const brokerUrls = z.union(
  [
    brokerUrl,
    z.array(brokerUrl, { error: 'a list of addresses' }).min(1, 'a list of at least one address'),
  ],
  { error: 'an amqp:// or amqps:// address, or a list of them' },
);

const tls = z.strictObject({
  ca: pemPath()
    .optional()
    .describe(
      'Who vouches for the certificates of the brokers: a PEM file. Else those Node knows.',
    ),
  cert: pemPath().optional().describe('The certificate to show to the brokers: a PEM file.'),
  key: pemPath().optional().describe('Its private key: a PEM file.'),
  serverName: z
    .string()
    .regex(/^[^\s:/]+$/, 'a host name')
    .optional()
    .describe('The name that the certificates of the brokers are for, if not the address’s host.'),
  verify: z
    .boolean()
    .default(true)
    .describe('Whether the certificates of the brokers are verified; the result says if not.'),
});

export const targetSchema = z
  .strictObject({
    testbed: testbed.optional().describe('A cluster that rmqbench starts on this host.'),
    url: brokerUrls
      .optional()
      .describe('A cluster of yours: the address to connect to, or several, dealt in turn.'),
    tls: tls.optional().describe('How to connect to its amqps:// and https:// addresses.'),
    management: webAddress().optional().describe('Where its management API answers.'),
    nodes: z
      .array(brokerUrl, { error: 'a list of at least one amqp:// or amqps:// address' })
      .min(1)
      .optional()
      .describe('Direct addresses of its nodes, for connect: spread.'),
  })
  .superRefine(refusing(targetConflicts))
  .prefault({ testbed: {} })
  .describe('The cluster to measure: a testbed, or the url of one that runs.');

export type WrittenTarget = z.output<typeof targetSchema>;
