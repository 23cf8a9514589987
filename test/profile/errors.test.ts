import { describe, expect, test } from 'vitest';
import { complaints } from './reading.js';

/** The error of a profile that is right but for its second line. */
function complaintOf(line: string): string[] {
  return complaints(`name: a\n${line}\n`);
}

describe('a wrong value is told with its place, what is expected and what was found', () => {
  test.each([
    [
      'queues: { count: 0 }',
      'p.yaml:2:18: queues.count must be a whole number from 1 to 65536, not 0',
    ],
    [
      'queues: { mirrors: al }',
      'p.yaml:2:20: queues.mirrors must be none, all or { exactly: N }, not "al"; did you mean "all"?',
    ],
    ['queues: { durable: yes }', 'p.yaml:2:20: queues.durable must be true or false, not "yes"'],
    ['queues:', 'p.yaml:2:8: queues must be a map, not nothing'],
    [
      'queues: { arguments: { x-max-length: [1] } }',
      'p.yaml:2:38: queues.arguments.x-max-length must be a text, a number, or true or false, not [ 1 ]',
    ],
    [
      'publishers: { size: 11 }',
      'p.yaml:2:21: publishers.size must be a size from 12B to 128MiB, such as 1KiB, or a number of bytes, not 11',
    ],
    [
      'publishers: { rate: fast }',
      'p.yaml:2:21: publishers.rate must be max, a rate such as 5k/s, a number per second for each publisher, { total: 5k/s }, steps and ramps as { each: […] } or { total: […] }, or { ofCapacity: 50% }, not "fast"',
    ],
    [
      'publishers: { rate: { total: 5kk/s } }',
      'p.yaml:2:30: publishers.rate.total must be a rate above 0 such as 5k/s, a number of messages per second, or a list of steps and ramps, not "5kk/s"',
    ],
    [
      'publishers: { confirm: {} }',
      'p.yaml:2:24: publishers.confirm must be none, { window: N } or { transaction: N }, not {}',
    ],
    [
      'publishers: { confirm: { window: 1, transaction: 1 } }',
      'p.yaml:2:24: publishers.confirm must be none, { window: N } or { transaction: N }, not { window: 1, transaction: 1 }',
    ],
    [
      'publishers: { confirm: { window: 0 } }',
      'p.yaml:2:34: publishers.confirm.window must be a whole number from 1 to 1000000, not 0',
    ],
    [
      'publishers: { confirm: { transaction: 65537 } }',
      'p.yaml:2:39: publishers.confirm.transaction must be a whole number from 1 to 65536, not 65537',
    ],
    [
      'publishers: { onReconnect: dorp }',
      'p.yaml:2:28: publishers.onReconnect must be republish or drop, not "dorp"; did you mean "drop"?',
    ],
    [
      'queues: { mirrors: {} }',
      'p.yaml:2:20: queues.mirrors.exactly is missing; it must be a whole number from 1 to 65536',
    ],
    [
      'consumers: { nack: 5% }',
      'p.yaml:2:20: consumers.nack must be none or { share: 5%, requeue: true }, not "5%"',
    ],
    [
      'consumers: { nack: { share: 101% } }',
      'p.yaml:2:29: consumers.nack.share must be a share from 0% to 100% such as 5%, or a number from 0 to 1, not "101%"',
    ],
    [
      'consumers: { nack: { share: 1.5 } }',
      'p.yaml:2:29: consumers.nack.share must be a share from 0% to 100% such as 5%, or a number from 0 to 1, not 1.5',
    ],
    [
      'consumers: { nack: { share: -5% } }',
      'p.yaml:2:29: consumers.nack.share must be a share from 0% to 100% such as 5%, or a number from 0 to 1, not "-5%"',
    ],
    [
      'consumers: { work: 61s }',
      'p.yaml:2:20: consumers.work must be a duration from 0s to 1m, such as 500ms or 10s, not "61s"',
    ],
    [
      'consumers: { rate: fast }',
      'p.yaml:2:20: consumers.rate must be max, a rate such as 100/s, or a number of messages per second for each consumer, not "fast"',
    ],
    [
      'consumers: { prefetch: 65536 }',
      'p.yaml:2:24: consumers.prefetch must be a whole number from 0 to 65535, not 65536',
    ],
    [
      'measure: { duration: 2h }',
      'p.yaml:2:22: measure.duration must be a duration from 100ms to 1h, such as 500ms or 10s, not "2h"',
    ],
    [
      'connect: spred',
      'p.yaml:2:10: connect must be load-balancer or spread, not "spred"; did you mean "spread"?',
    ],
    ['client: rhea', 'p.yaml:2:9: client must be wire or amqplib, not "rhea"'],
    [
      'target: { url: "amqp://100%@host" }',
      'p.yaml:2:16: target.url must be an address without a % that begins no escape (write %25), not "amqp://100%@host"',
    ],
    [
      'target: { url: nonsense }',
      'p.yaml:2:16: target.url must be an amqp:// or amqps:// address such as amqp://user:password@host:5672/vhost, not "nonsense"',
    ],
    [
      'target: { url: ["amqp://host", nonsense] }',
      'p.yaml:2:32: target.url[1] must be an amqp:// or amqps:// address such as amqp://user:password@host:5672/vhost, not "nonsense"',
    ],
    [
      'target: { url: [] }',
      'p.yaml:2:16: target.url must be a list of at least one address, not []',
    ],
    [
      'target: { url: 5672 }',
      'p.yaml:2:16: target.url must be an amqp:// or amqps:// address, or a list of them, not 5672',
    ],
    [
      'target: { url: "amqp://host?heartbeat=abc" }',
      'p.yaml:2:16: target.url must be an address whose heartbeat is in seconds, 0 to 65535 (0 is none), not "amqp://host?heartbeat=abc"',
    ],
    [
      'target: { url: amqp://host, nodes: ["amqp://a?auth_mechanism=kerberos"] }',
      'p.yaml:2:37: target.nodes[0] must be an address whose auth_mechanism is plain or external, not "amqp://a?auth_mechanism=kerberos"',
    ],
    [
      'target: { url: amqp://host, management: "http://100%@host" }',
      'p.yaml:2:41: target.management must be an http:// or https:// address without a % that begins no escape, not "http://100%@host"',
    ],
  ])('%s', (line, message) => {
    expect(complaintOf(line)).toEqual([message]);
  });
});

