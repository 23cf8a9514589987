import type { Arguments } from '../protocol/arguments.js';
import type { FieldTable, FieldValue } from '../protocol/field-table.js';
import { frameMinBytes } from '../protocol/frame-layout.js';
import { headroomBytes } from '../protocol/frame-reader.js';
import { MethodFrame } from '../protocol/method-frame.js';
import { type MethodName, methods } from '../protocol/methods.js';
import { tuning } from './limits.js';
import { Refusal } from './refusal.js';
import { virtualHostName } from './virtual-host.js';

const mechanisms = ['PLAIN', 'EXTERNAL'];

const serverProperties: FieldTable = {
  product: 'rmqbench null broker',
  version: '1.0.0',
  platform: `Node.js ${process.version}`,
  information: 'Proves what load generators can do; keeps nothing.',
  capabilities: {
    publisher_confirms: true,
    'basic.nack': true,
    consumer_cancel_notify: true,
    consumer_priorities: false,
    authentication_failure_close: true,
    per_consumer_qos: true,
    direct_reply_to: false,
  },
};

/** What both peers agreed on. */
export interface Agreement {
  readonly channelMax: number;
  readonly frameMaxBytes: number;
  /** 0 is none. */
  readonly heartbeatSeconds: number;
  /** Whether the client understands a basic.cancel from the broker. */
  readonly takesCancel: boolean;
  /** Whether it understands connection.blocked. */
  readonly takesBlocked: boolean;
  /** What it calls the connection; empty when it gives no name. */
  readonly connectionName: string;
}

/** Opens one connection: start, tune, open, each answered before the next (specification, §2.2.4). */
export class Handshake {
  readonly #send: (frame: Buffer) => void;
  readonly #onTuned: (agreement: Agreement) => void;
  #due: MethodName | undefined = 'connection.start-ok';
  #clientProperties: FieldTable = {};

  constructor(send: (frame: Buffer) => void, onTuned: (agreement: Agreement) => void) {
    this.#send = send;
    this.#onTuned = onTuned;
  }

  get isDone(): boolean {
    return this.#due === undefined;
  }

  /** To be called when the client has said that it speaks AMQP 0-9-1. */
  begin(): void {
    this.#send(
      new MethodFrame(0, 'connection.start')
        .uint8(0)
        .uint8(9)
        .table(serverProperties)
        .longString(mechanisms.join(' '))
        .longString('en_US')
        .bytes(),
    );
  }

  onMethod(method: number, args: Arguments): void {
    const due = this.#due;
    if (due === undefined || method !== methods[due]) {
      throw new Refusal(503, 'a method that is not due while the connection opens');
    }
    if (due === 'connection.start-ok') this.#onStartOk(args);
    else if (due === 'connection.tune-ok') this.#onTuneOk(args);
    else this.#onOpen(args);
  }

  /** Whoever comes is let in: there is nothing here to protect. */
  #onStartOk(args: Arguments): void {
    this.#clientProperties = args.table();
    const mechanism = args.shortString();
    args.longString();
    args.shortString();
    if (!mechanisms.includes(mechanism)) {
      throw new Refusal(403, `mechanism '${mechanism}' is not offered`);
    }
    this.#due = 'connection.tune-ok';
    this.#send(
      new MethodFrame(0, 'connection.tune')
        .uint16(tuning.channelMax)
        .uint32(tuning.frameMaxBytes)
        .uint16(tuning.heartbeatSeconds)
        .bytes(),
    );
  }

  #onTuneOk(args: Arguments): void {
    const channelMax = args.uint16() || tuning.channelMax;
    const frameMaxBytes = args.uint32() || tuning.frameMaxBytes;
    const heartbeatSeconds = args.uint16();
    if (channelMax > tuning.channelMax) {
      throw new Refusal(530, `negotiated channel_max = ${channelMax} is higher than the maximum`);
    }
    if (frameMaxBytes > headroomBytes || frameMaxBytes < frameMinBytes) {
      throw new Refusal(530, `negotiated frame_max = ${frameMaxBytes} is out of range`);
    }
    this.#due = 'connection.open';
    const { connection_name: name } = this.#clientProperties;
    this.#onTuned({
      channelMax,
      frameMaxBytes,
      heartbeatSeconds,
      takesCancel: this.#isAbleTo('consumer_cancel_notify'),
      takesBlocked: this.#isAbleTo('connection.blocked'),
      connectionName: typeof name === 'string' ? name : '',
    });
  }

  #isAbleTo(capability: string): boolean {
    const { capabilities } = this.#clientProperties;
    return isTable(capabilities) && capabilities[capability] === true;
  }

  #onOpen(args: Arguments): void {
    const name = args.shortString();
    if (name !== virtualHostName) throw new Refusal(530, `vhost ${name} not found`);
    this.#due = undefined;
    this.#send(new MethodFrame(0, 'connection.open-ok').shortString('').bytes());
  }
}

function isTable(value: FieldValue | undefined): value is FieldTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
