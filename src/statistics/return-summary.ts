/** What a report says about a sample of episode returns, with the uncertainty it carries. */
import { requireFinite } from './checks.ts';
import { type Interval, meanInterval, wilsonInterval } from './interval.ts';
import { ascending, interquartileMean, mean, median, standardDeviation } from './sample.ts';

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
