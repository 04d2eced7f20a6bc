/**
 * Reference values by NumPy 2.4.6 and SciPy 1.17.1, each with the expression that made it, where
 * `import numpy as np, scipy.stats as st` and `x = np.array(returns)`.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wilsonInterval } from './interval.ts';
import { summariseReturns } from './return-summary.ts';

const returns = [-120.5, 250.25, 201.0, 199.999, 263.75, -4.5, 232.0, 200.0];

test('a summary agrees with NumPy and SciPy to 1e-9', () => {
  const summary = summariseReturns(returns, 200);
  expect(summary.count).toBe(8);
  expect(summary.mean).toBeCloseTo(152.749875, 9); // x.mean()
  expect(summary.standardDeviation).toBeCloseTo(138.5094274774284, 9); // x.std(ddof=1)
  // st.t.interval(0.95, len(x) - 1, x.mean(), st.sem(x))
  expect(summary.interval?.low).toBeCloseTo(36.95309578591667, 9);
  expect(summary.interval?.high).toBeCloseTo(268.54665421408333, 9);
  expect(summary.median).toBe(200.5); // np.median(x)
  expect(summary.interquartileMean).toBeCloseTo(208.24975, 9); // st.trim_mean(x, 0.25)
  expect([summary.min, summary.max]).toEqual([-120.5, 263.75]);
  expect(summary.atLeastThreshold).toEqual({
    threshold: 200,
    count: 5,
    share: 0.625,
    interval: wilsonInterval(5, 8),
  });
});

test('a summary leaves out what a single return cannot say, and the share without a threshold', () => {
  const summary = summariseReturns([17]);
  expect(summary).toEqual({
    count: 1,
    mean: 17,
    standardDeviation: undefined,
    interval: undefined,
    median: 17,
    interquartileMean: 17,
    min: 17,
    max: 17,
    atLeastThreshold: undefined,
  });
});

test('a summary does not depend on the order of the returns, nor change them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 2, maxLength: 60 }),
      (values) => {
        const before = [...values];
        const summary = summariseReturns(values, 0);
        const reversed = summariseReturns(values.toReversed(), 0);
        expect(values).toEqual(before);
        expect(reversed.median).toBe(summary.median);
        expect(reversed.interquartileMean).toBe(summary.interquartileMean);
        expect(reversed.atLeastThreshold).toEqual(summary.atLeastThreshold);
        expect(reversed.mean).toBeCloseTo(summary.mean, 6);
      },
    ),
  );
});

test('errors name what was seen and what was expected', () => {
  expect(() => summariseReturns([Number.NEGATIVE_INFINITY])).toThrow('value 0 is -Infinity');
  expect(() => summariseReturns([])).toThrow('no values; expected at least one');
});
