import { describe, expect, test } from 'vitest';
import { createSpace } from '../search/create-space.ts';
import { findSpace } from '../search/space.ts';
import { parseSpaceDefinition } from '../search/space-definition.ts';
import { parseStudyConfiguration } from './configuration.ts';
import type { FinishedTrial } from './trial.ts';
import { TrialWork } from './trial-work.ts';

const work = new TrialWork(
  findSpace('lunar-lander-100'),
  parseStudyConfiguration({ trial: { steps: 90_000 } }),
  8,
  4,
);
const sample = [0, 0, 0, 0];

const start = {
  number: 0,
  phase: 'search',
  sample,
  name: '64,relu,64,relu',
  architecture: '64,relu,64,relu',
  parameterCount: 4996,
  seed: 1,
  seconds: 1,
} as const;

const failed = (budget: number): FinishedTrial => ({
  ...start,
  budget,
  state: 'failed',
  error: 'the loss is NaN',
});

describe('the work of trials', () => {
  test('counts the batch size and the updates that the sample decides', () => {
    const space = createSpace(
      parseSpaceDefinition({
        layers: [1],
        units: [64],
        hyperparameters: { batchSize: [64, 128], trainFrequency: [2, 4] },
      }),
    );
    const configuration = parseStudyConfiguration({ trial: { steps: 90_000 } });
    const decided = new TrialWork(space, configuration, 8, 4);
    const [few, many, rare] = [
      decided.full([0, 0, 0, 0]),
      decided.full([0, 0, 1, 0]),
      decided.full([0, 0, 0, 1]),
    ];
    // 44,000 updates, of which a batch of 64 more transitions costs 64 × (4 × 8 × 64 + 5 × 64 × 4) multiply-adds each.
    expect(many - few).toBe(44_000 * 64 * (4 * 8 * 64 + 5 * 64 * 4));
    expect(few - 90_000 * 150_000).toBe(2 * (rare - 90_000 * 150_000));
  });

  test('a failed one counts as if it had trained for all its budget, not the study’s', () => {
    expect(work.of(failed(90_000))).toBe(work.full(sample));
    expect(work.of(failed(10_000))).toBe(work.full(sample, 10_000));
    expect(work.of(failed(10_000))).toBeLessThan(work.full(sample) / 8);
  });

  test('a complete one counts the updates and steps that it took, which for a whole training is all there is', () => {
    const training = { steps: 90_000, episodes: 1, updates: 44_000, solvedAt: undefined, curve: [] };
    const whole: FinishedTrial = { ...start, budget: 90_000, state: 'complete', score: 1, training };
    expect(work.of(whole)).toBe(work.full(sample));
    const halved = { ...training, steps: 45_000, updates: 22_000 };
    expect(work.of({ ...whole, training: halved })).toBe(work.full(sample) / 2);
  });
});
