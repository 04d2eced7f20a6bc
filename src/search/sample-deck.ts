/** Samples drawn uniformly without replacement, from a space of any size. */
import type { RandomStream } from '../random/random-stream.ts';
import { type Sample, sampleAt, type SearchSpace, spaceSize } from './space.ts';

/** All samples of a space, shuffled; once they have all been drawn they are shuffled again. */
export class SampleDeck {
  readonly #space: SearchSpace;
  readonly #size: number;
  readonly #random: RandomStream;
  /** Fisher-Yates shuffle of the samples' numbers, kept only where it differs from the identity. */
  readonly #shuffled = new Map<number, number>();
  /** Samples drawn since the last shuffle began. */
  #drawn = 0;

  constructor(space: SearchSpace, random: RandomStream) {
    this.#space = space;
    this.#size = spaceSize(space);
    this.#random = random;
  }

  /** The next sample: one integer from the stream. */
  draw(): Sample {
    if (this.#drawn === this.#size) {
      this.#shuffled.clear();
      this.#drawn = 0;
    }
    const position = this.#drawn++;
    const from = this.#random.integers(position, this.#size);
    const index = this.#shuffled.get(from) ?? from;
    this.#shuffled.set(from, this.#shuffled.get(position) ?? position);
    return sampleAt(this.#space, index);
  }
}
