/**
 * Better estimates of many scores than the scores themselves: each is shrunk towards what an additive model of the
 * decisions says, the more the noisier the scores are and the better the model fits (empirical Bayes: Efron & Morris 1973;
 * Morris 1983, "Parametric empirical Bayes inference"). Networks that share a decision share luck and merit of it, so
 * that what the others say of a decision says something of each.
 *
 * How noisy a score is, is known from several replicas; how well the model fits, from what it leaves over. The weight of
 * a score against the model is 1 − noise / (mean square of what is left over), at least 0.
 */
import { mean } from '../../statistics/sample.ts';
import { countingDecisions, type Sample, type SearchSpace } from '../space.ts';

/** Of the square of a column's length: what is left of one that depends on those before it. */
const dependent = 1e-9;

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);

/** Orthonormal columns that span a constant and an indicator per decision and choice (modified Gram-Schmidt). */
function basisOf(space: SearchSpace, samples: readonly Sample[]): readonly (readonly number[])[] {
  const counting = samples.map((sample) => countingDecisions(space, sample));
  const columns = [
    samples.map(() => 1),
    ...space.decisions.flatMap(({ choices }, decision) =>
      choices.map((_, choice) =>
        samples.map((sample, i) => Number(counting[i][decision] && sample[decision] === choice)),
      ),
    ),
  ];
  const basis: (readonly number[])[] = [];
  for (const column of columns) {
    let rest: readonly number[] = column;
    for (const one of basis) {
      const along = dot(one, rest);
      rest = rest.map((value, i) => value - along * one[i]);
    }
    const square = dot(rest, rest);
    // A choice that no sample has is all zeros.
    if (square <= dependent * dot(column, column)) continue;
    basis.push(rest.map((value) => value / Math.sqrt(square)));
  }
  return basis;
}

/** Variance of a mean over the replicas, the replicas' own levels apart. */
function noiseOf(replicas: readonly (readonly number[])[], means: readonly number[]): number {
  const count = replicas.length;
  const level = mean(means);
  const squares = replicas.map((scores) => {
    const shift = mean(scores) - level;
    return mean(scores.map((score, i) => (score - shift - means[i]) ** 2));
  });
  const { length } = means;
  const perScore = (squares.reduce((sum, square) => sum + square, 0) * length) / ((length - 1) * (count - 1));
  return perScore / count;
}

/**
 * Estimates, one per sample.
 * @param samples distinct ones. @param replicas of each its scores, in the order of the samples; finite.
 * @returns the means over the replicas where there is one replica, or no more samples than the model has parameters.
 */
export function shrinkScores(
  space: SearchSpace,
  samples: readonly Sample[],
  replicas: readonly (readonly number[])[],
): readonly number[] {
  const means = samples.map((_, i) => mean(replicas.map((scores) => scores[i])));
  if (samples.length === 0 || replicas.length < 2) return means;
  const basis = basisOf(space, samples);
  const spare = samples.length - basis.length;
  if (spare < 1) return means;
  const weights = basis.map((column) => dot(column, means));
  const fitted = samples.map((_, i) => basis.reduce((sum, column, k) => sum + weights[k] * column[i], 0));
  const residual = means.reduce((sum, value, i) => sum + (value - fitted[i]) ** 2, 0) / spare;
  const weight = residual === 0 ? 0 : Math.max(0, 1 - noiseOf(replicas, means) / residual);
  return means.map((value, i) => fitted[i] + weight * (value - fitted[i]));
}
