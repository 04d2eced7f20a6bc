import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseStudyConfiguration } from '../study/configuration.ts';
import type { LiveTraining, TrainingKey } from '../study/live-training.ts';
import type { Storage } from '../study/storage.ts';
import type { CompleteTrial, RunningTrial } from '../study/trial.ts';
import { createStudyFolder } from './study-folder.ts';
import { openStudyReader } from './study-reader.ts';

let base: string;
let count = 0;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'touchdown-reader-'));
});

afterAll(async () => {
  await rm(base, { recursive: true, force: true });
});

const configuration = parseStudyConfiguration({ strategy: { name: 'random', trials: 9 } });
const versions = { touchdown: '1.2.3', node: '24.0.0', kernels: 'wasm' };

const running = (number: number): RunningTrial => ({
  state: 'running',
  number,
  phase: 'search',
  sample: [0, 0, 1, 1],
  name: '64,relu,128,sigmoid',
  architecture: '64,relu,128,sigmoid',
  parameterCount: 9412,
  seed: number,
  budget: 10,
});

const curve = [{ step: 10, episodes: 2, averageReturn: 1 / 3 }];

const complete = (number: number): CompleteTrial => ({
  ...running(number),
  state: 'complete',
  score: number / 3,
  training: { steps: 10, episodes: 2, updates: 1, solvedAt: undefined, curve },
  seconds: 1,
});

const live = (key: TrainingKey, step: number): LiveTraining => ({
  key,
  step,
  totalSteps: 1000,
  episodes: step / 10,
  averageReturn: step === 0 ? undefined : -step / 3,
  curve: Array.from({ length: step / 10 }, (_, i) => ({ step: i, episodes: i, averageReturn: 1 - i / 3 })),
  score: undefined,
});

/** As a reader has it. */
const record = (number: number) => {
  const { training, ...trial } = complete(number);
  const { curve: _curve, ...rest } = training;
  return expect.objectContaining({ ...trial, training: expect.objectContaining(rest) });
};

async function study(): Promise<{ folder: string; storage: Storage }> {
  const folder = join(base, `study-${++count}`);
  return { folder, storage: await createStudyFolder(folder, configuration, versions) };
}

async function finish(storage: Storage, ...numbers: number[]) {
  for (const number of numbers) {
    await storage.startTrial(running(number));
    await storage.finishTrial(complete(number));
  }
}

