import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import { stratifiedBootstrap } from './bootstrap.ts';
import { mean } from './sample.ts';

const pooledMean = (strata: readonly (readonly number[])[]) => mean(strata.flat());

const strataOf = (values: fc.Arbitrary<number>) =>
  fc.array(fc.array(values, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 });

/** An interval of the pooled mean, of few resamples. */
const intervalOf = (strata: readonly (readonly number[])[], seed: number, confidence = 0.95) =>
  stratifiedBootstrap(strata, pooledMean, { random: new RandomStream(seed), resamples: 60, confidence });

describe('the stratified bootstrap', () => {
  test('gives the same interval for the same seed and others for others', () => {
    const strata = [
      [1, 5, 9, 30],
      [100, 140, 110],
    ];
    expect(intervalOf(strata, 1)).toEqual(intervalOf(strata, 1));
    expect(intervalOf(strata, 1)).not.toEqual(intervalOf(strata, 2));
  });

  test('draws as many values per stratum as it has, and only from it', () => {
    const strata = [[1, 2, 3], [10, 20], [100]];
    const seen = strata.map(() => new Set<number>());
    stratifiedBootstrap(
      strata,
      (drawn) => {
        expect(drawn.map((values) => values.length)).toEqual([3, 2, 1]);
        for (const [s, values] of drawn.entries()) for (const value of values) seen[s].add(value);
        return 0;
      },
      { random: new RandomStream(0), resamples: 100 },
    );
    expect(seen.map((values) => [...values].toSorted((a, b) => a - b))).toEqual(strata);
    expect(strata).toEqual([[1, 2, 3], [10, 20], [100]]);
  });

  test('takes 2,000 resamples and 95 % unless told otherwise', () => {
    let calls = 0;
    const interval = stratifiedBootstrap([[0]], () => calls++, { random: new RandomStream(0) });
    expect(calls).toBe(2000);
    expect(interval.low).toBeCloseTo(0.025 * 1999, 9);
    expect(interval.high).toBeCloseTo(0.975 * 1999, 9);
  });

  test('has no doubt about strata that differ from one another but not within', () => {
    const { low, high } = intervalOf([[-50, -50, -50], [7], [200, 200]], 3);
    expect([low, high]).toEqual([257 / 6, 257 / 6]);
  });

  test('lies between the extremes, and a lesser confidence inside a greater one', () => {
    const property = fc.property(strataOf(fc.integer({ min: -500, max: 500 })), fc.nat(), (strata, seed) => {
      const wide = intervalOf(strata, seed);
      const narrow = intervalOf(strata, seed, 0.5);
      const all = strata.flat();
      const order = [Math.min(...all), wide.low, narrow.low, narrow.high, wide.high, Math.max(...all)];
      for (let i = 1; i < order.length; i++) expect(order[i]).toBeGreaterThanOrEqual(order[i - 1] - 1e-9);
    });
    fc.assert(property);
  });

  test('moves with the values', () => {
    const factor = fc.integer({ min: 1, max: 9 });
    const property = fc.property(
      strataOf(fc.integer({ min: -500, max: 500 })),
      factor,
      fc.nat(),
      (strata, by, seed) => {
        const { low, high } = intervalOf(strata, seed);
        const moved = intervalOf(
          strata.map((values) => values.map((value) => 100 + by * value)),
          seed,
        );
        expect(moved.low).toBeCloseTo(100 + by * low, 8);
        expect(moved.high).toBeCloseTo(100 + by * high, 8);
      },
    );
    fc.assert(property);
  });

  // 400 intervals: one standard deviation of the share is 1.1 %.
  test('holds the true mean of two uniform strata of 20 in 91 to 97 of 100 cases', () => {
    const random = new RandomStream(11);
    const repetitions = 400;
    let held = 0;
    for (let i = 0; i < repetitions; i++) {
      const strata = [0, 100].map((low) => Array.from({ length: 20 }, () => random.uniform(low, low + 10)));
      const { low, high } = stratifiedBootstrap(strata, pooledMean, { random, resamples: 300 });
      if (low <= 55 && 55 <= high) held++;
    }
    expect(held / repetitions).toBeGreaterThan(0.91);
    expect(held / repetitions).toBeLessThan(0.97);
  });

  test('names what it cannot work with', () => {
    const random = new RandomStream(0);
    const bootstrap = (strata: number[][], options: { resamples?: number; confidence?: number } = {}) =>
      stratifiedBootstrap(strata, pooledMean, { random, ...options });
    expect(() => bootstrap([])).toThrow(new RangeError('no strata; expected at least one'));
    expect(() => bootstrap([[1], []])).toThrow(new RangeError('no values; expected at least one'));
    expect(() => bootstrap([[1, Number.NaN]])).toThrow('value 1 is NaN; expected a finite number');
    expect(() => bootstrap([[1]], { resamples: 0 })).toThrow('0 resamples; expected a whole number');
    expect(() => bootstrap([[1]], { confidence: 95 })).toThrow('confidence 95; expected a number between 0');
    expect(() => stratifiedBootstrap([[1]], () => Number.NaN, { random })).toThrow('a statistic of NaN');
  });
});
