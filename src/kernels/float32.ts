/**
 * Exact single-precision arithmetic for the reference kernels: every function returns what the compiled kernels
 * compute, bit for bit (NaN payloads aside). `Math.fround` rounds sums, products, quotients and square roots of
 * floats correctly, because a double is wide enough (Figueroa 1995); a fused multiply-add needs more care.
 */

/** Views of one double: its value, and its bits as two words (low word first). */
const double = new Float64Array(1);
const doubleWords = new Uint32Array(double.buffer);

/** Views of one float: its value and its bits. */
const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);

/**
 * The correctly rounded a·b + c of three floats.
 *
 * The product is exact in a double. The sum is not, and rounding it to a double and then to a float may round
 * twice in the same direction. So the sum is rounded *to odd* first: an inexact sum becomes the neighbouring
 * double whose last bit is 1, which is never half-way between floats (Boldo & Melquiond 2008).
 */
export function fma32(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  // What the sum lacks, exactly (Knuth's TwoSum); NaN where the sum is infinite or NaN.
  const part = sum - product;
  const error = product - (sum - part) + (c - part);
  if (error > 0 || error < 0) {
    double[0] = sum;
    // Towards zero where the sum was rounded away from it, then the last bit set.
    if (error > 0 !== sum > 0) {
      if (doubleWords[0] === 0) doubleWords[1] -= 1;
      doubleWords[0] -= 1;
    }
    doubleWords[0] |= 1;
    return Math.fround(double[0]);
  }
  return Math.fround(sum);
}

const log2e = Math.fround(Math.LOG2E);
/** ln 2 in two parts; the first has few bits. */
const ln2High = 0.693359375;
const ln2Low = Math.fround(Math.LN2 - ln2High);
/** Adding it to a float below 2^22 rounds that to an integer, which then stands in the low bits. */
const rounder = 12_582_912;
const rounderBits = 0x4b40_0000;
/** 1/7!, 1/6!, … 1/1!: the Taylor series of (e^r − 1) / r; |r| ≤ ln 2 / 2 leaves an error below 2^-27. */
const series = [5040, 720, 120, 24, 6, 2, 1].map((factorial) => Math.fround(1 / factorial));
/** Exponents below are raised to this, so that no result is subnormal. */
const lowestExponent = -86;

/** e^x = scale · (1 + fraction) for x ≤ 0, with the scale a power of two. */
let scale = 1;
let fraction = 0;

function reduceExponential(x: number): void {
  const exponent = x < lowestExponent ? lowestExponent : x;
  single[0] = fma32(exponent, log2e, rounder);
  const whole = Math.fround(single[0] - rounder);
  singleBits[0] = (singleBits[0] - rounderBits + 127) << 23;
  scale = single[0];
  const rest = fma32(whole, -ln2Low, fma32(whole, -ln2High, exponent));
  let sum = series[0];
  for (let k = 1; k < series.length; k++) sum = fma32(sum, rest, series[k]);
  fraction = Math.fround(sum * rest);
}

/** 1 / (1 + e^−z), by e^−|z|. NaN gives NaN. */
export function sigmoid32(z: number): number {
  reduceExponential(-Math.abs(z));
  const exponential = fma32(scale, fraction, scale);
  return Math.fround((z < 0 ? exponential : 1) / Math.fround(1 + exponential));
}

/** e^x − 1 for x ≤ 0, accurate near zero too. */
function exponentialLessOne(x: number): number {
  reduceExponential(x);
  return fma32(scale, fraction, Math.fround(scale - 1));
}

/** The hyperbolic tangent, by e^−2|z| − 1. NaN gives NaN. */
export function tanh32(z: number): number {
  const lessOne = exponentialLessOne(-2 * Math.abs(z));
  return Math.fround((z < 0 ? lessOne : 0 - lessOne) / Math.fround(2 + lessOne));
}

/** max(0, z); −0 gives 0, NaN gives NaN. */
export function relu32(z: number): number {
  return z <= 0 ? 0 : z;
}

/** The slope of a leaky relu below 0, PyTorch's default. */
export const leak = Math.fround(0.01);

/** z, or 0.01 z below 0; −0 gives 0, NaN gives NaN. */
export function leakyRelu32(z: number): number {
  return z < 0 ? Math.fround(leak * z) : z + 0;
}

/** z, or e^z − 1 below 0; −0 gives 0, NaN gives NaN. */
export function elu32(z: number): number {
  return z < 0 ? exponentialLessOne(z) : z + 0;
}

/** z · sigmoid(z); z below −86, where the exponential stops falling, counts as −86. −0 gives 0, NaN gives NaN. */
export function silu32(z: number): number {
  return Math.fround((z < lowestExponent ? lowestExponent : z + 0) * sigmoid32(z));
}

/** The derivative of silu: sigmoid(z) · (1 + z · sigmoid(−z)), where z counts as at most 86 away from 0. */
export function siluSlope32(z: number): number {
  const near = z > -lowestExponent ? -lowestExponent : z < lowestExponent ? lowestExponent : z;
  return Math.fround(sigmoid32(z) * fma32(near, sigmoid32(-z), 1));
}
