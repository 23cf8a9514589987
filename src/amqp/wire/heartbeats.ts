/** A connection as its heartbeats see it. */
export interface Beating {
  /** As agreed with the peer; not 0. */
  readonly heartbeatSeconds: number;
  /** Whether anything was sent, or came, since the last time this was asked. */
  hasSent(): boolean;
  hasReceived(): boolean;
  beat(): void;
  /** Nothing came for two intervals: the peer is gone, though nothing said so. */
  onSilence(): void;
}

interface Watched {
  readonly connection: Beating;
  sentMillis: number;
  receivedMillis: number;
}

/** Half of the shortest interval that can be agreed on. */
const tickMillis = 500;

/**
 * Keeps many connections alive with one timer: sends a heartbeat where nothing else was sent for half
 * an interval, and ends a connection that was silent for two (specification, §4.2.7). Traffic of any
 * kind counts as a heartbeat.
 */
export class Heartbeats {
  readonly #watched = new Map<Beating, Watched>();
  readonly #nowMillis: () => number;
  #timer: NodeJS.Timeout | undefined;
  #tickedMillis = 0;

  constructor(nowMillis: () => number) {
    this.#nowMillis = nowMillis;
  }

  watch(connection: Beating): void {
    const now = this.#nowMillis();
    this.#watched.set(connection, { connection, sentMillis: now, receivedMillis: now });
    if (this.#timer) return;
    this.#tickedMillis = now;
    // A connection keeps its process alive; watching it does not.
    this.#timer = setInterval(() => this.#tick(), tickMillis).unref();
  }

  forget(connection: Beating): void {
    this.#watched.delete(connection);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const now = this.#nowMillis();
    // While this thread was kept from ticking, it did not listen either: that was no silence.
    const deafMillis = Math.max(now - this.#tickedMillis - tickMillis, 0);
    this.#tickedMillis = now;
    for (const watched of this.#watched.values()) {
      watched.receivedMillis += deafMillis;
      this.#look(watched, now);
    }
  }

  #look(watched: Watched, now: number): void {
    const { connection } = watched;
    const intervalMillis = connection.heartbeatSeconds * 1000;
    if (connection.hasReceived()) watched.receivedMillis = now;
    if (connection.hasSent()) watched.sentMillis = now;
    if (now - watched.receivedMillis > 2 * intervalMillis) {
      connection.onSilence();
    } else if (now - watched.sentMillis >= intervalMillis / 2) {
      connection.beat();
      connection.hasSent();
      watched.sentMillis = now;
    }
  }
}

/** Of all connections of this thread. */
export const heartbeats = new Heartbeats(() => performance.now());
