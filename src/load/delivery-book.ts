import type { SequenceRange } from '../measure/runs.js';
import { SequenceBag } from '../measure/sequence-bag.js';
import { SequenceSet } from '../measure/sequence-set.js';
import { readPublisher, readSequence } from '../measure/stamp.js';
import type { PlainDeliveryAccount } from './protocol.js';

/** So many messages of one publisher cannot be missing between two that came. */
const jumpMax = 2 ** 30;

/** What one thread has received of one publisher. */
interface Page {
  delivered: number;
  redelivered: number;
  /** The largest sequence that came: the next ones are near it. */
  latest: number;
  readonly plain: SequenceBag;
  readonly again: SequenceSet;
  readonly outOfOrder: SequenceSet;
  readonly gaps: SequenceRange[];
}

/** What one consumer has received of one publisher. */
interface Line {
  readonly page: Page;
  /** The largest sequence that came for the first time; −1 before any did. */
  latest: number;
  /** Where a gap begins that the next message ends; −1 when there is none. */
  gapFrom: number;
}

/** Which messages of which publisher one thread has received. */
export class DeliveryBook {
  readonly #pages: Page[] = [];
  readonly #lines: ConsumerLines[] = [];

  /** Where another consumer enters what comes to it. */
  addConsumer(): ConsumerLines {
    const lines = new ConsumerLines((publisher) => this.#page(publisher));
    this.#lines.push(lines);
    return lines;
  }

  accounts(): PlainDeliveryAccount[] {
    for (const lines of this.#lines) lines.endGaps();
    return this.#pages.flatMap((page, publisher) => ({
      publisher,
      delivered: page.delivered,
      redelivered: page.redelivered,
      plain: page.plain.toPlain(),
      again: page.again.toPlain(),
      outOfOrder: page.outOfOrder.toPlain(),
      gaps: page.gaps,
    }));
  }

  #page(publisher: number): Page {
    const page = this.#pages[publisher] ?? {
      delivered: 0,
      redelivered: 0,
      latest: 0,
      plain: SequenceBag.empty(),
      again: new SequenceSet(),
      outOfOrder: new SequenceSet(),
      gaps: [],
    };
    this.#pages[publisher] = page;
    return page;
  }
}

/** What one consumer receives, publisher by publisher, entered into the pages of its thread. */
export class ConsumerLines {
  readonly #pageOf: (publisher: number) => Page;
  readonly #lines: Line[] = [];
  /** Mostly the next message is of the same publisher. */
  #publisher = -1;
  #line: Line | undefined;
  #hasLostSent = false;

  constructor(pageOf: (publisher: number) => Page) {
    this.#pageOf = pageOf;
  }

  /** Enters the message whose stamp lies in `bytes` at `offset`; false when it cannot be of this trial. */
  enter(bytes: Buffer, offset: number, redelivered: boolean): boolean {
    const publisher = readPublisher(bytes, offset);
    const line = publisher === this.#publisher && this.#line ? this.#line : this.#find(publisher);
    const { page } = line;
    const sequence = readSequence(bytes, offset, page.latest);
    // Taken in, it would draw all that follow to it.
    if (sequence > page.latest + jumpMax) return false;
    if (sequence > page.latest) page.latest = sequence;
    page.delivered++;
    if (redelivered) {
      page.redelivered++;
      page.again.add(sequence);
      return true;
    }
    const isFirst = page.plain.add(sequence);
    if (line.gapFrom >= 0 && sequence >= line.gapFrom) endGap(line, sequence - 1);
    if (sequence > line.latest) line.latest = sequence;
    else if (isFirst && !page.again.has(sequence)) page.outOfOrder.add(sequence);
    return true;
  }

  /**
   * The connection was lost, and the broker takes for delivered whatever it had sent on it: of every
   * publisher, all between what came last and what will come first on the next connection.
   */
  onSentLost(): void {
    this.#hasLostSent = true;
    for (const line of this.#lines) {
      if (line !== undefined && line.gapFrom < 0) line.gapFrom = line.latest + 1;
    }
  }

  /** Nothing came after the gaps that are open: they have no end. */
  endGaps(): void {
    for (const line of this.#lines) if (line !== undefined) endGap(line, Infinity);
  }

  #find(publisher: number): Line {
    const line = this.#lines[publisher] ?? {
      page: this.#pageOf(publisher),
      latest: -1,
      // What was lost before may have been the first of this publisher.
      gapFrom: this.#hasLostSent ? 0 : -1,
    };
    this.#lines[publisher] = line;
    this.#publisher = publisher;
    this.#line = line;
    return line;
  }
}

function endGap(line: Line, last: number): void {
  if (line.gapFrom >= 0 && last >= line.gapFrom) {
    line.page.gaps.push({ first: line.gapFrom, last });
  }
  line.gapFrom = -1;
}
