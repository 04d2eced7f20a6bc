/**
 * Numbers that describe a sample of episode returns, with the uncertainty they carry.
 *
 * The interval of a mean is Student's: it is exact for normal data at every sample size, needs no random
 * numbers, and tends to the normal interval for large samples. Returns are skewed, so below about 30 episodes
 * read it as a guide. The interval of a share is Wilson's score interval (Wilson 1927; Brown, Cai & DasGupta
 * 2001), which keeps its coverage near 0 and 1 and stays inside them.
 */

/** A two-sided 95 % confidence interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Share {
  /** Returns of at least this much count. */
  readonly threshold: number;
  readonly count: number;
  /** count / all, from 0 to 1. */
  readonly share: number;
  readonly interval: Interval;
}

export interface ReturnSummary {
  readonly count: number;
  readonly mean: number;
  /** Of the sample (n − 1 in the denominator); undefined for a single return. */
  readonly standardDeviation: number | undefined;
  /** Of the mean; undefined for a single return. */
  readonly interval: Interval | undefined;
  readonly median: number;
  readonly interquartileMean: number;
  readonly min: number;
  readonly max: number;
  readonly atLeastThreshold: Share | undefined;
}

const confidence = 0.95;
/** The normal quantile that belongs to it. */
const normalQuantile = 1.959963984540054;

function requireFinite(values: ArrayLike<number>): void {
  if (values.length === 0) throw new RangeError('no values; expected at least one');
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`value ${i} is ${values[i]}; expected a finite number`);
    }
  }
}

const ascending = (values: ArrayLike<number>) => Float64Array.from(values).sort();

/** @throws RangeError for no values or one that isn't finite; so do the other functions of a sample. */
export function mean(values: ArrayLike<number>): number {
  requireFinite(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** The square root of the unbiased variance. @throws RangeError also for fewer than two values. */
export function standardDeviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  if (values.length < 2) throw new RangeError('standard deviation of 1 value; expected at least 2');
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - centre) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

export function median(values: ArrayLike<number>): number {
  requireFinite(values);
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Mean of what is left without the lowest and the highest ⌊n / 4⌋ values (as in Agarwal et al. 2021). */
export function interquartileMean(values: ArrayLike<number>): number {
  requireFinite(values);
  const cut = Math.floor(values.length / 4);
  return mean(ascending(values).subarray(cut, values.length - cut));
}

/**
 * The probability that |T| is below √degrees · tan(angle), T having Student's distribution: a finite sum for
 * whole degrees of freedom (Abramowitz & Stegun 1964, 26.7.3 and 26.7.4).
 */
function studentProbability(angle: number, degrees: number): number {
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = 0;
  for (let k = odd ? 3 : 2; k <= degrees; k += 2) {
    sum += term;
    term *= ((k - 1) / k) * cosine * cosine;
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

/**
 * The t with P(|T| ≤ t) = 0.95, to about 12 digits.
 * @param degrees of freedom.
 * @throws RangeError unless that is a whole number ≥ 1.
 */
export function studentQuantile(degrees: number): number {
  if (!Number.isSafeInteger(degrees) || degrees < 1) {
    throw new RangeError(`${degrees} degrees of freedom; expected a whole number of at least 1`);
  }
  let low = 0;
  let high = Math.PI / 2;
  for (;;) {
    const angle = (low + high) / 2;
    if (angle === low || angle === high) return Math.sqrt(degrees) * Math.tan(angle);
    if (studentProbability(angle, degrees) < confidence) low = angle;
    else high = angle;
  }
}

/** The 95 % interval of the mean. @throws RangeError also for fewer than two values. */
export function meanInterval(values: ArrayLike<number>): Interval {
  const halfWidth =
    (standardDeviation(values) * studentQuantile(values.length - 1)) / Math.sqrt(values.length);
  const centre = mean(values);
  return { low: centre - halfWidth, high: centre + halfWidth };
}

/**
 * Wilson's 95 % interval of a share.
 * @throws RangeError unless 0 ≤ count ≤ total are whole numbers and total ≥ 1.
 */
export function wilsonInterval(count: number, total: number): Interval {
  if (!(Number.isSafeInteger(count) && Number.isSafeInteger(total) && count >= 0 && count <= total)) {
    throw new RangeError(`${count} of ${total}; expected whole numbers, the first one not the larger`);
  }
  if (total === 0) throw new RangeError('a share of 0 values; expected at least one');
  const share = count / total;
  const square = normalQuantile ** 2;
  const centre = (share + square / (2 * total)) / (1 + square / total);
  const halfWidth =
    (normalQuantile / (1 + square / total)) *
    Math.sqrt((share * (1 - share)) / total + square / (4 * total * total));
  // The bounds at 0 and at 1 are exact; rounding must not push them past.
  return {
    low: count === 0 ? 0 : centre - halfWidth,
    high: count === total ? 1 : centre + halfWidth,
  };
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

function shareAtLeast(values: Float64Array, threshold: number): Share {
  const count = values.filter((value) => value >= threshold).length;
  return { threshold, count, share: count / values.length, interval: wilsonInterval(count, values.length) };
}

/**
 * What a report says about the returns of an evaluation.
 * @param threshold the return at which an episode counts as solved, if there is such a thing.
 * @throws RangeError for no returns or one that isn't finite.
 */
export function summariseReturns(returns: ArrayLike<number>, threshold?: number): ReturnSummary {
  requireFinite(returns);
  const sorted = ascending(returns);
  const count = sorted.length;
  const single = count === 1;
  return {
    count,
    mean: mean(returns),
    standardDeviation: single ? undefined : standardDeviation(returns),
    interval: single ? undefined : meanInterval(returns),
    median: median(sorted),
    interquartileMean: interquartileMean(sorted),
    min: sorted[0],
    max: sorted[count - 1],
    atLeastThreshold: threshold === undefined ? undefined : shareAtLeast(sorted, threshold),
  };
}
