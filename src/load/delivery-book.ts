import { SequenceSet } from '../measure/sequence-set.js';
import type { PlainDeliveryAccount } from './protocol.js';

interface Page {
  delivered: number;
  redelivered: number;
  repeated: number;
  readonly first: SequenceSet;
  readonly again: SequenceSet;
}

/** Which messages of which publisher one thread has received. */
export class DeliveryBook {
  readonly #pages: Page[] = [];

  enter(publisher: number, sequence: number, redelivered: boolean): void {
    const page = this.#pages[publisher] ?? this.#newPage(publisher);
    page.delivered++;
    if (redelivered) {
      page.redelivered++;
      page.again.add(sequence);
    } else if (!page.first.add(sequence)) {
      page.repeated++;
    }
  }

  accounts(): PlainDeliveryAccount[] {
    return this.#pages.flatMap(({ first, again, ...counts }, publisher) => ({
      publisher,
      ...counts,
      first: first.toPlain(),
      again: again.toPlain(),
    }));
  }

  #newPage(publisher: number): Page {
    const page: Page = {
      delivered: 0,
      redelivered: 0,
      repeated: 0,
      first: new SequenceSet(),
      again: new SequenceSet(),
    };
    this.#pages[publisher] = page;
    return page;
  }
}
