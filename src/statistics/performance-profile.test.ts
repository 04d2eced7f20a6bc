import fc from 'fast-check';
import { expect, test } from 'vitest';
import { performanceProfile } from './performance-profile.ts';

const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 });

test('counts the scores above each threshold, not those on it', () => {
  expect(performanceProfile([1, 2, 2, 3], [2, 0, 3, 1])).toEqual([0.25, 1, 0, 0.75]);
});

test('agrees with counting one by one', () => {
  fc.assert(
    fc.property(values, values, (scores, thresholds) => {
      const counted = thresholds.map((threshold) => scores.filter((score) => score > threshold).length);
      expect(performanceProfile(scores, thresholds)).toEqual(counted.map((count) => count / scores.length));
    }),
  );
});

test('never rises with the threshold, from 1 below all scores to 0 at the greatest', () => {
  fc.assert(
    fc.property(values, (scores) => {
      const thresholds = [Number.NEGATIVE_INFINITY, ...scores.toSorted((a, b) => a - b)];
      const profile = performanceProfile(scores, thresholds);
      expect(profile[0]).toBe(1);
      expect(profile[profile.length - 1]).toBe(0);
      expect(profile.toSorted((a, b) => b - a)).toEqual(profile);
    }),
  );
});

test('names what it cannot count', () => {
  expect(() => performanceProfile([], [0])).toThrow(new RangeError('no values; expected at least one'));
  expect(() => performanceProfile([1], [])).toThrow(new RangeError('no values; expected at least one'));
  expect(() => performanceProfile([1], [Number.NaN])).toThrow('value 0 is NaN; expected a number');
});
