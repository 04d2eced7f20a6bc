import { expect, test } from 'vitest';
import type { TrainingProgress } from '../agents/train.ts';
import { StageKeeper } from './learning-film.ts';

/** The steps that are filmed of a training in `environments` that ends after `end` of `total` steps. */
function filmedSteps(total: number, end: number, environments = 1): number[] {
  const keeper = new StageKeeper(total);
  const take = (step: number) => keeper.take({ step } as TrainingProgress, new Float32Array(1));
  const reached = keeper.steps.map((step) => Math.ceil(step / environments) * environments);
  for (const step of new Set(reached)) if (step < end) take(step);
  take(end);
  return keeper.filmed.map(({ step }) => step);
}

test('a whole training is filmed at the start and after steps that double up to the last', () => {
  expect(filmedSteps(600_000, 600_000)).toEqual([0, 37_500, 75_000, 150_000, 300_000, 600_000]);
});

test('one that ends early has its end as the last stage, and none right before it', () => {
  expect(filmedSteps(600_000, 211_320)).toEqual([0, 18_750, 37_500, 75_000, 150_000, 211_320]);
  expect(filmedSteps(600_000, 151_000)).toEqual([0, 9375, 18_750, 37_500, 75_000, 151_000]);
});

test('a training too short for six stages has fewer, at least the start and the end', () => {
  expect(filmedSteps(1, 1)).toEqual([0, 1]);
  expect(filmedSteps(8, 8, 8)).toEqual([0, 8]);
  expect(filmedSteps(3, 3)).toEqual([0, 1, 3]);
});
