/** What every storage promises (src/study/storage.ts), run against each implementation. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCheckpoint, writeNextCheckpoint } from '../../src/files/checkpoint-file.ts';
import { countParameters, parseArchitecture } from '../../src/networks/architecture.ts';
import type { Model } from '../../src/networks/model.ts';
import type { StudyConfiguration } from '../../src/study/configuration.ts';
import { parseStudyConfiguration } from '../../src/study/configuration.ts';
import type { LiveTraining } from '../../src/study/live-training.ts';
import type { Storage, Versions } from '../../src/study/storage.ts';
import type { CompleteTrial, FailedTrial, RunningTrial, TrialStart } from '../../src/study/trial.ts';
import type { Finalist, Verdict } from '../../src/study/verdict.ts';

/** A new study of a storage, on whatever it keeps studies. */
export interface StoredStudy {
  readonly storage: Storage;
  /** Opens the study once more to go on, as another process would; the first one was closed. */
  reopen(): Promise<Storage>;
  /** Reads the model of an artifact back. */
  loadModel(path: string): Promise<Model>;
}

export interface StorageCase {
  readonly name: string;
  readonly create: (configuration: StudyConfiguration, versions: Versions) => Promise<StoredStudy>;
}

const configuration = parseStudyConfiguration({ seed: 7, strategy: { name: 'random', trials: 3 } });
const versions: Versions = { touchdown: '1.2.3', node: '24.0.0', kernels: 'wasm' };

const start = (number: number): TrialStart => ({
  number,
  phase: (['search', 'search', 'search', 'control', 'final'] as const)[number],
  sample: [number, 1, 0, 1],
  name: `${[64, 128, 256, 1024, 2048][number]},sigmoid,64,sigmoid`,
  architecture: '64,sigmoid,64,sigmoid',
  parameterCount: 4996,
  seed: 4_294_967_295,
  budget: 1000,
});

const running = (number: number): RunningTrial => ({ ...start(number), state: 'running' });

const complete = (number: number, score: number, solvedAt?: number): CompleteTrial => ({
  ...start(number),
  state: 'complete',
  score,
  training: {
    steps: 992,
    episodes: 12,
    updates: 490,
    solvedAt,
    curve: [
      { step: 496, episodes: 5, averageReturn: -123.456_789_012_345_67 },
      { step: 992, episodes: 12, averageReturn: Math.PI },
    ],
  },
  seconds: 1.25,
});

const failed = (number: number): FailedTrial => ({
  ...start(number),
  state: 'failed',
  error: 'the loss is NaN',
  seconds: 0.5,
});

const finalist: Finalist = {
  candidate: {
    sample: [0, 0],
    name: '64,relu',
    architecture: '64,relu',
    parameterCount: 836,
    score: 250,
    trial: 0,
  },
  runs: [
    {
      state: 'complete',
      seed: 4_294_967_295,
      score: 240.1,
      returns: [240, 240.2],
      training: complete(0, 250, 992).training,
      seconds: 2.5,
    },
    { state: 'failed', seed: 2, error: 'the loss is NaN', seconds: 0.1 },
  ],
  droppedAfter: undefined,
  summary: {
    scores: [0.1 + 0.2, -1e-300],
    interquartileMean: Math.PI,
    interval: { low: 1 / 3, high: 2 / 3 },
    mean: 1,
    lowest: -1,
    solvedShare: undefined,
  },
  difference: undefined,
  tied: true,
};

const verdictWinner = {
  name: '64,relu',
  architecture: '64,relu',
  parameterCount: 836,
  seed: 4_294_967_295,
  score: 240.1,
};

