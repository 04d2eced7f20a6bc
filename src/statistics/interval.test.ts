/** Reference values by SciPy 1.17.1, each with the expression that made it, where `import scipy.stats as st`. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanInterval, studentQuantile, wilsonInterval } from './interval.ts';

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

test('shifting and scaling returns shifts and scales the interval of the mean', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 2, maxLength: 60 }),
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

test('errors name what was seen and what was expected', () => {
  expect(() => meanInterval([])).toThrow('no values');
  expect(() => studentQuantile(0)).toThrow('0 degrees of freedom; expected a whole number of at least 1');
  expect(() => wilsonInterval(3, 2)).toThrow('3 of 2; expected whole numbers');
  expect(() => wilsonInterval(0, 0)).toThrow('a share of 0 values');
});
