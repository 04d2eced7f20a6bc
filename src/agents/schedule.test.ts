import { describe, expect, it } from 'vitest';
import { learningRateAt } from './schedule.ts';

describe('learningRateAt', () => {
  it('stays where the schedule is constant', () => {
    const schedule = { learningRate: 3e-4, learningRateSchedule: 'constant' } as const;
    expect([0, 500, 1_000, 1_004].map((step) => learningRateAt(step, 1_000, schedule))).toEqual([
      3e-4, 3e-4, 3e-4, 3e-4,
    ]);
  });

  it('falls in a line to 0 at the last step and stays there', () => {
    const schedule = { learningRate: 1, learningRateSchedule: 'linear' } as const;
    expect([0, 250, 1_000, 1_004].map((step) => learningRateAt(step, 1_000, schedule))).toEqual([
      1, 0.75, 0, 0,
    ]);
  });
});
