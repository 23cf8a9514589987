import { messageFrames } from '../../../src/amqp/protocol/content-frames.js';
import type { FieldTable } from '../../../src/amqp/protocol/field-table.js';
import type { MessageProperties } from '../../../src/amqp/protocol/message-properties.js';
import { MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import { type MethodName, methods } from '../../../src/amqp/protocol/methods.js';
import type { Peer } from './scripted-broker.js';

/** Parts of scripts: what a broker says, from its first word on. */
export interface Greeting {
  readonly mechanisms?: string;
  readonly serverProperties?: FieldTable;
  readonly channelMax?: number;
  readonly frameMax?: number;
  readonly heartbeat?: number;
}

export function start({ mechanisms = 'PLAIN AMQPLAIN', serverProperties = {} }: Greeting = {}) {
  return new MethodFrame(0, 'connection.start')
    .uint8(0)
    .uint8(9)
    .table(serverProperties)
    .longString(mechanisms)
    .longString('en_US');
}

export function tune({ channelMax = 2047, frameMax = 131_072, heartbeat = 0 }: Greeting = {}) {
  return new MethodFrame(0, 'connection.tune')
    .uint16(channelMax)
    .uint32(frameMax)
    .uint16(heartbeat);
}

export const openOk = () => new MethodFrame(0, 'connection.open-ok').shortString('');

/** A method without arguments on a channel: most of what a broker answers. */
export function ok(name: MethodName, channel = 1): MethodFrame {
  return new MethodFrame(channel, name);
}

export function channelOpenOk(channel = 1): MethodFrame {
  return new MethodFrame(channel, 'channel.open-ok').longString('');
}

/** A connection.close on channel 0, a channel.close on any other. */
export function close(channel: number, code: number, text: string, method?: MethodName) {
  return new MethodFrame(channel, channel === 0 ? 'connection.close' : 'channel.close')
    .uint16(code)
    .shortString(text)
    .uint32(method === undefined ? 0 : methods[method]);
}

/** Up to the word of welcome, with which the connection is open. */
export async function greet(peer: Peer, greeting: Greeting = {}): Promise<void> {
  await peer.expect('protocol header');
  peer.send(start(greeting));
  await peer.expect('connection.start-ok');
  peer.send(tune(greeting));
  await peer.expect('connection.tune-ok');
  await peer.expect('connection.open');
  peer.send(openOk());
}

/** Up to an open channel. */
export async function greetWithChannel(peer: Peer, greeting: Greeting = {}): Promise<void> {
  await greet(peer, greeting);
  await peer.expect('channel.open');
  peer.send(channelOpenOk());
}

/** Up to a consumer that may subscribe. */
export async function greetConsumer(peer: Peer, greeting: Greeting = {}): Promise<void> {
  await greetWithChannel(peer, greeting);
  await peer.expect('basic.qos');
  peer.send(ok('basic.qos-ok'));
}

/** Up to a consumer that is subscribed. */
export async function serveConsumer(peer: Peer, greeting: Greeting = {}): Promise<void> {
  await greetConsumer(peer, greeting);
  await peer.expect('basic.consume');
  peer.send(new MethodFrame(1, 'basic.consume-ok').shortString('c'));
}

/** Up to a publisher that is given confirms. */
export async function greetPublisher(peer: Peer, greeting: Greeting = {}): Promise<void> {
  await greetWithChannel(peer, greeting);
  await peer.expect('confirm.select');
  peer.send(ok('confirm.select-ok'));
}

/** Lets the client end in order, whatever it says before. */
export async function sayGoodbye(peer: Peer): Promise<void> {
  await peer.until('channel.close');
  peer.send(ok('channel.close-ok'));
  await peer.until('connection.close');
  peer.send(ok('connection.close-ok', 0));
  peer.socket.end();
}

export interface Delivery {
  readonly tag: number;
  readonly body: Buffer;
  readonly channel?: number;
  readonly redelivered?: boolean;
  readonly properties?: MessageProperties;
  readonly frameMaxBytes?: number;
}

export function delivery({ tag, body, ...rest }: Delivery): Buffer {
  const { channel = 1, redelivered = false, properties = {}, frameMaxBytes = 131_072 } = rest;
  const method = new MethodFrame(channel, 'basic.deliver')
    .shortString('c')
    .uint64(tag)
    .bits(redelivered)
    .shortString('exchange')
    .shortString('key')
    .bytes();
  return messageFrames(method, { channel, properties, body }, frameMaxBytes).bytes;
}

export function returned(body: Buffer): Buffer {
  const method = new MethodFrame(1, 'basic.return')
    .uint16(312)
    .shortString('NO_ROUTE')
    .shortString('exchange')
    .shortString('key')
    .bytes();
  return messageFrames(method, { channel: 1, properties: {}, body }, 131_072).bytes;
}

export function confirm(name: 'basic.ack' | 'basic.nack', tag: number, multiple = false): Buffer {
  return new MethodFrame(1, name).uint64(tag).bits(multiple).bytes();
}
