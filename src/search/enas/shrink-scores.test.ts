import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anySpace } from '../../../test/random-spaces.ts';
import { RandomStream } from '../../random/random-stream.ts';
import { mean } from '../../statistics/sample.ts';
import { createSpace } from '../create-space.ts';
import { drawSample, enumerateSamples, type Sample, sampleIndex } from '../space.ts';
import { parseSpaceDefinition } from '../space-definition.ts';
import { shrinkScores } from './shrink-scores.ts';

const space = createSpace(
  parseSpaceDefinition({ layers: [2], units: [8, 16, 32], activations: ['relu', 'sigmoid'] }),
);
const samples: readonly Sample[] = [...enumerateSamples(space)];
/** Scores without an interaction of decisions. */
const additive = samples.map(([a, b, c, d]) => 10 + 3 * a - 20 * b + 7 * c * c - 40 * d);

/** Normally distributed (Box & Muller). */
const normal = (random: RandomStream, deviation: number) =>
  deviation * Math.sqrt(-2 * Math.log(1 - random.random())) * Math.cos(2 * Math.PI * random.random());
const squareError = (values: readonly number[], truth: readonly number[]) =>
  mean(values.map((value, i) => (value - truth[i]) ** 2));

describe('shrinkScores', () => {
  test('is the mean over the replicas where there is nothing to tell noise by', () => {
    const scores = samples.map((_, i) => (i * 37) % 11);
    expect(shrinkScores(space, samples, [scores])).toEqual(scores);
    expect(shrinkScores(space, [], [[], []])).toEqual([]);
    const few = samples.slice(0, 2);
    expect(
      shrinkScores(space, few, [
        [1, 5],
        [3, 9],
      ]),
    ).toEqual([2, 7]);
  });

  test('leaves scores on which the replicas agree as they are, also where they differ by a constant', () => {
    const scores = additive.map((value, i) => value + ((i * 31) % 17));
    const estimates = shrinkScores(space, samples, [scores, scores.map((score) => score + 100)]);
    for (const [i, estimate] of estimates.entries()) expect(estimate).toBeCloseTo(scores[i] + 50, 8);
  });

  test('follows the model where the scores leave no more over than their noise', () => {
    const noise = samples.map((_, i) => (i % 2 === 0 ? 30 : -30));
    const replicas = [
      additive.map((value, i) => value + noise[i]),
      additive.map((value, i) => value - noise[i]),
    ];
    const estimates = shrinkScores(space, samples, replicas);
    for (const [i, estimate] of estimates.entries()) expect(estimate).toBeCloseTo(additive[i], 8);
  });

  test('is nearer the truth than the means are, with interactions and noise of any size', () => {
    const random = new RandomStream(7);
    for (const [interaction, bound] of [
      [0, 0.55],
      [10, 1],
      [40, 1],
    ]) {
      for (const deviation of [20, 60]) {
        const errors = Array.from({ length: 40 }, () => {
          const truth = additive.map((value) => value + normal(random, interaction));
          const replicas = [1, 2].map(() => truth.map((value) => value + normal(random, deviation)));
          const means = samples.map((_, i) => mean(replicas.map((scores) => scores[i])));
          return [squareError(shrinkScores(space, samples, replicas), truth), squareError(means, truth)];
        });
        const [shrunk, raw] = [0, 1].map((k) => mean(errors.map((pair) => pair[k])));
        expect(shrunk).toBeLessThan(bound * raw);
      }
    }
  });

  test('is finite in any space, keeps the overall mean, and moves with a constant', () => {
    fc.assert(
      fc.property(
        anySpace,
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 2, max: 4 }),
        (any, seed, count) => {
          const random = new RandomStream(seed);
          const drawn = new Map<number, Sample>();
          for (let i = 0; i < 30; i++) {
            const sample = drawSample(any, random);
            drawn.set(sampleIndex(any, sample), sample);
          }
          const some = [...drawn.values()];
          const replicas = Array.from({ length: count }, () => some.map(() => random.uniform(-300, 300)));
          const estimates = shrinkScores(any, some, replicas);
          expect(estimates.every(Number.isFinite)).toBe(true);
          expect(mean(estimates)).toBeCloseTo(mean(replicas.flat()), 6);
          const moved = shrinkScores(
            any,
            some,
            replicas.map((scores) => scores.map((score) => score + 1000)),
          );
          for (const [i, estimate] of moved.entries()) expect(estimate).toBeCloseTo(estimates[i] + 1000, 5);
        },
      ),
      { numRuns: 60 },
    );
  });
});
