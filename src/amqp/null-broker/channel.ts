import type { MethodFrame } from '../protocol/method-frame.js';
import { Deliveries } from './deliveries.js';
import type { Peer } from './peer.js';
import { Publishing } from './publishing.js';
import type { VirtualHost } from './virtual-host.js';

/** One open channel of a connection. */
export class Channel {
  readonly number: number;
  readonly peer: Peer;
  readonly publishing: Publishing;
  readonly deliveries: Deliveries;
  /** What an empty queue name stands for: the queue that this channel declared last. */
  lastQueue = '';

  constructor(number: number, peer: Peer) {
    this.number = number;
    this.peer = peer;
    this.publishing = new Publishing(peer, number);
    this.deliveries = new Deliveries(peer, number);
  }

  get virtualHost(): VirtualHost {
    return this.peer.broker.virtualHost;
  }

  reply(frame: MethodFrame): void {
    this.peer.output.append(frame.bytes());
  }

  /** Confirms what it still can, and gives everything back. */
  end(): void {
    this.publishing.confirm();
    this.publishing.end();
    this.deliveries.end();
  }
}
