/** What a report says about a sample of episode returns, with the uncertainty it carries. */
import { requireFinite } from './checks.ts';
import { type Interval, meanInterval, wilsonInterval } from './interval.ts';
import { ascending, interquartileMean, mean, median, standardDeviation } from './sample.ts';

/** How many returns reach a threshold. */
export interface Share {
  /** Returns of at least this much count. */
  readonly threshold: number;
  /** Returns that do. */
  readonly count: number;
  /** count / all, from 0 to 1. */
  readonly share: number;
  /** Of the share: Wilson's, 95 %. */
  readonly interval: Interval;
}

/** A sample of episode returns in numbers. */
export interface ReturnSummary {
  /** Returns in the sample, at least 1. */
  readonly count: number;
  /** Of all. */
  readonly mean: number;
  /** Of the sample (n − 1 in the denominator); undefined for a single return. */
  readonly standardDeviation: number | undefined;
  /** Of the mean: Student's, 95 %; undefined for a single return. */
  readonly interval: Interval | undefined;
  /** The middle one, or the mean of the middle two. */
  readonly median: number;
  /** Mean without the lowest and the highest quarter. */
  readonly interquartileMean: number;
  /** The lowest one. */
  readonly min: number;
  /** The highest one. */
  readonly max: number;
  /** How many reach the threshold; undefined where there is none. */
  readonly atLeastThreshold: Share | undefined;
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
