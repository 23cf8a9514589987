/** What has happened since the broker started: messages, and bytes on the wire. */
export interface NullBrokerCounts {
  /** Complete messages taken from publishers, those in transactions once they are committed. */
  readonly published: number;
  readonly confirmed: number;
  /** Sent back to the publisher because they were mandatory and bound to nothing. */
  readonly returned: number;
  /** Handed to sockets, redeliveries and answers to basic.get included. */
  readonly delivered: number;
  readonly acknowledged: number;
  readonly bytesIn: number;
  /** Given to the operating system or still waiting for it. */
  readonly bytesOut: number;
}

/** The counts while they are counted. */
export class Counters implements NullBrokerCounts {
  published = 0;
  confirmed = 0;
  returned = 0;
  delivered = 0;
  acknowledged = 0;
  bytesIn = 0;
  bytesOut = 0;

  snapshot(): NullBrokerCounts {
    return { ...this };
  }
}
