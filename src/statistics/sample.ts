/** Numbers that describe a sample: where its middle is and how far it spreads. */
import { requireFinite } from './checks.ts';

/** A sorted copy. */
export const ascending = (values: ArrayLike<number>) => Float64Array.from(values).sort();

/** The arithmetic mean. @throws RangeError for no values or one that isn't finite. */
export function mean(values: ArrayLike<number>): number {
  requireFinite(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** The square root of the unbiased variance. @throws RangeError for fewer than two values or one that isn't finite. */
export function standardDeviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  if (values.length < 2) throw new RangeError('standard deviation of 1 value; expected at least 2');
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - centre) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** The middle value, or the mean of the middle two. @throws RangeError for no values or one that isn't finite. */
export function median(values: ArrayLike<number>): number {
  requireFinite(values);
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Mean of what is left without the lowest and the highest ⌊n / 4⌋ values: SciPy's `trim_mean(values, 0.25)`, which
 * Agarwal et al. 2021 recommend for scores of few runs.
 * @throws RangeError for no values or one that isn't finite.
 */
export function interquartileMean(values: ArrayLike<number>): number {
  requireFinite(values);
  const cut = Math.floor(values.length / 4);
  return mean(ascending(values).subarray(cut, values.length - cut));
}

/**
 * Means of `window` consecutive values: element i covers values i … i + window − 1, so that there are
 * `values.length − window + 1` of them, or none while there are fewer values than the window holds.
 * @throws RangeError unless `window` is a whole number ≥ 1.
 */
export function rollingMean(values: ArrayLike<number>, window: number): number[] {
  if (!Number.isSafeInteger(window) || window < 1) {
    throw new RangeError(`a rolling mean of ${window} values; expected a whole number of at least 1`);
  }
  const means: number[] = [];
  // Summed afresh each time: a running sum would carry rounding errors, and infinities, along.
  for (let start = 0; start + window <= values.length; start++) {
    let sum = 0;
    for (let i = start; i < start + window; i++) sum += values[i];
    means.push(sum / window);
  }
  return means;
}
