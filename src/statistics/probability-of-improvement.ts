/** How likely one architecture's run beats another's (Agarwal et al. 2021, section 4.3; Mann & Whitney 1947). */
import { requireOrdered } from './checks.ts';

/**
 * P(X > Y) + ½ P(X = Y) for one run of each, over all pairs: 1 where every x beats every y, ½ where they are alike.
 * An infinite value is one that is worse or better than all finite ones.
 * @throws RangeError where there are no x or no y, or one of them is NaN.
 */
export function probabilityOfImprovement(x: readonly number[], y: readonly number[]): number {
  requireOrdered(x);
  requireOrdered(y);
  // Twice the count, so that ties stay whole.
  let wins = 0;
  for (const first of x) {
    for (const second of y) {
      if (first > second) wins += 2;
      else if (first === second) wins += 1;
    }
  }
  return wins / (2 * x.length * y.length);
}
