/** How alike two rankings are: Kendall's tau-b, which makes up for ties (Kendall 1945). */
import { requireOrdered } from './checks.ts';

const compare = (a: number, b: number) => Number(a > b) - Number(a < b);

/**
 * Tau-b of pairs (x[i], y[i]): 1 for the same order, −1 for the reverse, about 0 for orders that have nothing to do
 * with one another. Work grows with the square of their number: fine for thousands of pairs.
 *
 * NaN where x or y is constant, a single pair included, as SciPy has it: a ranking of nothing but ties agrees with no
 * order and contradicts none, and 0 would claim that the two had been compared.
 * @throws RangeError for no pairs, lengths that differ, or a NaN among the values; infinite ones are fine.
 */
export function kendallTau(x: readonly number[], y: readonly number[]): number {
  if (x.length !== y.length) {
    throw new RangeError(`${x.length} and ${y.length} values to rank; expected as many of either`);
  }
  requireOrdered(x);
  requireOrdered(y);
  let agreement = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let i = 0; i < x.length; i++) {
    for (let k = 0; k < i; k++) {
      const orderX = compare(x[i], x[k]);
      const orderY = compare(y[i], y[k]);
      agreement += orderX * orderY;
      untiedX += orderX * orderX;
      untiedY += orderY * orderY;
    }
  }
  return agreement / Math.sqrt(untiedX * untiedY);
}