/** With everything that a verdict can have. */
const verdict: Verdict = {
  finalists: [
    finalist,
    { ...finalist, droppedAfter: 3, difference: { low: -3, high: -0.1 }, summary: undefined, tied: false },
  ],
  winner: verdictWinner,
  leftOut: { count: 2, best: finalist.candidate },
  control: {
    trials: 3,
    work: 1.5e12,
    searchWork: 1.6e12,
    finalists: [finalist],
    winner: verdictWinner,
    comparison: {
      difference: 0.1,
      interval: { low: -1 / 3, high: 1 },
      pairedInterval: undefined,
      probabilityOfImprovement: 0.5,
      outcome: 'tied',
    },
  },
  fidelity: { tau: 1 / 3, count: 3 },
};

function createModel(value: number): Model {
  const architecture = parseArchitecture('3,relu');
  return {
    architecture,
    inputs: 2,
    outputs: 2,
    parameters: new Float32Array(countParameters(architecture, 2, 2)).fill(value),
    metadata: {
      environment: { id: 'Corridor-v0', options: {} },
      hyperparameters: {},
      seed: 1,
      training: { steps: 1, episodes: 1, updates: 1 },
      scores: {},
    },
  };
}

export function describeStorage({ name, create }: StorageCase): void {
  describe(`storage contract: ${name}`, () => {
    let study: StoredStudy;
    let storage: Storage;
    beforeEach(async () => {
      study = await create(configuration, versions);
      storage = study.storage;
    });
    afterEach(async () => {
      await storage.close();
    });
    const reopen = async () => {
      await storage.close();
      storage = await study.reopen();
      return storage.read();
    };

    test('a new study runs, has its configuration and versions, and nothing else', async () => {
      const snapshot = await storage.read();
      expect(snapshot).toMatchObject({ configuration, versions, state: 'running' });
      expect(Math.abs(Date.parse(snapshot.createdAt) - Date.now())).toBeLessThan(60_000);
      expect([snapshot.trials, snapshot.policies, snapshot.artifacts]).toEqual([[], [], []]);
      expect(snapshot.verdict).toBeUndefined();
    });

    test('trials come back in order of number, bit for bit, also after reopening', async () => {
      for (const number of [0, 1, 2, 3]) await storage.startTrial(running(number));
      const trials = [complete(0, 0.1 + 0.2, 992), failed(1), complete(2, -1e-300)];
      for (const trial of [trials[2], trials[0], trials[1]]) await storage.finishTrial(trial);
      const expected = [...trials, running(3)];
      expect((await storage.read()).trials).toEqual(expected);
      expect((await reopen()).trials).toEqual(expected);
    });

    test('a trial starts once and finishes once, and not without starting', async () => {
      await storage.startTrial(running(0));
      await expect(storage.startTrial(running(0))).rejects.toThrow(/./);
      await storage.finishTrial(complete(0, 1));
      await expect(storage.finishTrial(complete(0, 2))).rejects.toThrow(
        'trial 0 finishes; expected one that is running',
      );
      await expect(storage.finishTrial(failed(1))).rejects.toThrow(
        'trial 1 finishes; expected one that is running',
      );
      expect((await storage.read()).trials).toEqual([complete(0, 1)]);
    });

    test('a trial that can’t be stored whole changes nothing', async () => {
      await storage.startTrial(running(0));
      const trial = complete(0, 1);
      const [point] = trial.training.curve;
      const broken = { ...trial, training: { ...trial.training, curve: [point, point] } };
      await expect(storage.finishTrial(broken)).rejects.toThrow(/./);
      expect((await storage.read()).trials).toEqual([running(0)]);
    });

    test('policies come back in order of iteration, bit for bit', async () => {
      const snapshots = [0, 1, 2].map((iteration) => ({
        iteration,
        probabilities: [
          [1 / 3, 2 / 3],
          [0.1, 0.2, 0.7 + iteration],
        ],
      }));
      for (const snapshot of snapshots) await storage.addPolicy(snapshot);
      expect((await storage.read()).policies).toEqual(snapshots);
      expect((await reopen()).policies).toEqual(snapshots);
    });

    test('models come back, the last one of a path, and are listed by path', async () => {
      const trial = { kind: 'model', path: 'models/trial-3.safetensors', trial: 3 } as const;
      const winner = { kind: 'model', path: 'models/winner.safetensors', trial: undefined } as const;
      await storage.saveModel(winner, createModel(1));
      await storage.saveModel(trial, createModel(2));
      await storage.saveModel(winner, createModel(3));
      expect((await reopen()).artifacts).toEqual([trial, winner]);
      expect((await study.loadModel(trial.path)).parameters[0]).toBe(2);
      expect((await study.loadModel(winner.path)).parameters[0]).toBe(3);
    });

    test('a finished study keeps its state and verdict, and forgets trials that were still running', async () => {
      for (const number of [0, 1]) await storage.startTrial(running(number));
      await storage.finishTrial(complete(0, 250, 992));
      await storage.finish('complete', verdict);
      const snapshot = await reopen();
      expect(snapshot.state).toBe('complete');
      expect(snapshot.verdict).toEqual(verdict);
      expect(snapshot.trials).toEqual([complete(0, 250, 992)]);
    });

    test('a study that goes on runs, keeps what ended, and has forgotten what was running', async () => {
      for (const number of [0, 1]) await storage.startTrial(running(number));
      await storage.finishTrial(complete(0, 250, 992));
      await reopen();
      const snapshot = await storage.begin();
      expect(snapshot).toMatchObject({ state: 'running', trials: [complete(0, 250, 992)] });
      expect(await storage.read()).toEqual(snapshot);
      await storage.startTrial(running(1));
      await storage.finish('interrupted');
      expect(await storage.begin()).toEqual(snapshot);
    });

    test('results of jobs are kept until the study is complete, and take the place of their states', async () => {
      const [label, other] = ['a', 'b'].map((digit) => digit.repeat(64));
      const problems: string[] = [];
      const read = (of: string) => storage.checkpoints.readResult(of, (problem) => problems.push(problem));
      expect(await read(label)).toBeUndefined();
      const result = { score: -0, returns: Float64Array.of(1, Number.NaN), curve: [{ step: 1 }] };
      await writeNextCheckpoint(storage.checkpoints.stateFile(label), label, { step: 1 });
      await storage.checkpoints.writeResult(label, result);
      expect(await readCheckpoint(storage.checkpoints.stateFile(label), label)).toBeUndefined();
      await reopen();
      expect(await read(label)).toEqual(result);
      expect(await read(other)).toBeUndefined();
      await storage.finish('interrupted');
      expect(await read(label)).toEqual(result);
      await storage.finish('complete');
      expect(await read(label)).toBeUndefined();
      expect(problems).toEqual([]);
    });

    test('what is shown while it runs is no part of it', async () => {
      await storage.startTrial(running(0));
      const before = await storage.read();
      const training: LiveTraining = {
        key: { kind: 'trial', number: 0 },
        step: 496,
        totalSteps: 1000,
        episodes: 5,
        averageReturn: undefined,
        curve: complete(0, 1).training.curve,
        score: undefined,
      };
      await storage.showTraining(training);
      await storage.showTraining({ ...training, key: { kind: 'retraining', round: 1, name: '64,relu' } });
      await storage.showTraining({ ...training, step: 992 });
      await storage.showStanding({ share: 0.5, secondsLeft: undefined });
      expect(await storage.read()).toEqual(before);
      await storage.hideTraining(training.key);
      await storage.hideTraining({ kind: 'shared' });
      await storage.finishTrial(complete(0, 1));
      expect(await reopen()).toEqual({ ...before, trials: [complete(0, 1)] });
      expect(await storage.begin()).toEqual({ ...before, trials: [complete(0, 1)] });
      await storage.finish('complete', verdict);
      expect(await storage.read()).toEqual({
        ...before,
        state: 'complete',
        trials: [complete(0, 1)],
        verdict,
      });
    });

    test.each(['interrupted', 'failed'] as const)('a study can end as %s', async (state) => {
      await storage.finish(state);
      expect(await storage.read()).toMatchObject({ state, verdict: undefined });
    });
  });
}
