import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import type { AblationRun } from '../study/ablation.ts';
import { summariseAblation } from '../study/ablation-summary.ts';
import { writeAblationCharts } from './ablation-charts.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchdown-ablation-charts-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const complete = (architecture: string, round: number, score: number): AblationRun => ({
  architecture,
  parameterCount: 9 * Number.parseInt(architecture, 10),
  round,
  seed: round,
  state: 'complete',
  score,
  returns: [score],
  steps: 100,
  updates: 50,
  episodes: 5,
  solvedAt: null,
  curve: [
    [50, score / 2],
    [100, score],
  ],
});
const summarise = (runs: readonly AblationRun[]) =>
  summariseAblation(runs, () => undefined, new RandomStream(1));

test('of many architectures only some have a curve, the best and the worst among them; all have a score', async () => {
  const names = Array.from({ length: 13 }, (_, i) => `${100 + i},relu`);
  // The better, the larger.
  const runs = names.flatMap((name, i) => [complete(name, 1, i), complete(name, 2, i + 20)]);
  const charts = await writeAblationCharts(folder, summarise(runs), 'LunarLander-v3', 200);
  expect(charts.map(({ title }) => title)).toEqual(['curves', 'scores']);
  const curves = await readFile(join(folder, 'charts', 'learning-curves.svg'), 'utf8');
  expect(curves).toContain('7 of 13 architectures: from the best score to the worst');
  const drawn = names.filter((name) => curves.includes(`${name} (2 seeds)`));
  expect(drawn).toEqual(names.filter((_, i) => i % 2 === 0));
  const scores = await readFile(join(folder, 'charts', 'scores.svg'), 'utf8');
  expect(names.filter((name) => !scores.includes(name))).toEqual([]);
});

test('where every run failed there is nothing to draw', async () => {
  const empty = join(folder, 'empty');
  const { architecture, parameterCount, round, seed } = complete('8,relu', 1, 0);
  const runs: AblationRun[] = [
    { architecture, parameterCount, round, seed, state: 'failed', error: 'out of memory' },
  ];
  expect(await writeAblationCharts(empty, summarise(runs), 'LunarLander-v3', 200)).toEqual([]);
  await expect(readdir(empty)).rejects.toThrow('ENOENT');
});
