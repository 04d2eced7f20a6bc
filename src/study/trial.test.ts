import { describe, expect, test } from 'vitest';
import { type CompleteTrial, rankArchitectures, rankCandidates, type Trial } from './trial.ts';

const training = { steps: 1, episodes: 1, updates: 1, solvedAt: undefined, curve: [] };
const start = { phase: 'search', sample: [0], seed: 1, budget: 1 } as const;

const complete = (
  number: number,
  architecture: string,
  parameterCount: number,
  score: number,
): CompleteTrial => ({
  ...start,
  number,
  name: architecture,
  architecture,
  parameterCount,
  score,
  training,
  state: 'complete',
  seconds: 1,
});

describe('rankArchitectures', () => {
  test('best first, every architecture once with its best trial, without what failed, runs or belongs to another phase', () => {
    const other = { ...start, name: '9,relu', architecture: '9,relu', parameterCount: 9 };
    const trials: readonly Trial[] = [
      complete(0, '8,relu', 80, 100),
      { ...other, number: 1, state: 'failed', error: 'the loss is NaN', seconds: 1 },
      complete(2, '4,relu', 40, 250),
      complete(3, '8,relu', 80, 260),
      complete(4, '4,relu', 40, 200),
      complete(5, '2,relu', 20, -90),
      { ...other, number: 6, state: 'running' },
      { ...complete(7, '4,relu', 40, 270), phase: 'control' },
    ];
    expect(rankArchitectures(trials, 'search').map((trial) => trial.number)).toEqual([3, 2, 5]);
    expect(rankCandidates(trials, 'control')).toEqual([
      { sample: [0], name: '4,relu', architecture: '4,relu', parameterCount: 40, score: 270, trial: 7 },
    ]);
  });

  test('on equal scores the smaller network comes first, then the earlier trial', () => {
    const trials = [
      complete(0, '8,relu', 80, 100),
      complete(1, '4,relu', 40, 100),
      complete(2, '4,sigmoid', 40, 100),
    ];
    expect(rankArchitectures(trials, 'search').map((trial) => trial.number)).toEqual([1, 2, 0]);
  });

  test('a larger budget counts more than any score, for an architecture and between architectures', () => {
    const short = { ...complete(0, '8,relu', 80, 300), budget: 10 };
    const lucky = { ...complete(1, '4,relu', 40, 400), budget: 10 };
    const middle = { ...complete(2, '8,relu', 80, 200), budget: 30 };
    const whole = { ...complete(3, '8,relu', 80, 100), budget: 90 };
    const other = { ...complete(4, '2,relu', 20, -50), budget: 30 };
    expect(
      rankArchitectures([short, lucky, middle, whole, other], 'search').map((trial) => trial.number),
    ).toEqual([3, 4, 1]);
  });

  test('nothing complete, nothing ranked', () => {
    expect(rankArchitectures([], 'search')).toEqual([]);
  });
});
