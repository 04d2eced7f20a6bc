import fc from 'fast-check';
import { expect, test } from 'vitest';
import { interquartileMean, mean, median, rollingMean, standardDeviation } from './sample.ts';

const sample = (minLength: number) =>
  fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength, maxLength: 60 });

test('mean, median and interquartile mean lie between the extremes', () => {
  fc.assert(
    fc.property(sample(1), (values) => {
      const [min, max] = [Math.min(...values), Math.max(...values)];
      for (const centre of [mean(values), median(values), interquartileMean(values)]) {
        expect(centre).toBeGreaterThanOrEqual(min - 1e-9);
        expect(centre).toBeLessThanOrEqual(max + 1e-9);
      }
    }),
  );
});

test('the interquartile mean ignores a quarter at either end', () => {
  expect(interquartileMean([1e9, 1, 2, 3, 4, -1e9, 5, -1e9, 1e9])).toBe((1 + 2 + 3 + 4 + 5) / 5);
  expect(interquartileMean([1, 2, 9])).toBe(4);
});

test('shifting and scaling values shifts and scales their interquartile mean', () => {
  fc.assert(
    fc.property(
      sample(1),
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: 1, max: 9 }),
      (values, by, factor) => {
        const moved = interquartileMean(values.map((value) => by + factor * value));
        expect(moved).toBeCloseTo(by + factor * interquartileMean(values), 7);
        expect(interquartileMean(values.map((value) => -value))).toBeCloseTo(-interquartileMean(values), 9);
      },
    ),
  );
});

test('a rolling mean has one value for every full window', () => {
  expect(rollingMean([1, 2, 3, 4, 5, 6], 5)).toEqual([3, 4]);
  expect(rollingMean([1, 2, 3], 1)).toEqual([1, 2, 3]);
  expect(rollingMean([1, 2, 3], 4)).toEqual([]);
});

test('an element of a rolling mean is the mean of its window', () => {
  fc.assert(
    fc.property(sample(1), fc.integer({ min: 1, max: 70 }), (values, window) => {
      const means = rollingMean(values, window);
      expect(means).toHaveLength(Math.max(0, values.length - window + 1));
      for (const [i, value] of means.entries()) {
        expect(value).toBe(mean(values.slice(i, i + window)));
      }
    }),
  );
});

test('errors name what was seen and what was expected', () => {
  expect(() => mean([])).toThrow('no values; expected at least one');
  expect(() => median([1, Number.NaN])).toThrow('value 1 is NaN; expected a finite number');
  expect(() => interquartileMean([])).toThrow('no values; expected at least one');
  expect(() => standardDeviation([1])).toThrow('expected at least 2');
  expect(() => rollingMean([1], 0)).toThrow('a rolling mean of 0 values');
});
