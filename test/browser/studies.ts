/** Studies on disk for the dashboard to show. */
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { loadModel } from '../../src/networks/model-file.ts';
import { createStudyFolder } from '../../src/storage/study-folder.ts';
import type { SqliteStorage } from '../../src/storage/sqlite.ts';
import { parseStudyConfiguration } from '../../src/study/configuration.ts';
import type { CompleteTrial, RunningTrial } from '../../src/study/trial.ts';

const versions = { touchdown: '1.2.3', node: '24.0.0', kernels: 'wasm' };

/** The winner of `touchdown search --preset quick` with seed 0: lands on nearly every seed. */
export const modelFile = new URL('../data/lander.safetensors', import.meta.url).pathname;
export const modelArchitecture = '64,relu,128,relu';

export const running = (number: number): RunningTrial => ({
  state: 'running',
  number,
  phase: 'search',
  sample: [0, 0, 1, 0],
  name: modelArchitecture,
  architecture: modelArchitecture,
  parameterCount: 9412,
  seed: number,
  budget: 300_000,
});

export const complete = (number: number, score = 100): CompleteTrial => ({
  ...running(number),
  state: 'complete',
  score,
  training: {
    steps: 300_000,
    episodes: 900,
    updates: 149_000,
    solvedAt: undefined,
    curve: [
      { step: 1000, episodes: 10, averageReturn: -200 },
      { step: 300_000, episodes: 900, averageReturn: score },
    ],
  },
  seconds: 12,
});

/** A study of random search that runs, without trials. */
export function createStudy(folder: string, trials: number): Promise<SqliteStorage> {
  const configuration = parseStudyConfiguration({ strategy: { name: 'random', trials } });
  return createStudyFolder(folder, configuration, versions);
}

/** Its trial 0 has a model that flies well. */
export async function createStudyWithModel(folder: string): Promise<SqliteStorage> {
  const storage = await createStudy(folder, 3);
  await storage.startTrial(running(0));
  const model = await loadModel(modelFile);
  await storage.saveModel({ kind: 'model', path: 'models/trial-0.safetensors', trial: 0 }, model);
  await storage.finishTrial(complete(0, 265));
  return storage;
}

/** As a process leaves it that is killed while it trains trial 1, with a race of finalists beside it. */
export async function createStoppedStudy(folder: string): Promise<void> {
  const storage = await createStudyWithModel(folder);
  await storage.startTrial(running(1));
  const training = {
    step: 120_000,
    totalSteps: 300_000,
    episodes: 400,
    averageReturn: -12.5,
    curve: complete(1).training.curve.slice(0, 1),
    score: undefined,
  };
  await storage.showTraining({ ...training, key: { kind: 'trial', number: 1 } });
  for (const round of [1, 2, 3, 4, 5]) {
    for (const name of ['1024,sigmoid,1024,sigmoid,dueling gamma 0.99', modelArchitecture]) {
      await storage.showTraining({ ...training, key: { kind: 'retraining', round, name }, score: -123.4 });
    }
  }
  await storage.showStanding({ share: 0.42, secondsLeft: 5000 });
  await storage.close();
}

/** With that many finished trials, written in one go. */
export async function createLargeStudy(folder: string, trials: number): Promise<void> {
  const storage = await createStudy(folder, trials);
  await storage.close();
  const database = new SqliteDatabase(join(folder, 'study.db'));
  const insert = database.prepare(
    `insert into trials (study_id, number, state, phase, sample, architecture, parameter_count, seed, budget, score,
       steps, episodes, updates, seconds)
     values (1, ?, 'complete', 'search', ?, '64,relu,64,relu', ?, 1, 300000, ?, 300000, 900, 149000, 10)`,
  );
  database.transaction(() => {
    for (let number = 0; number < trials; number++) {
      const sample = [number % 5, number % 2, (number >> 3) % 5, (number >> 1) % 2];
      insert.run(number, JSON.stringify(sample), 1000 + ((number * 7919) % 500_000), 300 * Math.sin(number));
    }
  })();
  database.exec("update studies set state = 'complete'");
  database.close();
}
