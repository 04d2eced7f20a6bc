import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elu32, fma32, leakyRelu32, sigmoid32, silu32, siluSlope32, tanh32 } from './float32.ts';

const bits = new Int32Array(1);
const value = new Float32Array(bits.buffer);

function fromBits(pattern: number): number {
  bits[0] = pattern;
  return value[0];
}

/** A finite float as integer · 2^exponent. */
function exact(x: number): { integer: bigint; exponent: number } {
  value[0] = x;
  const biased = (bits[0] >>> 23) & 0xff;
  const mantissa = (bits[0] & 0x7f_ffff) | (biased === 0 ? 0 : 0x80_0000);
  return { integer: BigInt(bits[0] < 0 ? -mantissa : mantissa), exponent: Math.max(biased, 1) - 150 };
}

/** integer · 2^exponent rounded to the nearest float, ties to even. */
function nearestFloat(integer: bigint, exponent: number): number {
  const magnitude = integer < 0n ? -integer : integer;
  const length = magnitude.toString(2).length;
  // The last bit kept: 24 bits below the first one, but no lower than the last bit of subnormals.
  const dropped = BigInt(Math.max(length - 24, -149 - exponent, 0));
  const half = dropped === 0n ? 0n : 1n << (dropped - 1n);
  let kept = magnitude >> dropped;
  const rest = magnitude - (kept << dropped);
  if (dropped > 0n && (rest > half || (rest === half && (kept & 1n) === 1n))) kept += 1n;
  const result = Number(kept) * 2 ** (exponent + Number(dropped));
  return Math.fround(integer < 0n ? -result : result);
}

function exactFma(a: number, b: number, c: number): number {
  const [x, y, z] = [exact(a), exact(b), exact(c)];
  const exponent = Math.min(x.exponent + y.exponent, z.exponent);
  const product = (x.integer * y.integer) << BigInt(x.exponent + y.exponent - exponent);
  const sum = product + (z.integer << BigInt(z.exponent - exponent));
  return nearestFloat(sum, exponent);
}

/** Any finite float: all bit patterns alike, so subnormals and the largest ones too. */
const anyFloat = fc
  .integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
  .map(fromBits)
  .filter(Number.isFinite);
/** Floats of similar size and few bits, whose products and sums fall half-way between floats often. */
const coarseFloat = fc
  .tuple(fc.integer({ min: -8191, max: 8191 }), fc.integer({ min: -14, max: 14 }))
  .map(([mantissa, exponent]) => mantissa * 2 ** exponent);
const tinyFloat = fc.integer({ min: -0xff_ffff, max: 0xff_ffff }).map((x) => x * 2 ** -149);

describe('fma32', () => {
  it.each([
    ['any floats', fc.tuple(anyFloat, anyFloat, anyFloat)],
    ['floats that make ties', fc.tuple(coarseFloat, coarseFloat, coarseFloat)],
    ['subnormal results', fc.tuple(tinyFloat, coarseFloat, tinyFloat)],
    ['a summand of another size', fc.tuple(coarseFloat, coarseFloat, anyFloat)],
  ])('equals exact integer arithmetic, rounded once, for %s', (_, floats) => {
    fc.assert(
      fc.property(floats, ([a, b, c]) => {
        // Integers have no −0, so a zero is compared without its sign.
        expect(fma32(a, b, c) + 0).toBe(exactFma(a, b, c) + 0);
      }),
      { numRuns: 3000 },
    );
  });

  it('rounds once where rounding to a double first would round twice', () => {
    // a·b + c is 2^-54 off the middle of two floats; the double nearest to it is that middle.
    const [a, b, c] = [1 + 2 ** -12, 1 + 2 ** -12, 2 ** -54];
    expect(Math.fround(a * b + c)).toBe(1 + 2 ** -11);
    expect(fma32(a, b, c)).toBe(1 + 2 ** -11 + 2 ** -23);
    expect(fma32(a, b, -c)).toBe(1 + 2 ** -11);
    expect(fma32(-a, b, -c)).toBe(-(1 + 2 ** -11 + 2 ** -23));
  });

  it('follows IEEE 754 for infinities, NaN and signed zeros', () => {
    expect(fma32(Infinity, 1, 1)).toBe(Infinity);
    expect(fma32(Infinity, 0, 1)).toBeNaN();
    expect(fma32(Infinity, 1, -Infinity)).toBeNaN();
    expect(fma32(1, 1, -Infinity)).toBe(-Infinity);
    expect(fma32(NaN, 1, 1)).toBeNaN();
    expect(fma32(3e38, 3e38, -3e38)).toBe(Infinity);
    expect(fma32(-0, 1, -0)).toBe(-0);
    expect(fma32(-0, 1, 0)).toBe(0);
  });
});

