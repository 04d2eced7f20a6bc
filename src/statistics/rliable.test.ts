/** What rliable 1.2.0 and SciPy 1.17.1 say of the same data: bench/peers/rliable_fixture.py wrote it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import { type StrataStatistic, stratifiedBootstrap } from './bootstrap.ts';
import type { Interval } from './interval.ts';
import { kendallTau } from './kendall-tau.ts';
import { performanceProfile } from './performance-profile.ts';
import { probabilityOfImprovement } from './probability-of-improvement.ts';
import { interquartileMean, mean } from './sample.ts';

interface Reference {
  readonly resamples: number;
  readonly samples: readonly {
    readonly strata: readonly (readonly number[])[];
    /** Of all strata together. */
    readonly interquartileMean: number;
    /** By stratum. */
    readonly interquartileMeans: readonly number[];
    /** By several seeds. */
    readonly intervals: Record<'interquartileMean' | 'mean', readonly Interval[]>;
  }[];
  readonly improvements: readonly {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly probability: number;
  }[];
  readonly profile: {
    readonly scores: readonly number[];
    readonly thresholds: readonly number[];
    readonly shares: readonly number[];
  };
  readonly taus: readonly {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly tau: number;
  }[];
}

const reference = JSON.parse(
  readFileSync(new URL('../../test/data/rliable.json', import.meta.url), 'utf8'),
) as Reference;

test('interquartile means agree with rliable to 1e-10', () => {
  expect(reference.samples).toHaveLength(2);
  for (const { strata, interquartileMean: ofAll, interquartileMeans } of reference.samples) {
    expect(interquartileMean(strata.flat())).toBeCloseTo(ofAll, 10);
    for (const [s, values] of strata.entries()) {
      expect(interquartileMean(values)).toBeCloseTo(interquartileMeans[s], 10);
    }
  }
});

test('probabilities of improvement agree with rliable to 1e-12', () => {
  expect(reference.improvements).toHaveLength(3);
  for (const { x, y, probability } of reference.improvements) {
    expect(probabilityOfImprovement(x, y)).toBeCloseTo(probability, 12);
  }
});

test('a performance profile agrees with rliable to 1e-12, thresholds that are scores included', () => {
  const { scores, thresholds, shares } = reference.profile;
  for (const [i, share] of performanceProfile(scores, thresholds).entries()) {
    expect(share).toBeCloseTo(shares[i], 12);
  }
});

test("Kendall's tau agrees with SciPy to 1e-12, with ties and without", () => {
  expect(reference.taus).toHaveLength(4);
  for (const { x, y, tau } of reference.taus) expect(kendallTau(x, y)).toBeCloseTo(tau, 12);
});

describe.each(['interquartileMean', 'mean'] as const)('the bootstrap interval of the %s', (name) => {
  const statistic: StrataStatistic =
    name === 'mean' ? (strata) => mean(strata.flat()) : (strata) => interquartileMean(strata.flat());

  // Other random numbers: rliable's own seeds lie up to 1.8 % of the width apart.
  test("has rliable's bounds within 2 % of its width", () => {
    for (const { strata, intervals } of reference.samples) {
      const low = mean(intervals[name].map((interval) => interval.low));
      const high = mean(intervals[name].map((interval) => interval.high));
      const interval = stratifiedBootstrap(strata, statistic, {
        random: new RandomStream(0),
        resamples: reference.resamples,
      });
      expect(Math.abs(interval.low - low)).toBeLessThan(0.02 * (high - low));
      expect(Math.abs(interval.high - high)).toBeLessThan(0.02 * (high - low));
    }
  });
});
