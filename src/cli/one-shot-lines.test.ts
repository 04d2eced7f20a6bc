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

const progress = { episodes: 0, updates: 0, epsilon: 1, learningRate: 1, totalSteps: 9000, tuningSteps: 0 };

describe('OneShotLines', () => {
  test('has a line per iteration and one for the final scores, with average, best and failures', () => {
    const lines = new OneShotLines(10, 3, 2, 400);
    expect(lines.take(trial(1, 'search', 100))).toBeUndefined();
    expect(lines.take(trial(2, 'search', undefined))).toBeUndefined();
    expect(lines.take(trial(3, 'search', 250))).toBe(
      'iteration  1/10  average   175.0   best   250.0 (3,relu)   1 failed',
    );
    expect(lines.take(trial(4, 'final', undefined))).toBeUndefined();
    expect(lines.take(trial(5, 'final', undefined))).toBe('2 architectures tuned and scored: all 2 failed');
  });

  test('describes training, iterations and scoring', () => {
    const lines = new OneShotLines(2, 1, 2, 400);
    expect(lines.describe({ ...progress, step: 1000, averageReturn: undefined })).toBe(
      'shared training: 1,000/9,000 steps',
    );
    lines.take(trial(1, 'search', 1));
    expect(lines.describe({ ...progress, step: 8000, averageReturn: 12.34 })).toBe(
      'iteration 1/2: 8,000/9,000 steps · average of 100: 12.3',
    );
    lines.take(trial(2, 'search', 1));
    const done = { ...progress, step: 9000, averageReturn: 12.34 };
    expect(lines.describe({ ...done, tuningSteps: 399 })).toBe('tuning the candidates: 0/2');
    expect(lines.describe({ ...done, tuningSteps: 600 })).toBe('tuning the candidates: 1/2');
    expect(lines.tunedShare({ ...done, tuningSteps: 600 })).toBe(0.75);
    for (const number of [3, 4]) lines.take(trial(number, 'final', 1));
    expect(lines.describe(done)).toBe('all candidates are scored');
  });

  test('without tuning it says so', () => {
    const lines = new OneShotLines(1, 1, 1, 0);
    lines.take(trial(1, 'search', 1));
    expect(lines.tunedShare({ ...progress, step: 9000, averageReturn: 1 })).toBe(0);
    expect(lines.describe({ ...progress, step: 9000, averageReturn: 1 })).toBe('scoring the candidates');
    expect(lines.take(trial(2, 'final', 5))).toMatch(
      /^1 architectures scored with the shared weights: average/,
    );
  });
});
