import { describe, expect, test } from 'vitest';
import { equalSpace, lander, tableOfScores } from '../../test/constructed-tables.ts';
import { createSpace } from '../search/create-space.ts';
import { parseSpaceDefinition } from '../search/space-definition.ts';
import {
  Comparison,
  type ComparisonOptions,
  parseReplayable,
  type ReplayableName,
  replayableNames,
} from './comparison.ts';
import type { RunTable } from './run-table.ts';

/** No two scores alike, and in no order. */
const noiseFree = tableOfScores(equalSpace, (i) => [(37 * i) % 101]);
const noisy = tableOfScores(equalSpace, (i) => [(37 * i) % 101, 150 + ((17 * i) % 101), 60]);

const named = (...names: readonly ReplayableName[]) => names.map((name) => ({ name }));

const compare = (table: RunTable, options: Partial<ComparisonOptions>) =>
  new Comparison(table, lander, {
    strategies: named('random'),
    trials: 10,
    seeds: 20,
    seed: 3,
    ...options,
  }).run(() => undefined);

/** The mean of the best of k values that are drawn without replacement: each of the n over k draws counts the same. */
function expectedBest(values: readonly number[], k: number): number {
  const n = values.length;
  const sorted = values.toSorted((a, b) => b - a);
  // The i-th best is the best of a draw if it is drawn and the i before it are not.
  let noneBefore = 1;
  let sum = 0;
  for (const [i, value] of sorted.entries()) {
    const drawn = Math.min(1, k / (n - i));
    sum += noneBefore * drawn * value;
    noneBefore *= 1 - drawn;
  }
  return sum;
}

describe('Comparison', () => {
  test('every strategy finds the best of a table without noise, given enough work', () => {
    // Children are paid for solved ones alone: all of these are.
    const table = tableOfScores(equalSpace, (i) => [200 + ((37 * i) % 101)]);
    for (const { name, regret, choices } of compare(table, {
      strategies: named(...replayableNames),
      trials: 200,
      seeds: 2,
    })) {
      expect([name, regret]).toEqual([name, 0]);
      for (const { architecture } of choices) expect(architecture).toBe(table.best.architecture);
    }
  });

  test.each([1, 3, 10])(
    'random search of %i trials has the regret that combinatorics say, within four standard errors',
    (trials) => {
      const values = noiseFree.entries.map(({ trueScore }) => trueScore);
      const [{ regret, choices }] = compare(noiseFree, { trials, seeds: 500 });
      const expected = noiseFree.best.trueScore - expectedBest(values, trials);
      const squares = choices.reduce(
        (sum, { score }) => sum + (score - (noiseFree.best.trueScore - regret)) ** 2,
        0,
      );
      expect(Math.abs(regret - expected)).toBeLessThan(4 * Math.sqrt(squares / 499 / 500));
    },
  );

  test('judges a choice by what it is worth, not by the score that was seen', () => {
    // Each has one lucky run; the last one is always good.
    const table = tableOfScores(equalSpace, (i) => (i === 35 ? [200, 200] : [300, -300]));
    const [{ choices, score }] = compare(table, { trials: 36, seeds: 50 });
    for (const choice of choices) expect([0, 200]).toContain(choice.score);
    // Some of the 35 is lucky in nearly every search.
    expect(score).toBeLessThan(20);
    expect(table.best.trueScore).toBe(200);
  });

  test('begins at an architecture that is picked blindly and ends at the choices', () => {
    const [{ curve, choices, score, interval, work, trials }] = compare(noisy, { trials: 8 });
    expect(curve.map((point) => point.work)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(curve[0].score).toBeCloseTo(noisy.meanScore, 10);
    expect(curve[8]).toMatchObject({ score, interval });
    expect(score).toBeCloseTo(choices.reduce((sum, choice) => sum + choice.score, 0) / 20, 10);
    expect(interval?.low).toBeLessThan(score);
    expect(interval?.high).toBeGreaterThan(score);
    expect([trials, Math.round(work * 1e6) / 1e6]).toEqual([8, 8]);
  });

  test('no search does more work than the budget, and halving is planned to fit into it', () => {
    const space = createSpace(
      parseSpaceDefinition({
        name: 'sizes',
        layers: [1, 2],
        units: [16, 256],
        activations: ['relu', 'tanh'],
      }),
    );
    const table = tableOfScores(space, (i) => [i]);
    for (const trials of [2, 5, 12]) {
      const results = compare(table, { strategies: named(...replayableNames), trials, seeds: 4 });
      const works = results.flatMap(({ choices }) => choices.map(({ work }) => work));
      expect(Math.max(...works)).toBeLessThanOrEqual(trials * (1 + 1e-9));
      expect(results[replayableNames.indexOf('halving')].trials).toBeGreaterThan(1);
    }
  });

  test('tells how often a choice beats random search’s, and of a single seed no interval', () => {
    const results = compare(noisy, { strategies: named('grid', 'random'), seeds: 1 });
    expect(results[0].interval).toBeUndefined();
    expect([0, 0.5, 1]).toContain(results[0].improvementOverRandom);
    expect(results[1].improvementOverRandom).toBeUndefined();
    expect(compare(noisy, { strategies: named('grid') })[0].improvementOverRandom).toBeUndefined();
  });

  test('settings of a strategy change its search, and unknown ones are refused', () => {
    const population = (members: number) =>
      compare(noisy, { strategies: [{ name: 'evolution', population: members }], trials: 30 })[0].choices;
    expect(population(2)).not.toEqual(population(20));
    const [halving] = compare(noisy, { strategies: [{ name: 'halving', configurations: 4 }] });
    expect(halving.trials).toBe(5);
    expect(() => compare(noisy, { strategies: [{ name: 'grid', population: 2 }] })).toThrow(
      /^strategy grid: /,
    );
  });

  test('same seed, same results; of a strategy also beside others', () => {
    const both = compare(noisy, { strategies: named('evolution', 'random') });
    expect(compare(noisy, { strategies: named('evolution', 'random') })).toEqual(both);
    expect(compare(noisy, {})[0]).toEqual(both[1]);
    expect(compare(noisy, { seed: 4 })[0].choices).not.toEqual(both[1].choices);
  });
});

describe('parseReplayable', () => {
  test('refuses enas, unknown names and names that are there twice', () => {
    expect(parseReplayable(['grid', 'random'])).toEqual(['grid', 'random']);
    expect(() => parseReplayable(['enas'])).toThrow(
      /^strategy enas can't be replayed: .*; expected children, /,
    );
    expect(() => parseReplayable(['randm'])).toThrow('unknown strategy "randm" (did you mean random?)');
    expect(() => parseReplayable(['grid', 'grid'])).toThrow('strategy grid is named twice');
  });
});