describe('an unknown key is told at the key', () => {
  test.each([
    ['queus: {}', 'p.yaml:2:1: unknown key "queus"; did you mean "queues"?'],
    ['queues: { cnt: 1 }', 'p.yaml:2:11: unknown key "cnt" in queues; did you mean "count"?'],
    [
      'consumers: { delay: 5ms }',
      'p.yaml:2:14: unknown key "delay" in consumers; expected count, prefetch, ack, nack, work, rate',
    ],
    [
      'publishers: { confirm: { windo: 5 } }',
      'p.yaml:2:26: unknown key "windo" in publishers.confirm; did you mean "window"?',
    ],
    [
      'consumers: { nack: { share: 5%, requeu: true } }',
      'p.yaml:2:33: unknown key "requeu" in consumers.nack; did you mean "requeue"?',
    ],
    [
      'target: { testbed: { cpu: 1 } }',
      'p.yaml:2:22: unknown key "cpu" in target.testbed; expected nodes, loadBalancers, balance, tls',
    ],
  ])('%s', (line, message) => {
    expect(complaintOf(line)).toEqual([message]);
  });
});

describe('values that do not go together', () => {
  test.each([
    [
      'queues: { type: quorum, mirrors: all }',
      'p.yaml:2:34: queues.type quorum replicates by itself and cannot be mirrored; write mirrors: none',
    ],
    [
      'queues: { type: quorum, durable: false }',
      'p.yaml:2:34: queues.type quorum is always durable; write durable: true',
    ],
    [
      'queues: { mirrors: { exactly: 4 } }',
      "p.yaml:2:31: queues.mirrors exactly 4 needs more nodes than the testbed's 3",
    ],
    [
      'queues: { arguments: { x-queue-type: stream } }',
      'p.yaml:2:38: the argument x-queue-type is set by queues.type; leave it out',
    ],
    [
      'consumers: { prefetch: 10, ack: { every: 11 } }',
      'p.yaml:2:42: consumers.ack every 11 with prefetch 10 would wait for ever: after 10 unacknowledged messages the broker sends no more',
    ],
    [
      'consumers: { ack: none, nack: { share: 5% } }',
      'p.yaml:2:40: with consumers.ack none the broker has forgotten what it sent, and nothing can be given back; write ack: each',
    ],
    [
      'consumers: { ack: none, work: 5ms }',
      'p.yaml:2:31: consumers.work needs acknowledgements: with ack none the broker sends as fast as the socket takes, and messages would pile up here; write ack: each',
    ],
    [
      'consumers: { ack: none, rate: 5/s }',
      'p.yaml:2:31: consumers.rate needs acknowledgements: with ack none the broker sends as fast as the socket takes, and messages would pile up here; write ack: each',
    ],
    [
      'consumers: { prefetch: 0, work: 5ms }',
      'p.yaml:2:33: consumers.work needs a prefetch: with prefetch 0, no limit, messages would pile up here and not in the queue; write a prefetch such as 100',
    ],
    [
      'consumers: { prefetch: 0, rate: 5/s }',
      'p.yaml:2:33: consumers.rate needs a prefetch: with prefetch 0, no limit, messages would pile up here and not in the queue; write a prefetch such as 100',
    ],
    [
      'publishers: { unroutable: 2 }',
      'p.yaml:2:27: publishers.unroutable 2 exceeds the number of publishers, 1',
    ],
    [
      'publishers: { count: 2, unroutable: 3 }',
      'p.yaml:2:37: publishers.unroutable 3 exceeds the number of publishers, 2',
    ],
    [
      'publishers: { confirm: { transaction: 1 } }\nclient: amqplib',
      'p.yaml:2:39: amqplib has no transactions; write client: wire, or confirm: { window: 1 }, which waits for each message too',
    ],
    [
      'client: amqplib\nvary: { publishers.confirm: [none, { transaction: 5 }] }',
      'p.yaml:3:51: amqplib has no transactions; write client: wire, or confirm: { window: 1 }, which waits for each message too',
    ],
    [
      'target: { testbed: { loadBalancers: 0 } }',
      'p.yaml:2:37: the testbed has no load balancer to connect to; write connect: spread',
    ],
    ['target: {}', 'p.yaml:2:9: target must name either a testbed or a url'],
    [
      'target: { testbed: {}, url: amqp://host }',
      'p.yaml:2:29: target names both a testbed and a url; keep the one to measure',
    ],
    [
      'target: { management: http://host }',
      'p.yaml:2:23: target.management belongs to a cluster of yours, whose target.url is missing',
    ],
    [
      'target: { url: [amqp://a/x, amqp://b/y] }',
      'p.yaml:2:16: the addresses of target.url and target.nodes must all name the same virtual host',
    ],
    [
      'target: { url: AMQPS://a, nodes: [amqps://b, amqp://c] }',
      'p.yaml:2:16: the addresses of target.url and target.nodes must all begin with amqps:// if one does: to the others passwords would go in plain',
    ],
    [
      'connect: spread\ntarget: { url: amqp://host }',
      'p.yaml:2:10: connect: spread needs the addresses of the nodes in target.nodes',
    ],
  ])('%s', (line, message) => {
    expect(complaintOf(line)).toEqual([message]);
  });
});

