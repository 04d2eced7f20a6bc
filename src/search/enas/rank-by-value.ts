/**
 * Scores with what the networks themselves expect. A score is the mean return of some episodes, with the weights of some
 * moments, and as lucky as these; the value that a network gives to its experience has its whole training in it. But
 * values are discounted, of states that are not where episodes begin, and too high where a network overestimates, so that
 * only their order counts: the network with the kth highest value has, as far as values tell, the kth highest score.
 */
import { ascending, mean } from '../../statistics/sample.ts';

/**
 * For every network the mean of its score and of the score that has the rank of its value among the values; equal values
 * share the mean of the scores at their ranks. Of values that order the networks as the scores do, the scores.
 * @param scores finite. @param values as many; not NaN.
 */
export function averageWithValues(scores: readonly number[], values: readonly number[]): readonly number[] {
  const sorted = ascending(scores);
  return scores.map((score, i) => {
    const below = values.filter((value) => value < values[i]).length;
    const equal = values.filter((value) => value === values[i]).length;
    return (score + mean(sorted.subarray(below, below + equal))) / 2;
  });
}
