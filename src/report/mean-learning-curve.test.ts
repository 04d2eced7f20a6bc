import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanLearningCurve } from './mean-learning-curve.ts';

const run = (...points: readonly (readonly [number, number])[]) =>
  points.map(([steps, averageReturn]) => ({ steps, averageReturn }));

test('is the mean and the extremes at every step of any run, linear between its points', () => {
  const { points, band } = meanLearningCurve([
    run([0, 0], [10, 10], [20, 40]),
    run([0, 2], [20, 22]),
    run([0, -5], [15, -5], [20, -5]),
  ]);
  expect(points).toEqual(run([0, -1], [10, (10 + 12 - 5) / 3], [15, (25 + 17 - 5) / 3], [20, 19]));
  expect(band).toEqual([
    { steps: 0, low: -5, high: 2 },
    { steps: 10, low: -5, high: 12 },
    { steps: 15, low: -5, high: 25 },
    { steps: 20, low: -5, high: 40 },
  ]);
});

test('reaches from where the last run begins to where the first one ends', () => {
  const { points, band } = meanLearningCurve([run([1, 0], [5, 4], [9, 8]), run([3, 10], [7, 10], [20, 10])]);
  expect(points.map(({ steps }) => steps)).toEqual([3, 5, 7, 9]);
  expect(band.map(({ steps }) => steps)).toEqual([3, 5, 7, 9]);
  expect(points[0].averageReturn).toBe((2 + 10) / 2);
});

test('of one run is that run, and its band has no width', () => {
  const steps = fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(steps, (all) => {
      const points = run(...all.toSorted((a, b) => a - b).map((at) => [at, (at * 7) % 13] as const));
      const curve = meanLearningCurve([points]);
      expect(curve.points).toEqual(points);
      expect(curve.band).toEqual(
        points.map(({ steps: at, averageReturn }) => ({
          steps: at,
          low: averageReturn,
          high: averageReturn,
        })),
      );
    }),
  );
});

test('names runs that have no mean', () => {
  expect(() => meanLearningCurve([])).toThrow(
    new RangeError('a mean of 0 learning curves; expected at least one'),
  );
  expect(() => meanLearningCurve([run([0, 0]), []])).toThrow('run 1 has 0 points; expected at least one');
  expect(() => meanLearningCurve([run([0, 0], [5, 1]), run([6, 0])])).toThrow(
    'a run ends at step 5, another begins at 6',
  );
});
