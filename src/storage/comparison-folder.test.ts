/** Comparisons of searches in their folders; the studies are real ones of a few hundred steps. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVectorEnvironment } from '../environments/registry.ts';
import { InlineExecutor } from '../execution/inline.ts';
import { type PlannedStudy, SearchComparison } from '../study/search-comparison.ts';
import { parseSearchComparison } from '../study/search-comparison-configuration.ts';
import type { StudyEvent } from '../study/events.ts';
import { type ComparisonFolder, openComparisonFolder } from './comparison-folder.ts';

const lander = createVectorEnvironment('LunarLander-v3', 1).spec;
const versions = { touchdown: '1.2.3', node: '24.0.0', kernels: 'wasm' };
const base = mkdtempSync(join(tmpdir(), 'touchdown-comparison-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

function configure(seeds: number, steps = 600, maxParameters?: number) {
  const study = (strategy: object) => ({
    space: { layers: [1], units: [8, 16], activations: ['relu', 'tanh'] },
    strategy,
    seed: 4,
    trial: { steps, validationEpisodes: 1 },
    hyperparameters: { learningStarts: 100, bufferSize: 1000, batchSize: 16 },
    verification: { finalists: 1, seeds: 1, steps: 300, episodes: 1, maxParameters },
  });
  return parseSearchComparison({
    seeds,
    studies: [study({ name: 'grid' }), study({ name: 'random', trials: 1 })],
  });
}

const open = (name: string, seeds: number, steps?: number, maxParameters?: number) =>
  openComparisonFolder(join(base, name), configure(seeds, steps, maxParameters), versions);

/** Runs what is left. @param onStudy is told what begins. */
async function run(
  folder: ComparisonFolder,
  seeds: number,
  signal = new AbortController().signal,
  onStudy: (planned: PlannedStudy, event: StudyEvent) => void = () => undefined,
  configuration = configure(seeds),
) {
  const comparison = new SearchComparison(configuration, lander);
  return comparison.run({
    executor: new InlineExecutor(),
    record: folder,
    signal,
    onStart: (planned) => (event) => onStudy(planned, event),
    onEnd: async () => undefined,
  });
}

const timeless = ({ finished }: Pick<ComparisonFolder, 'finished'>) =>
  finished.map((study) => ({ ...study, seconds: 0 }));
const trialsOf = async (folder: ComparisonFolder, strategy: 'grid' | 'random', seed: number) =>
  (await folder.readStudy({ strategy, seed })).trials.map(({ sample, seed: own }) => ({ sample, own }));

let whole: ComparisonFolder;
beforeAll(async () => {
  whole = await open('whole', 2);
  await run(whole, 2);
});

describe('a comparison of searches', () => {
  test('runs all strategies on every seed; what the first took is the budget of the others', async () => {
    expect(whole.finished.map(({ strategy, seed }) => `${strategy} ${seed}`)).toEqual([
      'grid 4',
      'random 4',
      'grid 5',
      'random 5',
    ]);
    for (const seed of [4, 5]) {
      const [grid, random] = whole.finished.filter((study) => study.seed === seed);
      const { configuration, trials } = await whole.readStudy(random);
      expect(configuration).toMatchObject({ seed, budget: { work: grid.work } });
      // All of the space once, like the grid: not the one trial that its settings have.
      expect(trials).toHaveLength(4);
      expect(random.work).toBe(grid.work);
      expect((await whole.readStudy(grid)).configuration.budget).toBeUndefined();
    }
  });

  test('stopped in a study, keeps those before; that one goes on, to the same end', async () => {
    const folder = await open('stopped', 2);
    const controller = new AbortController();
    const state = await run(folder, 2, controller.signal, ({ strategy, seed }, { kind }) => {
      if (strategy === 'random' && seed === 4 && kind === 'trial-finished') controller.abort();
    });
    expect(state).toBe('interrupted');
    expect(folder.finished).toHaveLength(1);
    const before = await folder.readStudy({ strategy: 'random', seed: 4 });
    expect(before.trials.length).toBeGreaterThan(0);
    const again = await open('stopped', 2);
    expect(await run(again, 2)).toBe('complete');
    const after = await again.readStudy({ strategy: 'random', seed: 4 });
    expect(after.createdAt).toBe(before.createdAt);
    expect(after.trials.slice(0, before.trials.length)).toEqual(before.trials);
    expect(timeless(again)).toEqual(timeless(whole));
    expect(await trialsOf(again, 'random', 4)).toEqual(await trialsOf(whole, 'random', 4));
  });

  test('a search with a budget for which everything is too large does nothing, and that is kept too', async () => {
    const folder = await open('large', 1, 600, 1);
    await run(folder, 1, undefined, undefined, configure(1, 600, 1));
    const again = await open('large', 1, 600, 1);
    expect(again.finished).toMatchObject([{ strategy: 'grid' }, { strategy: 'random', work: 0 }]);
    expect((await again.readStudy({ strategy: 'random', seed: 4 })).trials).toEqual([]);
  });

  test('goes on with more seeds, and does nothing again', async () => {
    const folder = await open('more', 1);
    await run(folder, 1);
    const more = await open('more', 2);
    const begun: string[] = [];
    await run(more, 2, undefined, ({ seed }, { kind }) => {
      if (kind === 'trial-started') begun.push(String(seed));
    });
    expect(new Set(begun)).toEqual(new Set(['5']));
    expect(timeless(more)).toEqual(timeless(whole));
  });

  test('refuses other settings, fewer seeds, another version, and a record that is something else', async () => {
    await expect(open('whole', 2, 700)).rejects.toThrow(
      /^cannot go on with the comparison in ".*whole": trial.steps of grid is 600 there and 700 here; expected the same, or another folder$/,
    );
    await expect(open('whole', 1)).rejects.toThrow('it has 2 seeds, here is only 1');
    const other = { ...versions, touchdown: '2.0.0' };
    await expect(openComparisonFolder(join(base, 'whole'), configure(2), other)).rejects.toThrow(
      'it is by touchdown 1.2.3, this is 2.0.0',
    );
    await open('broken', 1);
    const record = join(base, 'broken', 'studies.json');
    expect(readFileSync(record, 'utf8')).toBe('[]\n');
    writeFileSync(record, '[');
    await expect(open('broken', 1)).rejects.toThrow(/^cannot read ".*studies.json": /);
  });
});
