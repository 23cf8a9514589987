import type { BrokerUrl } from '../../base/broker-url.js';
import type { ConnectionOptions } from '../load-client.js';
import type { Arguments } from '../protocol/arguments.js';
import { frameMinBytes, protocolHeader } from '../protocol/frame-layout.js';
import { headroomBytes } from '../protocol/frame-reader.js';
import { MethodFrame } from '../protocol/method-frame.js';
import { ProtocolError } from '../protocol/protocol-error.js';
import type { Replies } from './replies.js';

/** What the peers agreed on. */
export interface Tuning {
  readonly frameMaxBytes: number;
  readonly channelMax: number;
  /** 0 is no heartbeats. */
  readonly heartbeatSeconds: number;
}

/** Channel 0 of a connection that is being opened. */
export interface Opening {
  readonly replies: Replies;
  write(frames: Buffer): void;
  onTuned(tuning: Tuning): void;
}

/** What RabbitMQ's own tools show beside the connection, and what the client can do with. */
const product = { product: 'rmqbench', platform: `Node.js ${process.versions.node}` };
const capabilities = {
  publisher_confirms: true,
  'basic.nack': true,
  consumer_cancel_notify: true,
  'connection.blocked': true,
  authentication_failure_close: true,
};

/**
 * Says hello, identifies the user, tunes, and opens the virtual host (specification, §2.2.4). Rejects
 * with whatever the connection's end gave as its reason.
 */
export async function shakeHands(
  url: BrokerUrl,
  options: ConnectionOptions,
  { replies, write, onTuned }: Opening,
): Promise<void> {
  write(protocolHeader);
  const mechanisms = await replies.next('connection.start', readMechanisms);
  if (!mechanisms.includes(url.mechanism)) {
    const offered = mechanisms.join(', ');
    throw new ProtocolError(`it offers no ${url.mechanism} authentication, only ${offered}`);
  }
  write(startOk(url, options.connectionName));
  const offered = await replies.next('connection.tune', readTuning);
  const tuning = agree(offered, url.heartbeatSeconds);
  onTuned(tuning);
  write(tuneOk(tuning));
  write(
    new MethodFrame(0, 'connection.open')
      .shortString(url.vhost)
      .shortString('')
      .bits(false)
      .bytes(),
  );
  await replies.next('connection.open-ok', () => {});
}

function readMechanisms(start: Arguments): string[] {
  start.uint8();
  start.uint8();
  start.table();
  return start.longString().split(' ');
}

function startOk(url: BrokerUrl, connectionName: string): Buffer {
  const { mechanism, username, password } = url;
  const properties = { ...product, connection_name: connectionName, capabilities };
  return new MethodFrame(0, 'connection.start-ok')
    .table(properties)
    .shortString(mechanism)
    .longString(mechanism === 'PLAIN' ? `\0${username}\0${password}` : '')
    .shortString('en_US')
    .bytes();
}

function readTuning(tune: Arguments): Tuning {
  const channelMax = tune.uint16();
  const frameMaxBytes = tune.uint32();
  if (frameMaxBytes !== 0 && frameMaxBytes < frameMinBytes) {
    throw new ProtocolError(`it takes no frames above ${frameMaxBytes} bytes, fewer than it must`);
  }
  return { channelMax, frameMaxBytes, heartbeatSeconds: tune.uint16() };
}

/** Of each limit the smaller one; 0 sets none. Whoever wants no heartbeats gets none. */
function agree(offered: Tuning, heartbeatSeconds: number): Tuning {
  const smaller = (a: number, b: number) => (a === 0 || b === 0 ? a + b : Math.min(a, b));
  return {
    channelMax: smaller(offered.channelMax, 2047),
    frameMaxBytes: smaller(offered.frameMaxBytes, headroomBytes),
    heartbeatSeconds:
      heartbeatSeconds === 0 ? 0 : smaller(offered.heartbeatSeconds, heartbeatSeconds),
  };
}

function tuneOk({ channelMax, frameMaxBytes, heartbeatSeconds }: Tuning): Buffer {
  return new MethodFrame(0, 'connection.tune-ok')
    .uint16(channelMax)
    .uint32(frameMaxBytes)
    .uint16(heartbeatSeconds)
    .bytes();
}
