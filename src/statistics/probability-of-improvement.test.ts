import fc from 'fast-check';
import { expect, test } from 'vitest';
import { probabilityOfImprovement } from './probability-of-improvement.ts';

// Few different values, so that there are ties.
const scores = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 30 });

test('counts wins once and ties half', () => {
  expect(probabilityOfImprovement([1, 2], [0, 0, 0])).toBe(1);
  expect(probabilityOfImprovement([1, 2], [3])).toBe(0);
  expect(probabilityOfImprovement([1, 2], [2, 0])).toBe((1 + 1 + 0.5) / 4);
});

test('of two sides the probabilities add up to 1, and against itself it is ½', () => {
  fc.assert(
    fc.property(scores, scores, (x, y) => {
      expect(probabilityOfImprovement(x, y) + probabilityOfImprovement(y, x)).toBeCloseTo(1, 12);
      expect(probabilityOfImprovement(x, x)).toBe(0.5);
    }),
  );
});

test('depends on the order of scores alone, not on their size', () => {
  fc.assert(
    fc.property(scores, scores, (x, y) => {
      const cube = (value: number) => value ** 3 + value;
      expect(probabilityOfImprovement(x.map(cube), y.map(cube))).toBe(probabilityOfImprovement(x, y));
    }),
  );
});

test('a failed run, −∞, loses to every other and ties with its like', () => {
  const failed = Number.NEGATIVE_INFINITY;
  expect(probabilityOfImprovement([-1e9, failed], [failed])).toBe(0.75);
});

test('names what it cannot compare', () => {
  expect(() => probabilityOfImprovement([], [1])).toThrow(new RangeError('no values; expected at least one'));
  expect(() => probabilityOfImprovement([1], [])).toThrow(new RangeError('no values; expected at least one'));
  expect(() => probabilityOfImprovement([1, Number.NaN], [1])).toThrow('value 1 is NaN; expected a number');
});
