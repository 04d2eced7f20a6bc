/**
 * Elementary functions from additions, multiplications, divisions and exact scaling by powers of two alone.
 * ECMAScript leaves the last bits of `Math.exp`, `Math.log` and `Math.tanh` to the engine; these have the same
 * bits everywhere. Errors are below 1e-15, relative.
 *
 * Method: exp reduces x to k·ln 2 + r with |r| ≤ ln 2 / 2 and sums the series of e^r − 1; log takes the exponent
 * off and sums the series of artanh (Muller, Elementary Functions, 3rd edition, chapters 5 and 11).
 */

const ln2 = 0.6931471805599453;
// ln 2 in two parts; the first ends in 21 zero bits, so that k times it is exact for |k| < 2^11.
const ln2High = 0.69314718036912381649;
const ln2Low = 1.90821492927058770002e-10;
const sqrt2 = 1.4142135623730951;

const view = new DataView(new ArrayBuffer(8));

/** 2^k, exactly, for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  view.setInt32(0, (k + 1023) << 20);
  view.setInt32(4, 0);
  return view.getFloat64(0);
}

/** 1/1!, 1/2!, … 1/14!: the next term is below 2^-60 of the sum for |r| ≤ ln 2 / 2. */
const inverseFactorials: readonly number[] = Array.from({ length: 14 }, (_, i) => {
  let factorial = 1;
  for (let n = 2; n <= i + 1; n++) factorial *= n;
  return 1 / factorial;
});

/** e^r − 1 for |r| ≤ ln 2 / 2. */
function expm1Series(r: number): number {
  let sum = 0;
  for (let i = inverseFactorials.length - 1; i >= 0; i--) sum = sum * r + inverseFactorials[i];
  return sum * r;
}

/** e^x; 0 below −708 (no subnormal results), Infinity above 709. */
export function exp(x: number): number {
  if (x < -708) return 0;
  if (x > 709) return Infinity;
  const k = Math.round(x / ln2);
  const r = x - k * ln2High - k * ln2Low;
  return powerOfTwo(k) * (1 + expm1Series(r));
}

/** Natural logarithm of a normal positive number. */
export function log(x: number): number {
  view.setFloat64(0, x);
  let exponent = (view.getInt32(0) >> 20) - 1023;
  let mantissa = x / powerOfTwo(exponent);
  if (mantissa > sqrt2) {
    mantissa /= 2;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let n = 23; n >= 3; n -= 2) sum = (sum + 1 / n) * square;
  return exponent * ln2 + 2 * (s + s * sum);
}

/** Hyperbolic tangent. */
export function tanh(x: number): number {
  const twice = 2 * Math.abs(x);
  const grown = twice < ln2 / 2 ? expm1Series(twice) : exp(Math.min(twice, 100)) - 1;
  const result = grown / (grown + 2);
  return x < 0 ? -result : result;
}

/** 1 / (1 + e^−x) */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const grown = exp(x);
  return grown / (1 + grown);
}
