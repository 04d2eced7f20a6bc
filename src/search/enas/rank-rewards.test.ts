import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rankRewards } from './rank-rewards.ts';

describe('rankRewards', () => {
  test('spreads scores evenly from -1 to 1', () => {
    expect(rankRewards([250, -300, 10])).toEqual([1, -1, 0]);
    expect(rankRewards([1, 2, 3, 4, 5])).toEqual([-1, -0.5, 0, 0.5, 1]);
  });

  test('equal scores share the middle of their positions', () => {
    expect(rankRewards([1, 1, 5])).toEqual([-0.5, -0.5, 1]);
    expect(rankRewards([7, 7])).toEqual([0, 0]);
    expect(rankRewards([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 3])).toEqual([-0.5, -0.5, 1]);
  });

  test('has nothing to say of one score', () => {
    expect(rankRewards([42])).toEqual([0]);
  });

  test('adds up to 0, keeps the order and does not depend on the scale', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 2, maxLength: 20 }),
        (scores) => {
          const rewards = rankRewards(scores);
          expect(rewards.reduce((sum, reward) => sum + reward, 0)).toBeCloseTo(0, 10);
          for (const [i, score] of scores.entries()) {
            for (const [j, other] of scores.entries())
              expect(Math.sign(rewards[i] - rewards[j])).toBe(Math.sign(score - other));
          }
          expect(rankRewards(scores.map((score) => 3 * score + 7))).toEqual(rewards);
        },
      ),
    );
  });
});