describe('sigmoid32 and tanh32', () => {
  const moderate = fc.double({ min: -80, max: 80, noNaN: true }).map(Math.fround);

  it('have a relative error < 3e-7 over the range where floats resolve them', () => {
    fc.assert(
      fc.property(moderate, (z) => {
        const sigmoid = 1 / (1 + Math.exp(-z));
        expect(Math.abs(sigmoid32(z) - sigmoid)).toBeLessThanOrEqual(3e-7 * sigmoid);
        expect(Math.abs(tanh32(z) - Math.tanh(z))).toBeLessThanOrEqual(3e-7 * Math.abs(Math.tanh(z)));
      }),
      { numRuns: 3000 },
    );
  });

  it('saturate at infinity and keep NaN', () => {
    expect([sigmoid32(Infinity), tanh32(Infinity), tanh32(-Infinity)]).toEqual([1, 1, -1]);
    expect(sigmoid32(-Infinity)).toBeLessThan(1e-37);
    expect(sigmoid32(NaN)).toBeNaN();
    expect(tanh32(NaN)).toBeNaN();
    expect(sigmoid32(0)).toBe(0.5);
    expect(tanh32(0)).toBe(0);
  });
});

describe('leakyRelu32, elu32 and silu32', () => {
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
  const anyLogarithmic = fc
    .tuple(fc.double({ min: -44, max: 6.4, noNaN: true }), fc.constantFrom(-1, 1))
    .map(([exponent, sign]) => Math.fround(sign * 2 ** exponent));

  it('have a relative error < 4e-7, near zero too', () => {
    fc.assert(
      fc.property(anyLogarithmic, (z) => {
        const expected = [z < 0 ? 0.01 * z : z, z < 0 ? Math.expm1(z) : z, z * sigmoid(z)];
        [leakyRelu32(z), elu32(z), silu32(z)].forEach((actual, i) =>
          expect(Math.abs(actual - expected[i])).toBeLessThanOrEqual(4e-7 * Math.abs(expected[i])),
        );
      }),
      { numRuns: 5000 },
    );
  });

  it('have an absolute error < 4e-7 in the slope of silu, which is 0 at −1.2785', () => {
    fc.assert(
      fc.property(anyLogarithmic, (z) => {
        const expected = sigmoid(z) * (1 + z * sigmoid(-z));
        expect(Math.abs(siluSlope32(z) - expected)).toBeLessThanOrEqual(4e-7);
      }),
      { numRuns: 5000 },
    );
    expect(Math.abs(siluSlope32(-1.2784645))).toBeLessThan(1e-7);
  });

  it.each([
    // z, leaky-relu, elu, silu, slope of silu
    [0, 0, 0, 0, 0.5],
    [-0, 0, 0, 0, 0.5],
    [Infinity, Infinity, Infinity, Infinity, 1],
    [3e38, Math.fround(3e38), Math.fround(3e38), Math.fround(3e38), 1],
    [NaN, NaN, NaN, NaN, NaN],
    [2 ** -149, 2 ** -149, 2 ** -149, 0, 0.5],
    [2 ** -140, 2 ** -140, 2 ** -140, 2 ** -141, 0.5],
    [-(2 ** -140), -5 * 2 ** -149, -(2 ** -140), -(2 ** -141), 0.5],
  ])('keep infinity, NaN and subnormals, and make −0 a 0: %d', (z, ...expected) => {
    const x = Math.fround(z);
    expect([leakyRelu32(x), elu32(x), silu32(x), siluSlope32(x)]).toEqual(expected);
  });

  it('end at −∞, −1 and 0 below', () => {
    for (const z of [-Infinity, Math.fround(-3e38), -100]) {
      expect(leakyRelu32(z)).toBe(Math.fround(Math.fround(0.01) * z));
      expect(elu32(z)).toBe(-1);
      expect(Math.abs(silu32(z))).toBeLessThan(1e-35);
      expect(Math.abs(siluSlope32(z))).toBeLessThan(1e-35);
    }
  });
});