describe('openStudyReader', () => {
  test('sees everything at first, then what others add, and nothing twice', async () => {
    const { folder, storage } = await study();
    await finish(storage, 0);
    await storage.startTrial(running(1));
    await storage.addPolicy({ iteration: 0, probabilities: [[0.5, 0.5], [1]] });
    const reader = await openStudyReader(folder);
    expect(reader.record).toMatchObject({ configuration, versions, state: 'running' });
    expect(await reader.look()).toEqual({
      whole: true,
      state: 'running',
      trials: [record(0), running(1)],
      removed: [],
      policies: [{ iteration: 0, probabilities: [[0.5, 0.5], [1]] }],
      artifacts: [],
      verdict: undefined,
      trainings: [],
      hidden: [],
      standing: undefined,
    });
    expect(await reader.look()).toBeUndefined();

    await storage.startTrial(running(2));
    await storage.finishTrial(complete(2));
    await storage.addPolicy({ iteration: 1, probabilities: [[0.25, 0.75], [1]] });
    const second = await reader.look();
    expect(second).toMatchObject({ whole: false, trials: [running(1), record(2)], removed: [] });
    expect(second?.policies).toEqual([{ iteration: 1, probabilities: [[0.25, 0.75], [1]] }]);

    await storage.finishTrial(complete(1));
    expect(await reader.look()).toMatchObject({ trials: [record(1), record(2)], policies: [] });
    await finish(storage, 3);
    expect((await reader.look())?.trials).toEqual([record(3)]);
    await reader.close();
    await storage.close();
  });

  test('tells which running trials were forgotten when the study ended', async () => {
    const { folder, storage } = await study();
    await finish(storage, 0);
    await storage.startTrial(running(1));
    await storage.startTrial(running(2));
    const reader = await openStudyReader(folder);
    await reader.look();
    await storage.finish('interrupted');
    expect(await reader.look()).toMatchObject({ state: 'interrupted', trials: [], removed: [1, 2] });
    await reader.close();
    await storage.close();
  });

  test('reads everything anew when a study was set back', async () => {
    const { folder, storage } = await study();
    await finish(storage, 0, 1, 2);
    const reader = await openStudyReader(folder);
    await reader.look();
    const database = new SqliteDatabase(join(folder, 'study.db'));
    database.exec('delete from curve_points where trial = 2; delete from trials where number = 2');
    database.close();
    expect(await reader.look()).toMatchObject({ whole: true, trials: [record(0), record(1)] });
    await reader.close();
    await storage.close();
  });

  test('sees trainings begin, go on and end, each state once, and how far the study is', async () => {
    const { folder, storage } = await study();
    const trial = live({ kind: 'trial', number: 3 }, 100);
    const retraining = live({ kind: 'retraining', round: 2, name: '64,relu' }, 50);
    const shared = live({ kind: 'shared' }, 0);
    for (const training of [trial, retraining, shared]) await storage.showTraining(training);
    await storage.showStanding({ share: 0.25, secondsLeft: undefined });
    const reader = await openStudyReader(folder);
    expect(await reader.look()).toMatchObject({
      trainings: [retraining, shared, trial],
      hidden: [],
      standing: { share: 0.25, secondsLeft: undefined },
    });
    await storage.showTraining(live(trial.key, 200));
    await storage.showTraining({ ...retraining, score: 240.5 });
    await storage.hideTraining(shared.key);
    await storage.showStanding({ share: 0.5, secondsLeft: 12.5 });
    expect(await reader.look()).toMatchObject({
      whole: false,
      trainings: [{ ...retraining, score: 240.5 }, live(trial.key, 200)],
      hidden: [shared.key],
      standing: { share: 0.5, secondsLeft: 12.5 },
    });
    await storage.addPolicy({ iteration: 0, probabilities: [[1]] });
    expect(await reader.look()).toMatchObject({ trainings: [], hidden: [] });
    await storage.finish('interrupted');
    expect(await reader.look()).toMatchObject({
      trainings: [],
      hidden: [retraining.key, trial.key],
      standing: undefined,
    });
    await reader.close();
    await storage.close();
  });

  test('counts the search without its control, and has curves one by one', async () => {
    const { folder, storage } = await study();
    await finish(storage, 0, 1);
    await storage.startTrial(running(2));
    await storage.startTrial({ ...running(3), phase: 'control' });
    await storage.finishTrial({ ...complete(3), phase: 'control', score: 999 });
    const reader = await openStudyReader(folder);
    expect(await reader.counts()).toEqual({ trials: 3, finished: 2, bestScore: 1 / 3 });
    expect(await reader.winner()).toBeUndefined();
    expect(await reader.curve(1)).toEqual(curve);
    expect(await reader.curve(2)).toEqual([]);
    await reader.close();
    await storage.close();
  });

  test('changes nothing: neither the database nor what lies beside it', async () => {
    const { folder, storage } = await study();
    await finish(storage, 0);
    await storage.close();
    const before = await readFile(join(folder, 'study.db'));
    const reader = await openStudyReader(folder);
    await reader.look();
    await reader.close();
    expect(await readFile(join(folder, 'study.db'))).toEqual(before);
    expect((await readdir(folder)).sort()).toEqual(['checkpoints', 'models', 'study.db']);
  });

  test('refuses a schema of another version and a folder without a study, each in one line', async () => {
    const { folder, storage } = await study();
    await storage.close();
    const change = (sql: string) => {
      const database = new SqliteDatabase(join(folder, 'study.db'));
      database.exec(sql);
      database.close();
    };
    change("insert into kysely_migration values ('9999-later', '2030-01-01T00:00:00.000Z')");
    await expect(openStudyReader(folder)).rejects.toThrow(
      /\(study\.db\): its schema is 9999-later, of a later version of touchdown; expected 0\d{3}-\S+ or older$/,
    );
    change("delete from kysely_migration where name > '0002'");
    const before = await readFile(join(folder, 'study.db'));
    await expect(openStudyReader(folder)).rejects.toThrow(
      /\(study\.db\): its schema is older than this version/,
    );
    expect(await readFile(join(folder, 'study.db'))).toEqual(before);
    await expect(openStudyReader(base)).rejects.toThrow(
      `no study in "${base}"; expected a folder with study.db`,
    );
  });
});
