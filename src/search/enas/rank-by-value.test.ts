import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mean } from '../../statistics/sample.ts';
import { averageWithValues } from './rank-by-value.ts';

const numbers = (length: number) =>
  fc.array(fc.integer({ min: -300, max: 300 }), { minLength: length, maxLength: length });
const scoresAndValues = fc
  .integer({ min: 1, max: 20 })
  .chain((length) => fc.record({ scores: numbers(length), values: numbers(length) }));

describe('averageWithValues', () => {
  test('is halfway between a score and the one that has the rank of the value', () => {
    expect(averageWithValues([250, -300, 10], [3, 2, 1])).toEqual([250, -145, -145]);
    expect(averageWithValues([0, 100], [9, 7])).toEqual([50, 50]);
  });

  test('equal values share the mean of the scores at their ranks', () => {
    expect(averageWithValues([0, 100, 200], [5, 5, 7])).toEqual([25, 75, 200]);
    expect(averageWithValues([0, 100], [4, 4])).toEqual([25, 75]);
  });

  test('a value that has run away moves its network up to half of the way to the highest score, and others by a rank', () => {
    expect(averageWithValues([-200, 0, 100, 200], [1e30, 1, 2, 3])).toEqual([0, -100, 50, 150]);
  });

  test('keeps the mean, lies among the scores, and leaves them as they are where values agree with them', () => {
    fc.assert(
      fc.property(scoresAndValues, ({ scores, values }) => {
        const averages = averageWithValues(scores, values);
        expect(mean(averages)).toBeCloseTo(mean(scores), 8);
        expect(Math.min(...averages)).toBeGreaterThanOrEqual(Math.min(...scores));
        expect(Math.max(...averages)).toBeLessThanOrEqual(Math.max(...scores));
        const agreeing = averageWithValues(
          scores,
          scores.map((score) => 3 * score + 7),
        );
        for (const [i, average] of agreeing.entries()) expect(average).toBeCloseTo(scores[i], 8);
      }),
    );
  });

  test('moves with the scores, and does not depend on how far apart values lie', () => {
    fc.assert(
      fc.property(scoresAndValues, ({ scores, values }) => {
        const averages = averageWithValues(scores, values);
        const moved = averageWithValues(
          scores.map((score) => 2 * score + 50),
          values.map((value) => value ** 3),
        );
        for (const [i, average] of moved.entries()) expect(average).toBeCloseTo(2 * averages[i] + 50, 8);
      }),
    );
  });
});
