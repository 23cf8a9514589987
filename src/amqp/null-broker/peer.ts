import { frameMinBytes } from '../protocol/frame-layout.js';
import type { BrokerParts } from './broker-parts.js';
import type { PeerLies } from './lies/peer-lies.js';
import { limits } from './limits.js';
import type { Output } from './output.js';
import { Refusal } from './refusal.js';

/** Something that confirms what a channel published, at the end of a read. */
export interface Confirming {
  confirm(): void;
}

/** What the channels of a connection know of it. */
export class Peer {
  readonly broker: BrokerParts;
  readonly output: Output;
  /** As agreed when the peers tuned. */
  frameMaxBytes: number = frameMinBytes;
  /** Whether the client understands a basic.cancel from the broker. */
  takesCancel = false;
  /** Only of a broker that lies. */
  lies: PeerLies | undefined;
  /** Whether anything was published since that was last asked. */
  hasPublished = false;
  #unroutedBytes = 0;
  readonly #confirming: Confirming[] = [];

  constructor(broker: BrokerParts, output: Output) {
    this.broker = broker;
    this.output = output;
  }

  /** To be called once in each read that published in confirm mode. */
  confirmLater(channel: Confirming): void {
    this.#confirming.push(channel);
  }

  confirm(): void {
    if (this.#confirming.length === 0) return;
    for (const channel of this.#confirming) channel.confirm();
    this.#confirming.length = 0;
  }

  /** Counts memory for a message that no queue has yet. */
  holdUnrouted(bytes: number): void {
    if (this.#unroutedBytes + bytes > limits.unroutedBytes) {
      throw new Refusal(506, 'too many bytes in unfinished messages and open transactions');
    }
    this.#unroutedBytes += bytes;
    this.broker.store.unroutedBytes += bytes;
  }

  releaseUnrouted(bytes: number): void {
    this.#unroutedBytes -= bytes;
    this.broker.store.unroutedBytes -= bytes;
  }
}
