/**
 * Reference values by NumPy 2.4.6 and SciPy 1.17.1, each with the expression that made it, where
 * `import numpy as np, scipy.stats as st` and `x = np.array(returns)`.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  interquartileMean,
  mean,
  meanInterval,
  median,
  rollingMean,
  standardDeviation,
  studentQuantile,
  summariseReturns,
  wilsonInterval,
} from './statistics.ts';

const returns = [-120.5, 250.25, 201.0, 199.999, 263.75, -4.5, 232.0, 200.0];

const sample = (minLength: number) =>
  fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength, maxLength: 60 });

test("Student's quantile agrees with SciPy to 1e-9", () => {
  // {n: float(st.t.ppf(0.975, n)) for n in (1, 2, 3, 4, 9, 10, 29, 30, 99, 100, 499, 500, 4999)}
  const expected = new Map([
    [1, 12.706204736174694],
    [2, 4.302652729749462],
    [3, 3.1824463052837078],
    [4, 2.7764451051977934],
    [9, 2.262157162798205],
    [10, 2.228138851986274],
    [29, 2.045229642132703],
    [30, 2.0422724563012378],
    [99, 1.9842169515864174],
    [100, 1.9839715185235518],
    [499, 1.9647293909876886],
    [500, 1.9647198374673676],
    [4999, 1.9604386466615247],
  ]);
  for (const [degrees, quantile] of expected) expect(studentQuantile(degrees)).toBeCloseTo(quantile, 9);
});

test("Student's quantile falls towards the normal one", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), (degrees) => {
      expect(studentQuantile(degrees)).toBeGreaterThan(studentQuantile(degrees + 1));
      expect(studentQuantile(degrees)).toBeGreaterThan(1.959963984540054);
    }),
  );
});

test("Wilson's interval agrees with SciPy to 1e-12", () => {
  // st.binomtest(count, total).proportion_ci(0.95, method='wilson')
  const expected = [
    [0, 10, 0.0, 0.27753279986288926],
    [1, 10, 0.017876213095072896, 0.4041500267952385],
    [5, 10, 0.236593090512564, 0.7634069094874361],
    [93, 100, 0.8625048526092649, 0.9656807389327273],
    [100, 100, 0.9630065017930143, 1.0],
    [487, 500, 0.9560285091657758, 0.9847436160766728],
  ] as const;
  for (const [count, total, low, high] of expected) {
    const interval = wilsonInterval(count, total);
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  }
});

test("Wilson's interval lies inside [0, 1], holds the share and mirrors its complement", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (total, share) => {
        const count = Math.round(share * total);
        const { low, high } = wilsonInterval(count, total);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(count / total);
        expect(high).toBeGreaterThanOrEqual(count / total);
        expect(wilsonInterval(total - count, total).high).toBeCloseTo(1 - low, 12);
      },
    ),
  );
});

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
    fc.property(sample(2), (values) => {
      const before = [...values];
      const summary = summariseReturns(values, 0);
      const reversed = summariseReturns(values.toReversed(), 0);
      expect(values).toEqual(before);
      expect(reversed.median).toBe(summary.median);
      expect(reversed.interquartileMean).toBe(summary.interquartileMean);
      expect(reversed.atLeastThreshold).toEqual(summary.atLeastThreshold);
      expect(reversed.mean).toBeCloseTo(summary.mean, 6);
    }),
  );
});

test('mean, median and interquartile mean lie between the extremes', () => {
  fc.assert(
    fc.property(sample(1), (values) => {
      const { min, max } = summariseReturns(values);
      for (const centre of [mean(values), median(values), interquartileMean(values)]) {
        expect(centre).toBeGreaterThanOrEqual(min - 1e-9);
        expect(centre).toBeLessThanOrEqual(max + 1e-9);
      }
    }),
  );
});

test('shifting and scaling returns shifts and scales the interval of the mean', () => {
  fc.assert(
    fc.property(
      sample(2),
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: 1, max: 9 }),
      (values, by, factor) => {
        const { low, high } = meanInterval(values);
        const moved = meanInterval(values.map((value) => by + factor * value));
        expect(moved.low).toBeCloseTo(by + factor * low, 5);
        expect(moved.high).toBeCloseTo(by + factor * high, 5);
      },
    ),
  );
});

test('the interquartile mean ignores a quarter at either end', () => {
  expect(interquartileMean([1e9, 1, 2, 3, 4, -1e9, 5, -1e9, 1e9])).toBe((1 + 2 + 3 + 4 + 5) / 5);
  expect(interquartileMean([1, 2, 9])).toBe(4);
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
  expect(() => summariseReturns([Number.NEGATIVE_INFINITY])).toThrow('value 0 is -Infinity');
  expect(() => standardDeviation([1])).toThrow('expected at least 2');
  expect(() => meanInterval([])).toThrow('no values');
  expect(() => studentQuantile(0)).toThrow('0 degrees of freedom; expected a whole number of at least 1');
  expect(() => wilsonInterval(3, 2)).toThrow('3 of 2; expected whole numbers');
  expect(() => wilsonInterval(0, 0)).toThrow('a share of 0 values');
  expect(() => rollingMean([1], 0)).toThrow('a rolling mean of 0 values');
});
