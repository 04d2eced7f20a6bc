/**
 * PCG64 (XSL-RR 128/64; O'Neill 2014) with NumPy's seeding and its buffered 32-bit draws. 128-bit arithmetic in
 * limbs of 32 bits: about ten times as fast as BigInt.
 */
import { generateState } from './seed-sequence.ts';

// The multiplier 0x2360ED051FC65DA44385DF649FCCF645 in limbs, least significant first.
const m0 = 0x9fcc_f645 | 0;
const m1 = 0x4385_df64;
const m2 = 0x1fc6_5da4;
const m3 = 0x2360_ed05;

/** The upper 32 bits of the 64-bit product of two words; these and it as signed integers, which V8 need not box. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = Math.imul(aLow, bLow) >>> 16;
  const middle = (Math.imul(aHigh, bLow) + low) | 0;
  const middle2 = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (middle2 >>> 16)) | 0;
}

/** Words of a saved generator: state (4), increment (4), buffer full (1), buffer (1); native/random.h agrees. */
export const pcg64Words = 10;

export class Pcg64 {
  /** The generator itself, as saved: may be copied out and in at any time. */
  readonly words: Uint32Array;
  /** Upper and lower half of the last `next64`. */
  high = 0;
  low = 0;

  constructor(words: Uint32Array = new Uint32Array(pcg64Words)) {
    this.words = words;
  }

  /** As `PCG64(SeedSequence(seed, spawn_key=spawnKey))`. */
  seed(seed: number | bigint, spawnKey: readonly number[] = []): this {
    const out = generateState(seed, spawnKey, 8);
    // Four 64-bit words: initial state (high, low), sequence (high, low); each is two words, low half first.
    const [i2, i3, i0, i1, s2, s3, s0, s1] = out as unknown as readonly number[] as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const w = this.words;
    w.fill(0);
    w[4] = (s0 << 1) | 1;
    w[5] = (s1 << 1) | (s0 >>> 31);
    w[6] = (s2 << 1) | (s1 >>> 31);
    w[7] = (s3 << 1) | (s2 >>> 31);
    this.#advance();
    this.#add(i0, i1, i2, i3);
    this.#advance();
    return this;
  }

  #add(a0: number, a1: number, a2: number, a3: number): void {
    const w = this.words;
    const r0 = w[0] + a0;
    const r1 = w[1] + a1 + (r0 > 0xffff_ffff ? 1 : 0);
    const r2 = w[2] + a2 + (r1 > 0xffff_ffff ? 1 : 0);
    const r3 = w[3] + a3 + (r2 > 0xffff_ffff ? 1 : 0);
    w[0] = r0;
    w[1] = r1;
    w[2] = r2;
    w[3] = r3;
  }

  /** state = state · multiplier + increment, modulo 2^128. Sums of words stay below 2^53, so doubles hold them. */
  #advance(): void {
    const w = this.words;
    const a0 = w[0] | 0;
    const a1 = w[1] | 0;
    const a2 = w[2] | 0;
    const a3 = w[3] | 0;
    let sum = w[4] + (Math.imul(a0, m0) >>> 0);
    const r0 = sum >>> 0;
    sum =
      (sum - r0) * 2 ** -32 +
      w[5] +
      (mulHigh(a0, m0) >>> 0) +
      (Math.imul(a0, m1) >>> 0) +
      (Math.imul(a1, m0) >>> 0);
    const r1 = sum >>> 0;
    sum =
      (sum - r1) * 2 ** -32 +
      w[6] +
      (mulHigh(a0, m1) >>> 0) +
      (mulHigh(a1, m0) >>> 0) +
      (Math.imul(a0, m2) >>> 0) +
      (Math.imul(a1, m1) >>> 0) +
      (Math.imul(a2, m0) >>> 0);
    const r2 = sum >>> 0;
    sum =
      (sum - r2) * 2 ** -32 +
      w[7] +
      mulHigh(a0, m2) +
      mulHigh(a1, m1) +
      mulHigh(a2, m0) +
      Math.imul(a0, m3) +
      Math.imul(a1, m2) +
      Math.imul(a2, m1) +
      Math.imul(a3, m0);
    w[0] = r0;
    w[1] = r1;
    w[2] = r2;
    w[3] = sum >>> 0;
  }

  /** Draws 64 bits into `high` and `low`. */
  next64(): void {
    this.#advance();
    const w = this.words;
    const xorLow = w[0] ^ w[2];
    const xorHigh = w[1] ^ w[3];
    // No branches here: what they depend on is random.
    const swapped = (xorLow ^ xorHigh) & -(w[3] >>> 31);
    const lower = xorLow ^ swapped;
    const upper = xorHigh ^ swapped;
    const bits = (w[3] >>> 26) & 31;
    this.low = ((lower >>> bits) | ((upper << 1) << (31 - bits))) >>> 0;
    this.high = ((upper >>> bits) | ((lower << 1) << (31 - bits))) >>> 0;
  }

  /** 32 bits: the low half of a 64-bit draw first, its high half at the next call. */
  next32(): number {
    const w = this.words;
    if (w[8] === 1) {
      w[8] = 0;
      return w[9];
    }
    this.next64();
    w[8] = 1;
    w[9] = this.high;
    return this.low;
  }
}
