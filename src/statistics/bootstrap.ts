/**
 * Intervals by resampling, for statistics that have no formula of their own: the percentile bootstrap (Efron 1979),
 * stratified by task as Agarwal et al. 2021 do it ("Deep RL at the edge of the statistical precipice", section 4.1).
 */
import type { RandomStream } from '../random/random-stream.ts';
import { requireFinite } from './checks.ts';
import type { Interval } from './interval.ts';
import { ascending } from './sample.ts';

/** A number that sums up several samples, one per stratum. */
export type StrataStatistic = (strata: readonly (readonly number[])[]) => number;

/** How an interval is drawn. */
export interface BootstrapOptions {
  /** Where the samples come from. */
  readonly random: RandomStream;
  /** How many samples to draw; 2,000 unless told otherwise. */
  readonly resamples?: number;
  /** The share of intervals that hold the true value, in (0, 1); 0.95 unless told otherwise. */
  readonly confidence?: number;
}

/** The value below which a share of the sorted values lies, linear in between: NumPy's `quantile`. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/**
 * The interval between the outer percentiles of a statistic over samples that are drawn with replacement, as many
 * values per stratum as it has. The same stream gives the same interval. Resampling knows only the runs there are:
 * with fewer than about ten of them the interval is too narrow, with one per stratum it is a point.
 *
 * @param strata the runs of every task; at least one stratum, at least one finite value in each.
 * @param statistic is given arrays that it must not keep: they are filled anew for every sample.
 * @throws RangeError for no strata, an empty one, a value that isn't finite, options out of range, or a statistic
 *   that isn't finite for some sample.
 */
export function stratifiedBootstrap(
  strata: readonly (readonly number[])[],
  statistic: StrataStatistic,
  { random, resamples = 2000, confidence = 0.95 }: BootstrapOptions,
): Interval {
  if (strata.length === 0) throw new RangeError('no strata; expected at least one');
  for (const values of strata) requireFinite(values);
  if (!Number.isSafeInteger(resamples) || resamples < 1) {
    throw new RangeError(`${resamples} resamples; expected a whole number of at least 1`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`confidence ${confidence}; expected a number between 0 and 1`);
  }
  const drawn = strata.map((values) => [...values]);
  const statistics = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    for (const [s, values] of strata.entries()) {
      const sample = drawn[s];
      for (let k = 0; k < sample.length; k++) sample[k] = values[random.integers(0, values.length)];
    }
    const value = statistic(drawn);
    if (!Number.isFinite(value)) throw new RangeError(`a statistic of ${value}; expected a finite number`);
    statistics[i] = value;
  }
  const sorted = ascending(statistics);
  const tail = (1 - confidence) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}
