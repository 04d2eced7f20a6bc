/**
 * Intervals of confidence that need no random numbers.
 *
 * The interval of a mean is Student's: it is exact for normal data at every sample size and tends to the normal
 * interval for large samples. Returns are skewed, so below about 30 episodes read it as a guide. The interval of
 * a share is Wilson's score interval (Wilson 1927; Brown, Cai & DasGupta 2001), which keeps its coverage near 0
 * and 1 and stays inside them.
 */
import { mean, standardDeviation } from './sample.ts';

/** A two-sided confidence interval, of 95 % unless its maker was told otherwise. */
export interface Interval {
  /** Its lower bound. */
  readonly low: number;
  /** Its upper bound. */
  readonly high: number;
}

const confidence = 0.95;
/** The normal quantile that belongs to it. */
const normalQuantile = 1.959963984540054;

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
