/**
 * Labelled streams of random numbers, the only source of randomness in the product. A stream draws what
 * NumPy's `Generator(PCG64(SeedSequence(seed)))` draws; `fork` derives streams that are independent of their
 * parent, of one another and of how much the parent has drawn.
 */
import { Pcg64, pcg64Words } from './pcg64.ts';

const twoTo32 = 0x1_0000_0000;

/** A label as words for a spawn key: its length in bytes, then its UTF-8 bytes, four to a word. */
function labelWords(label: string): number[] {
  const bytes = new TextEncoder().encode(label);
  const words = [bytes.length];
  for (let i = 0; i < bytes.length; i += 4) {
    const at = (k: number) => (bytes[i + k] ?? 0) << (8 * k);
    words.push((at(0) | at(1) | at(2) | at(3)) >>> 0);
  }
  return words;
}

/**
 * A stream of random numbers: what NumPy's `Generator(PCG64(SeedSequence(seed)))` draws. `fork` derives streams that are
 * independent of it, of one another and of how much it has drawn.
 */
export class RandomStream {
  readonly #seed: number | bigint;
  readonly #key: readonly number[];
  readonly #generator: Pcg64;

  /**
   * @param seed an integer ≥ 0 of any size.
   * @param spawnKey words ≥ 0 that tell it from other streams of the seed, as of NumPy's `SeedSequence`; none by default.
   * @throws RangeError for a negative or fractional seed, or a number above 2^53 (use a bigint).
   */
  constructor(seed: number | bigint, spawnKey: readonly number[] = []) {
    this.#seed = seed;
    this.#key = spawnKey;
    this.#generator = new Pcg64().seed(seed, spawnKey);
  }

  /** The stream of a label below this one: a function of the seed and the labels alone, not of draws made. */
  fork(label: string): RandomStream {
    return new RandomStream(this.#seed, [...this.#key, ...labelWords(label)]);
  }

  /** A double in [0, 1): 53 random bits. */
  random(): number {
    const generator = this.#generator;
    generator.next64();
    return (generator.high * 0x20_0000 + (generator.low >>> 11)) / 9_007_199_254_740_992;
  }

  /** A double in [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.random();
  }

  /**
   * An integer in [low, high), by Lemire's method as NumPy does it.
   * @throws RangeError unless low < high are integers at most 2^53 apart.
   */
  integers(low: number, high: number): number {
    const span = high - low;
    if (
      !(Number.isSafeInteger(low) && Number.isSafeInteger(high) && span > 0 && Number.isSafeInteger(span))
    ) {
      throw new RangeError(`integers from ${low} to ${high}; expected whole numbers, the second one larger`);
    }
    if (span === 1) return low;
    return low + (span <= twoTo32 ? this.#below32(span) : this.#below64(span));
  }

  #below32(span: number): number {
    const generator = this.#generator;
    if (span === twoTo32) return generator.next32();
    const threshold = (twoTo32 - span) % span;
    for (;;) {
      const draw = generator.next32();
      // The 64-bit product draw · span, in two halves of 32 bits.
      const lowPart = draw * (span & 0xffff);
      const highPart = draw * (span >>> 16) + Math.floor(lowPart / 0x1_0000);
      const leftover = (((highPart & 0xffff) << 16) | (lowPart & 0xffff)) >>> 0;
      if (leftover >= span || leftover >= threshold) return Math.floor(highPart / 0x1_0000);
    }
  }

  #below64(span: number): number {
    const generator = this.#generator;
    const wide = BigInt(span);
    const threshold = ((1n << 64n) - wide) % wide;
    for (;;) {
      generator.next64();
      const product = ((BigInt(generator.high) << 32n) | BigInt(generator.low)) * wide;
      if ((product & 0xffff_ffff_ffff_ffffn) >= threshold) return Number(product >> 64n);
    }
  }

  /** Fills `indices` with independent integers in [0, limit), 1 ≤ limit ≤ 2^32: one `integers(0, limit)` each. */
  fillIndices(indices: Int32Array, limit: number): void {
    if (limit === 1) {
      indices.fill(0);
      return;
    }
    for (let i = 0; i < indices.length; i++) indices[i] = this.#below32(limit);
  }

  /**
   * The generator itself, ten words: 128-bit state, 128-bit increment, 32-bit buffer. Live, so that a kernel can draw
   * from it (native/random.h).
   */
  get words(): Uint32Array {
    return this.#generator.words;
  }

  /** A copy of the ten words, to `restore`. */
  save(): Uint32Array {
    return this.words.slice();
  }

  /** Goes on from a saved state. @throws RangeError when it isn't ten words long. */
  restore(words: Uint32Array): void {
    if (words.length !== pcg64Words) {
      throw new RangeError(`a random state of ${words.length} words; expected ${pcg64Words}`);
    }
    this.#generator.words.set(words);
  }
}
