import { describe, expect, test } from 'vitest';
import {
  architecturesOf,
  completeAblationRun,
  equalSpace,
  lander,
  tableOfRuns,
  tableOfScores,
} from '../../test/constructed-tables.ts';
import { RandomStream } from '../random/random-stream.ts';
import { findSpace, sampleAt } from '../search/space.ts';
import { parseAblationConfiguration } from './ablation-configuration.ts';
import { Ablation, type AblationRun } from './ablation.ts';

const names = architecturesOf(equalSpace);
const failed = (architecture: string, round: number): AblationRun => {
  const { parameterCount, seed } = completeAblationRun(architecture, round, 0);
  return { architecture, parameterCount, round, seed, state: 'failed', error: 'out of memory' };
};

describe('RunTable', () => {
  test('knows what every architecture is worth, and which is best', () => {
    const table = tableOfScores(equalSpace, (i) => [i - 3, i + 5]);
    expect(table.entries.map(({ architecture }) => architecture)).toEqual(names);
    expect(table.entries.map(({ trueScore }) => trueScore)).toEqual(names.map((_, i) => i + 1));
    expect(table.best.architecture).toBe(names[35]);
    expect(table.meanScore).toBeCloseTo(18.5, 12);
    expect(table.entryOf(sampleAt(equalSpace, 7))).toBe(table.entries[7]);
  });

  test('counts a failed run as the lowest return of any episode, and lets a strategy see it fail', () => {
    const runs = names.map((name) => completeAblationRun(name, 1, 100));
    const lowest = { ...completeAblationRun(names[0], 2, 50), returns: [-300, 400] };
    const table = tableOfRuns(equalSpace, [...runs.slice(0, -1), lowest, failed(names[35], 1)]);
    expect(table.entries[35].trueScore).toBe(-300);
    expect(table.outcomeOf(table.entries[35], table.steps, new RandomStream(1))).toEqual({
      score: Number.NEGATIVE_INFINITY,
      solved: false,
    });
    expect(() =>
      tableOfRuns(
        equalSpace,
        names.map((name) => failed(name, 1)),
      ),
    ).toThrow('no run of the table is complete');
  });

  test('draws every run of an architecture about equally often', () => {
    const table = tableOfScores(equalSpace, () => [1, 2, 3]);
    const random = new RandomStream(5);
    const counts = [0, 0, 0];
    for (let i = 0; i < 3000; i++)
      counts[table.outcomeOf(table.entries[0], table.steps, random).score - 1] += 1;
    // Five standard deviations of 1000 ± 26.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });

  test('has of a shorter training what the curve had come to, and solved only what was solved by then', () => {
    const table = tableOfScores(equalSpace, () => [250]);
    const outcomeAt = (steps: number) => table.outcomeOf(table.entries[0], steps, new RandomStream(1));
    expect(outcomeAt(300_000)).toEqual({ score: 250, solved: true });
    expect(outcomeAt(200_000)).toEqual({ score: 150, solved: true });
    expect(outcomeAt(199_999)).toEqual({ score: 150, solved: false });
    expect(outcomeAt(60_000)).toEqual({ score: 50, solved: false });
    expect(outcomeAt(59_999)).toEqual({ score: Number.NEGATIVE_INFINITY, solved: false });
  });

  test('has the work of an ablation’s plan, and less for less steps', () => {
    const table = tableOfScores(equalSpace, () => [1]);
    const architectures = [{ architecture: names[0], seeds: 1 }];
    const { plan } = new Ablation(parseAblationConfiguration({ steps: 300_000, architectures }), lander);
    expect(table.workOf(table.entries[0])).toBe(plan[0].work);
    expect(table.meanWork()).toBeCloseTo(plan[0].work, 6);
    expect(table.workOf(table.entries[0], 100_000)).toBeLessThan(plan[0].work / 2.9);
  });

  test('refuses a space with architectures that have no run: how many, and which for one', () => {
    const some = names.slice(2).map((name) => completeAblationRun(name, 1, 1));
    expect(() => tableOfRuns(equalSpace, some)).toThrow(
      `2 of the 36 architectures of space equal are not in the table, such as "${names[0]}"; expected a run of every one`,
    );
    expect(() => tableOfRuns(findSpace('fully-connected'), some)).toThrow(
      /^at least 3455174 of the 3455208 architectures of space fully-connected /,
    );
    expect(() => tableOfRuns(findSpace('dqn'), some)).toThrow(
      'search space dqn decides "learningRate"; expected one of architectures alone',
    );
  });
});
