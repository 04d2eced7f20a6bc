import { describe, expect, test } from 'vitest';
import { judge, racerOf } from '../../test/constructed-runs.ts';
import { RandomStream } from '../random/random-stream.ts';
import { interquartileMean } from '../statistics/sample.ts';
import { parseStudyConfiguration } from './configuration.ts';
import { type StudyRecord, summariseComparison } from './search-comparison-summary.ts';

type Scores = readonly (number | undefined)[];

/** A study with a single finalist. @param scores of its runs; undefined for a study without a verdict. */
function record(
  strategy: 'enas' | 'grid' | 'random',
  seed: number,
  scores: Scores | undefined,
  work = 100,
): StudyRecord {
  const configuration = parseStudyConfiguration({
    strategy: { name: strategy },
    verification: { seeds: 3, episodes: 1 },
  });
  const verdict = scores && judge([racerOf('8,relu', 100, scores)]);
  return { strategy, seed, work, seconds: 10, snapshot: { configuration, trials: [], verdict } };
}

const summarise = (...records: readonly StudyRecord[]) => summariseComparison(records, new RandomStream(1));

describe('summariseComparison', () => {
  test('the interquartile mean is of all runs, the mean of those by seed', () => {
    const [enas] = summarise(
      record('enas', 0, [1, 2, 30]),
      record('enas', 1, [3, 4, 5]),
      record('enas', 2, [6, 7, 8]),
    );
    expect(enas.interquartileMean).toBe(interquartileMean([1, 2, 30, 3, 4, 5, 6, 7, 8]));
    expect(enas.searches.map((search) => search.interquartileMean)).toEqual([11, 4, 7]);
    expect(enas.mean).toBeCloseTo(22 / 3, 12);
    expect(enas.interval?.low).toBeLessThan(enas.interquartileMean);
    expect(enas.interval?.high).toBeGreaterThan(enas.interquartileMean);
    // t(2) = 4.3027, standard deviation of 11, 4, 7 is 3.5119.
    expect(enas.meanInterval?.high).toBeCloseTo(22 / 3 + (4.302_652_73 * 3.511_884_584) / Math.sqrt(3), 6);
  });

  test('the bootstrap draws within a seed: where its runs are alike nothing varies, however far seeds lie apart', () => {
    const [enas] = summarise(record('enas', 0, [1, 1, 1]), record('enas', 1, [9, 9, 9]));
    expect(enas.interval).toEqual({ low: 5, high: 5 });
    expect(enas.meanInterval).toBeUndefined();
  });

  test('random search is stood against seed by seed', () => {
    // By seed enas is always better by 1, 2 and 3; over all seeds it would not be.
    const studies = [
      record('enas', 0, [2, 2, 2]),
      record('random', 0, [1, 1, 1]),
      record('enas', 1, [102, 102, 102]),
      record('random', 1, [100, 100, 100]),
      record('enas', 2, [1003, 1003, 1003]),
      record('random', 2, [1000, 1000, 1000]),
    ];
    const [enas, random] = summarise(...studies);
    expect(enas.againstRandom).toMatchObject({ probabilityOfImprovement: 1 });
    expect(enas.againstRandom?.difference).toBeCloseTo(2, 10);
    expect(enas.againstRandom?.interval?.low).toBeCloseTo(2 - 4.302_652_73 / Math.sqrt(3), 6);
    expect(random.againstRandom).toBeUndefined();
    expect(summarise(...studies.slice(0, 4))[0].againstRandom?.interval).toBeUndefined();
    const [alone] = summarise(record('grid', 0, [1, 2, 3]), record('enas', 0, [1, 2, 3]));
    expect(alone.againstRandom).toBeUndefined();
  });

  test('a run that failed counts as the worst return of all studies, and so does a search without a winner', () => {
    const [enas, random] = summarise(
      record('enas', 0, [5, undefined, 7]),
      record('random', 0, [-50, -20, -20]),
      record('enas', 1, [5, 6, 7]),
      record('random', 1, undefined),
    );
    expect(enas.searches[0].scores).toEqual([5, -50, 7]);
    expect(enas.returns).toEqual([5, -50, 7, 5, 6, 7]);
    expect(random.searches[1]).toMatchObject({ winner: undefined, scores: [-50, -50, -50] });
    expect(random.returns.slice(3)).toEqual([-50, -50, -50]);
  });

  test('work is a share of what the first strategy took on that seed; one-shot searches have no trials', () => {
    const [enas, grid] = summarise(
      record('enas', 0, [1, 2, 3], 100),
      record('grid', 0, [1, 2, 3], 90),
      record('enas', 1, [1, 2, 3], 1000),
      record('grid', 1, [1, 2, 3], 700),
    );
    expect([enas.workShare, enas.trials]).toEqual([1, undefined]);
    expect([grid.workShare, grid.trials]).toEqual([0.8, 0]);
  });

  test('of a single run per winner there are no intervals', () => {
    const [enas] = summarise(record('enas', 0, [1]), record('random', 0, [2]));
    expect(enas.interval).toBeUndefined();
    expect(enas.meanInterval).toBeUndefined();
    expect(enas.againstRandom).toEqual({
      probabilityOfImprovement: 0,
      difference: -1,
      interval: undefined,
    });
  });

  test('refuses a comparison in which nothing is complete', () => {
    expect(() => summarise(record('enas', 0, [undefined]), record('random', 0, undefined))).toThrow(
      'no retraining of any search is complete',
    );
  });
});
