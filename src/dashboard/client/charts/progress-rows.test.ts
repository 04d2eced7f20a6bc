import { describe, expect, test } from 'vitest';
import type { TrialRow } from '../trial-row.ts';
import { progressRows } from './progress-rows.ts';

const trial = (number: number, score: number | undefined, phase: TrialRow['phase'] = 'search'): TrialRow => ({
  number,
  phase,
  state: score === undefined ? 'failed' : 'complete',
  name: '64,relu',
  parameterCount: 836,
  seed: 1,
  budget: 10,
  score,
  steps: 10,
  episodes: 2,
  updates: 5,
  solvedAt: undefined,
  seconds: 1,
  error: undefined,
});

describe('progressRows', () => {
  test('puts trials side by side in their iteration and its average in the middle', () => {
    const rows = progressRows([trial(0, 10), trial(1, 30), trial(2, -10), trial(3, 70)], 2);
    expect([...rows]).toEqual([
      [0.75, { score: 10, average: null, best: 10, trial: 0 }],
      [1, { score: null, average: 20, best: null, trial: null }],
      [1.25, { score: 30, average: null, best: 30, trial: 1 }],
      [1.75, { score: -10, average: null, best: 30, trial: 2 }],
      [2, { score: null, average: 30, best: null, trial: null }],
      [2.25, { score: 70, average: null, best: 70, trial: 3 }],
    ]);
  });

  test('keeps a trial that stands in the middle, and averages without failed ones and those of other phases', () => {
    const rows = progressRows([trial(0, 10), trial(1, undefined), trial(2, 30), trial(3, 999, 'control')], 1);
    expect([...rows]).toEqual([
      [1, { score: 10, average: 10, best: 10, trial: 0 }],
      [3, { score: 30, average: 20, best: 30, trial: 2 }],
    ]);
  });
});
