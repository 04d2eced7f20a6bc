import { describe, expect, test } from 'vitest';
import { equalSpace, tableOfScores } from '../../test/constructed-tables.ts';
import { RandomStream } from '../random/random-stream.ts';
import { GridSearch } from '../search/grid.ts';
import { HalvingSearch } from '../search/halving.ts';
import { RandomSearch } from '../search/random.ts';
import { replaySearch } from './replay.ts';

const table = tableOfScores(equalSpace, (i) => [i]);
const unit = table.meanWork();
const replayRandom = (budget: number) =>
  replaySearch(
    new RandomSearch(equalSpace, { trials: Number.POSITIVE_INFINITY }, new RandomStream(4)),
    table,
    budget,
    new RandomStream(5),
  );

describe('replaySearch', () => {
  test('does trials until one doesn’t fit into the budget', () => {
    expect(replayRandom(0.99 * unit)).toHaveLength(0);
    expect(replayRandom(5 * unit)).toHaveLength(5);
    expect(replayRandom(5.99 * unit)).toHaveLength(5);
    // Beyond the whole space, too: it goes round again.
    expect(replayRandom(100 * unit)).toHaveLength(100);
  });

  test('stops where the strategy is done', () => {
    const trials = replaySearch(new GridSearch(equalSpace), table, 1000 * unit, new RandomStream(5));
    expect(new Set(trials.map(({ entry }) => entry)).size).toBe(36);
    expect(trials).toHaveLength(36);
    expect(trials[35].workSoFar).toBeCloseTo(36 * unit, -3);
  });

  test('has as its incumbent the best score seen so far', () => {
    let best = Number.NEGATIVE_INFINITY;
    for (const { entry, score, incumbent } of replayRandom(30 * unit)) {
      expect(score).toBe(entry.trueScore);
      best = Math.max(best, score);
      expect(incumbent?.trueScore).toBe(best);
    }
  });

  test('ranks longer trainings before shorter ones', () => {
    const settings = { configurations: 9, eta: 3, minimumSteps: 100_000 };
    const strategy = new HalvingSearch(equalSpace, settings, table.steps, new RandomStream(4));
    const trials = replaySearch(strategy, table, 100 * unit, new RandomStream(5));
    expect(trials.map(({ budget }) => budget)).toEqual([
      ...Array.from({ length: 9 }, () => 100_000),
      ...Array.from({ length: 3 }, () => 300_000),
    ]);
    expect(trials[9].incumbent).toBe(trials[9].entry);
    const best = Math.max(...trials.map(({ entry }) => entry.trueScore));
    expect(trials[11].incumbent?.trueScore).toBe(best);
    expect(trials[11].workSoFar).toBeLessThan(6 * unit);
  });
});
