import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { progressAt } from '../../test/constructed-runs.ts';
import { readRun } from '../../test/tensorboard-reader.ts';
import { nameOfRetraining, TrainingRun, TrainingRuns } from './training-runs.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchdown-runs-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test('a training has the tags of Stable-Baselines3, in its file while it goes on, and its last point', async () => {
  const run = new TrainingRun(join(folder, 'alone'));
  for (const step of [0, 8, 16]) run.add(progressAt(step));
  const points = [
    ['rollout/exploration_rate', 0, 0.5],
    ['time/episodes', 0, 0],
    ['train/learning_rate', 0, 0.25],
    ['train/n_updates', 0, 0],
    ['rollout/ep_rew_mean', 16, -16],
    ['rollout/exploration_rate', 16, 0.5],
    ['time/episodes', 16, expect.closeTo(0.16)],
    ['train/learning_rate', 16, 0.25],
    ['train/n_updates', 16, 8],
  ];
  expect(readRun(run.folder)).toEqual(points);
  run.close({ step: 1000, episodes: 9, averageReturn: 12 });
  expect(readRun(run.folder)).toEqual([
    ...points,
    ['rollout/ep_rew_mean', 1000, 12],
    ['time/episodes', 1000, 9],
  ]);
});

test('trainings side by side are runs of their own', async () => {
  const runs = new TrainingRuns(join(folder, 'beside'));
  const names = [1, 2].map((round) => nameOfRetraining('8,relu lr 0.001', round));
  expect(names).toEqual(['8-relu-lr-0.001/seed-1', '8-relu-lr-0.001/seed-2']);
  runs.add(names[0], progressAt(100));
  runs.add(names[1], progressAt(200));
  runs.add(names[0], progressAt(300));
  runs.end(names[0], undefined);
  runs.close();
  const stepsOf = async (name: string) =>
    new Set(readRun(join(folder, 'beside', name)).map(([, step]) => step));
  expect(await stepsOf(names[0])).toEqual(new Set([100, 300]));
  expect(await stepsOf(names[1])).toEqual(new Set([200]));
});

test('a folder that can’t be is refused before anything is trained', async () => {
  await writeFile(join(folder, 'file'), '');
  expect(() => new TrainingRuns(join(folder, 'file', 'runs'))).toThrow('ENOTDIR');
  expect(() => new TrainingRun(join(folder, 'file', 'run'))).toThrow('ENOTDIR');
});
