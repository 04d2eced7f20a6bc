/** The tail distribution of scores (Agarwal et al. 2021, section 4.2: run-score distributions). */
import { requireOrdered } from './checks.ts';
import { ascending } from './sample.ts';

/**
 * The share of scores above every threshold, from 0 to 1.
 * @param thresholds in any order; as many shares are returned, in theirs.
 * @throws RangeError for no scores or no thresholds, or one that is NaN.
 */
export function performanceProfile(scores: readonly number[], thresholds: readonly number[]): number[] {
  requireOrdered(scores);
  requireOrdered(thresholds);
  const sorted = ascending(scores);
  return thresholds.map((threshold) => {
    // The first score above the threshold, by bisection.
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] > threshold) high = middle;
      else low = middle + 1;
    }
    return (sorted.length - low) / sorted.length;
  });
}
