import { type PlainSequenceSet, SequenceSet } from './sequence-set.js';

/** A bag as it crosses a thread boundary: its layers. */
export type PlainSequenceBag = readonly PlainSequenceSet[];

/**
 * Sequences, each with how often it was put in: layer n is the set of those that were put in more
 * than n times, so that a bag in which nothing is twice costs what a set costs.
 */
export class SequenceBag {
  readonly #layers: SequenceSet[];

  private constructor(layers: SequenceSet[]) {
    this.#layers = layers;
  }

  static empty(): SequenceBag {
    return new SequenceBag([new SequenceSet()]);
  }

  static fromPlain(plain: PlainSequenceBag): SequenceBag {
    return new SequenceBag(plain.map((layer) => SequenceSet.fromPlain(layer)));
  }

  toPlain(): PlainSequenceBag {
    return this.#layers.map((layer) => layer.toPlain());
  }

  /** How often anything was put in. */
  get size(): number {
    return this.#layers.reduce((total, { size }) => total + size, 0);
  }

  /** What was put in at all. */
  get distinct(): SequenceSet {
    return this.#layers[0] ?? new SequenceSet();
  }

  /** Puts one in; false when it was there already. */
  add(sequence: number): boolean {
    if (this.#layers[0]?.add(sequence)) return true;
    this.#addAgain(sequence);
    return false;
  }

  /** Puts in all of `other`, as often as they are there. */
  addAll(other: SequenceBag): void {
    for (const layer of other.#layers) this.#addSet(layer);
  }

  /** What is here more than once, with how often beyond that. */
  repeats(): SequenceBag {
    return new SequenceBag(this.#layers.length > 1 ? this.#layers.slice(1) : [new SequenceSet()]);
  }

  /** What is also in `set`, as often as it is here. */
  within(set: SequenceSet): SequenceBag {
    return new SequenceBag(this.#layers.map((layer) => layer.intersection(set)));
  }

  /** What is left of each when it is taken out as often as it is in `other`. */
  without(other: SequenceBag): SequenceBag {
    const layers = [...this.#layers];
    for (const layer of other.#layers) takeOut(layers, layer);
    return new SequenceBag(layers);
  }

  #addAgain(sequence: number): void {
    for (let i = 1; ; i++) {
      const layer = this.#layers[i] ?? new SequenceSet();
      this.#layers[i] = layer;
      if (layer.add(sequence)) return;
    }
  }

  /** What a layer has already rises to the next. */
  #addSet(set: SequenceSet): void {
    let rest = set;
    for (let i = 0; rest.size > 0; i++) {
      const layer = this.#layers[i] ?? new SequenceSet();
      this.#layers[i] = layer;
      const risen = layer.intersection(rest);
      layer.addAll(rest);
      rest = risen;
    }
  }
}

/** Takes each of `set` out once: from the highest layer that has it. */
function takeOut(layers: SequenceSet[], set: SequenceSet): void {
  let rest = set;
  for (let i = layers.length - 1; i >= 0 && rest.size > 0; i--) {
    const layer = layers[i] ?? new SequenceSet();
    layers[i] = layer.without(rest);
    rest = rest.without(layer);
  }
}