describe('what is not a profile at all', () => {
  test.each([
    ['', 'p.yaml:1:1: a profile must be a map with keys such as name, not nothing'],
    ['- a', 'p.yaml:1:1: a profile must be a map with keys such as name, not [ a ]'],
    ['{}', 'p.yaml:1:1: name is missing; it must be a text'],
    [
      'name: A b',
      'p.yaml:1:7: name must be lower-case words joined by hyphens, such as my-profile, not "A b"',
    ],
    ['name: a\nname: b', 'p.yaml:2:1: the key name is given twice'],
    [
      'name: a\n---\nname: b',
      'p.yaml:2:1: a profile is one YAML document; remove what follows ---',
    ],
    ['name: b: c', 'p.yaml:1:7: not YAML: Nested mappings are not allowed in compact mappings'],
    ['name: !word a', 'p.yaml:1:7: not YAML: Unresolved tag: !word'],
    ['? [a]\n: b', 'p.yaml:1:3: a key must be a single word, not a list or a map'],
    ['name: &n a\ndescription: *n', 'p.yaml:2:14: aliases are not supported; write the value out'],
    ['a: &a [*a]', 'p.yaml:1:8: aliases are not supported; write the value out'],
  ])('%j', (text, message) => {
    expect(complaints(text)).toEqual([message]);
  });
});

test('all problems of a file are told at once, in the order of the file', () => {
  const text = `
measure: { warmup: 3, rounds: 0 }
name: a
queues:
  type: quorum
  mirrors: all
vary: { queues.cont: [1] }
claims: [{ says: x }]
`;
  expect(complaints(text)).toEqual([
    'p.yaml:2:20: measure.warmup must be a duration from 0s to 1h, such as 500ms or 10s, not 3',
    'p.yaml:2:31: measure.rounds must be a whole number from 1 to 1000, not 0',
    'p.yaml:6:12: queues.type quorum replicates by itself and cannot be mirrored; write mirrors: none',
    'p.yaml:7:9: vary has an unknown path "queues.cont"; did you mean "queues.count"?',
    'p.yaml:8:10: claims[0].metric is missing; it must be a metric such as throughput.consumedPerSecond or latencyMicros.endToEnd.p99',
    'p.yaml:8:10: claims[0].ratio is missing; it must be a map',
    'p.yaml:8:10: claims[0].expect is missing; it must be a map',
  ]);
});

test('a key such as __proto__ is refused like any other', () => {
  expect(complaints('name: a\nqueues: { __proto__: { count: 2 } }')).toEqual([
    'p.yaml:2:11: unknown key "__proto__" in queues; expected layout, count, type, mirrors, durable, arguments',
  ]);
});
