import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidate, completeRun, failedRun, judge, racerOf } from '../../test/constructed-runs.ts';
import type { Racer } from './racing.ts';
import type { CompleteTrial } from './trial.ts';
import { findWinner, medianRun } from './verdict.ts';

const judgeAgainst = (finalists: readonly Racer[], control: readonly Racer[]) =>
  judge(finalists, { control: { work: 90, searchWork: 100, finalists: control } }).control;

const controlTrial = (number: number, architecture: string, score: number): CompleteTrial => ({
  number,
  phase: 'control',
  sample: [0],
  name: architecture,
  architecture,
  parameterCount: 1,
  seed: 1,
  budget: 8,
  state: 'complete',
  score,
  training: completeRun(1, score).training,
  seconds: 1,
});

describe('createVerdict', () => {
  test('a small network more than a standard error below the best is not tied, however wide the interval of differences', () => {
    const { finalists, winner } = judge([
      racerOf('large', 9, [250, 262, 268]),
      racerOf('small', 1, [120, 255, 261]),
      racerOf('other', 2, [251, 252, 290]),
    ]);
    expect(finalists[1].difference?.high).toBeGreaterThan(0);
    expect(finalists.map(({ tied }) => tied)).toEqual([true, false, true]);
    expect(winner?.name).toBe('other');
  });

  test('the winner is the smallest of those that are tied with the best', () => {
    const { finalists, winner } = judge([
      racerOf('large', 9, [260, 262, 264, 258, 261]),
      racerOf('middle', 5, [255, 258.5, 260, 268, 259]),
      racerOf('small', 1, [200, 203, 205, 197, 203]),
      racerOf('tiny', 0, [100, 101, 102], 3),
    ]);
    expect(finalists.map(({ tied }) => tied)).toEqual([true, true, false, false]);
    expect(finalists[0].difference).toBeUndefined();
    expect(finalists[2].difference?.high).toBeLessThan(0);
    expect(winner).toEqual({
      name: 'middle',
      architecture: 'middle',
      parameterCount: 5,
      seed: 5,
      score: 259,
    });
  });

  test('fewer than three seeds tell nothing apart; then the best wins, however large', () => {
    const { finalists, winner } = judge([racerOf('small', 1, [250, -100]), racerOf('large', 9, [260, 240])]);
    expect(finalists.map(({ tied }) => tied)).toEqual([false, true]);
    expect(winner?.architecture).toBe('large');
  });

  test('a finalist in numbers: failed runs count as the worst episode of the race, their episodes as unsolved', () => {
    const run = completeRun(1, 200, [150, 250]);
    const { finalists } = judge([
      { ...racerOf('a', 1, []), runs: [run, failedRun(2), completeRun(3, 250, [200, 300])] },
      racerOf('b', 2, [-7, 100, 100]),
    ]);
    expect(finalists[0].summary).toMatchObject({
      scores: [200, -7, 250],
      mean: 443 / 3,
      interquartileMean: 443 / 3,
      lowest: -7,
      solvedShare: 3 / 6,
    });
    const { low, high } = finalists[0].summary?.interval ?? { low: 0, high: 0 };
    expect([low, high].every((bound) => bound >= -7 && bound <= 250)).toBe(true);
    expect(low).toBeLessThan(443 / 3);
  });

  test('a single run has no interval, a task without a threshold no share', () => {
    const { finalists } = judge([racerOf('a', 1, [3])], { threshold: undefined });
    expect(finalists[0].summary).toMatchObject({ interval: undefined, solvedShare: undefined });
  });

  test('when every run failed there is no number and no winner', () => {
    const none = [undefined, undefined, undefined];
    const verdict = judge([racerOf('a', 1, none), racerOf('b', 2, none)]);
    expect(verdict.winner).toBeUndefined();
    expect(verdict.finalists.map(({ summary, tied }) => [summary, tied])).toEqual([
      [undefined, false],
      [undefined, false],
    ]);
    expect(judge([]).winner).toBeUndefined();
  });

  test('for any runs: the winner is tied, none of the tied is smaller, and the same evidence gives the same verdict', () => {
    const scores = fc.array(fc.option(fc.integer({ min: -300, max: 300 }), { nil: undefined }), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.array(scores, { minLength: 1, maxLength: 3 }), (rows) => {
        const field = rows.map((row, i) => racerOf(`n${i}`, i, row));
        const verdict = judge(field);
        expect(judge(field)).toEqual(verdict);
        const tied = verdict.finalists.filter((finalist) => finalist.tied);
        expect(verdict.winner?.parameterCount).toBe(tied[0]?.candidate.parameterCount);
        expect(tied.length > 0).toBe(rows.flat().some((score) => score !== undefined));
        expect(findWinner(verdict.finalists)?.runs.some(({ state }) => state === 'complete') ?? true).toBe(
          true,
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('the control', () => {
  const good = racerOf('good', 2, [250, 255, 260]);
  const bad = racerOf('bad', 1, [150, 154, 161]);

  test('tells whether the search beat random search, seed by seed', () => {
    const better = judgeAgainst([good], [bad]);
    expect(better).toMatchObject({ work: 90, searchWork: 100, winner: { architecture: 'bad' } });
    expect(better?.comparison).toMatchObject({
      difference: 100,
      probabilityOfImprovement: 1,
      outcome: 'better',
    });
    expect(better?.comparison?.interval?.low).toBeGreaterThan(98);
    expect(judgeAgainst([bad], [good])?.comparison).toMatchObject({ difference: -100, outcome: 'worse' });
  });

  test('that finds the same architecture is tied, exactly', () => {
    expect(judgeAgainst([good], [good])?.comparison).toEqual({
      difference: 0,
      interval: { low: 0, high: 0 },
      pairedInterval: { low: 0, high: 0 },
      probabilityOfImprovement: 0.5,
      outcome: 'tied',
    });
  });

  test('can’t be compared where one side has no winner; two seeds show nothing', () => {
    expect(judgeAgainst([racerOf('a', 1, [undefined])], [racerOf('b', 1, [5])])?.comparison).toBeUndefined();
    expect(judgeAgainst([racerOf('a', 1, [9, 9])], [racerOf('b', 1, [5, 5])])?.comparison).toMatchObject({
      pairedInterval: undefined,
      outcome: 'tied',
    });
  });
});

describe('fidelity', () => {
  const field = [racerOf('a', 1, [10, 20, 30]), racerOf('b', 2, [5, 5, 5])];

  test('sets scores of the search against trainings from scratch, finalists first, then the control’s trials', () => {
    const ranking = ['a', 'c', 'b', 'never trained again'].map((name, i) => candidate(name, 1, 9 - i));
    const trials = [controlTrial(1, 'a', -100), controlTrial(2, 'c', 7), controlTrial(3, 'unscored', 8)];
    expect(judge(field, { ranking, trials }).fidelity).toEqual({ tau: 1, count: 3 });
    const worse = [controlTrial(2, 'c', 4)];
    expect(judge(field, { ranking, trials: worse }).fidelity?.tau).toBeCloseTo(1 / 3, 12);
  });

  test('is not told for fewer than three architectures, nor where all scores are equal', () => {
    expect(judge(field).fidelity).toBeUndefined();
    const ranking = ['a', 'b', 'c'].map((name) => candidate(name, 1, 5));
    expect(judge(field, { ranking, trials: [controlTrial(2, 'c', 4)] }).fidelity).toBeUndefined();
  });
});

describe('medianRun', () => {
  test.each([
    [[3], 3],
    [[4, 2, 9], 4],
    [[4, 2, 9, 5], 4],
    [[undefined, 2, 9], 2],
    [[undefined, undefined, 9], 9],
    [[undefined, 2, 9, 5], 2],
  ])('of %j is %d', (scores, expected) => {
    expect(medianRun(racerOf('a', 1, scores))?.score).toBe(expected);
  });

  test('of nothing but failures is none', () => {
    expect(medianRun(racerOf('a', 1, [undefined]))).toBeUndefined();
  });
});
