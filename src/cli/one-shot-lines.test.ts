import { describe, expect, test } from 'vitest';
import type { FinishedTrial, TrialPhase } from '../study/trial.ts';
import { OneShotLines } from './one-shot-lines.ts';

const trial = (number: number, phase: TrialPhase, score: number | undefined): FinishedTrial => {
  const name = `${number},relu`;
  const start = {
    number,
    phase,
    sample: [0],
    name,
    architecture: name,
    parameterCount: 1,
    seed: 1,
    budget: 8,
  };
  return score === undefined
    ? { ...start, state: 'failed', error: 'training diverged', seconds: 1 }
    : {
        ...start,
        state: 'complete',
        score,
        training: { steps: 1, episodes: 1, updates: 1, solvedAt: undefined, curve: [] },
        seconds: 1,
      };
};

describe('OneShotLines', () => {
  test('has a line per iteration and one for the final scores, with average, best and failures', () => {
    const lines = new OneShotLines(10, 3, 2);
    expect(lines.take(trial(1, 'search', 100))).toBeUndefined();
    expect(lines.take(trial(2, 'search', undefined))).toBeUndefined();
    expect(lines.take(trial(3, 'search', 250))).toBe(
      'iteration  1/10  average   175.0   best   250.0 (3,relu)   1 failed',
    );
    expect(lines.take(trial(4, 'final', undefined))).toBeUndefined();
    expect(lines.take(trial(5, 'final', undefined))).toBe(
      '2 architectures scored with the shared weights: all 2 failed',
    );
  });

  test('describes training, iterations and scoring', () => {
    const lines = new OneShotLines(2, 1, 1);
    const progress = { episodes: 0, updates: 0, epsilon: 1, learningRate: 1, totalSteps: 9000 };
    expect(lines.describe({ ...progress, step: 1000, averageReturn: undefined })).toBe(
      'shared training: 1,000/9,000 steps',
    );
    lines.take(trial(1, 'search', 1));
    expect(lines.describe({ ...progress, step: 8000, averageReturn: 12.34 })).toBe(
      'iteration 1/2: 8,000/9,000 steps · average of 100: 12.3',
    );
    expect(lines.describe({ ...progress, step: 9000, averageReturn: 12.34 })).toBe(
      'scoring the architectures: 0/1',
    );
    lines.take(trial(2, 'final', 1));
    expect(lines.describe({ ...progress, step: 9000, averageReturn: 12.34 })).toBe(
      'all architectures are scored',
    );
  });
});
