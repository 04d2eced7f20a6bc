/** What every executor promises (src/study/executor.ts), run against each implementation. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDqnHyperparameters } from '../../src/agents/dqn.ts';
import { validationSeeds } from '../../src/agents/seeds.ts';
import { writeCheckpoint } from '../../src/files/checkpoint-file.ts';
import { RandomStream } from '../../src/random/random-stream.ts';
import { createSpace } from '../../src/search/create-space.ts';
import { Controller } from '../../src/search/enas/controller.ts';
import type { OneShotProgress } from '../../src/search/enas/shared-training.ts';
import { choiceCounts } from '../../src/search/space.ts';
import { parseSpaceDefinition } from '../../src/search/space-definition.ts';
import type {
  CheckpointEvent,
  CompleteResult,
  Executor,
  ReplicaJob,
  RunningReplica,
  TrialJob,
  TrialProgress,
  TrialResult,
} from '../../src/study/executor.ts';

export interface ExecutorCase {
  readonly name: string;
  readonly create: () => Executor;
}

/** A training of a tenth of a second or so. */
export function createJob(overrides: Partial<TrialJob> = {}): TrialJob {
  return {
    environment: { id: 'LunarLander-v3', options: {} },
    architecture: '16,relu,8,sigmoid',
    hyperparameters: parseDqnHyperparameters({ learningStarts: 200, bufferSize: 4000, batchSize: 32 }),
    totalSteps: 3000,
    stopWhenSolved: false,
    seed: 11,
    evaluationSeeds: validationSeeds(new RandomStream(5), 4),
    ...overrides,
  };
}

const neverAborts = new AbortController().signal;
const silent = () => {};
const run = (executor: Executor, job: TrialJob) =>
  executor.run(job, { signal: neverAborts, onProgress: silent });

/** @throws Error when the job failed. */
export async function complete(result: TrialResult | Promise<TrialResult>): Promise<CompleteResult> {
  const settled = await result;
  if (settled.state === 'failed') throw new Error(`the job failed: ${settled.error}`);
  return settled;
}

/** Everything but the time. */
export function outcomeOf({ training, returns, parameters }: CompleteResult) {
  return { training, returns, parameters };
}

const space = createSpace(parseSpaceDefinition({ layers: [2], units: [8, 16], activations: ['relu'] }));
/** Parameters of a controller that has learnt nothing. */
export const replicaPolicy = new Controller(choiceCounts(space), new RandomStream(1)).parameters;

/** A shared training of a tenth of a second or so. */
export const createReplicaJob = (
  seed: number,
  settings: Partial<ReplicaJob['settings']> = {},
): ReplicaJob => ({
  environment: { id: 'LunarLander-v3', options: {} },
  space: parseSpaceDefinition({ layers: [2], units: [8, 16], activations: ['relu'] }),
  settings: {
    totalSteps: 3000,
    warmup: 0.5,
    uniformShare: 0.1,
    tooLargeShare: 0.25,
    maxFamilies: 16,
    episodesPerSample: 2,
    candidateEpisodes: 2,
    tuningSteps: 400,
    ...settings,
  },
  hyperparameters: createJob().hyperparameters,
  seed,
});

/** Of all replicas at once: scores of two networks and a tuned one, the work, and whether there was progress. */
async function trainAndScore(executor: Executor, jobs: readonly ReplicaJob[]) {
  const progress = jobs.map((): OneShotProgress[] => []);
  const replicas = executor.startReplicas(
    jobs,
    jobs.map((_, i) => ({ signal: neverAborts, onProgress: (latest) => progress[i].push(latest) })),
  );
  try {
    return await Promise.all(
      replicas.map(async (replica, i) => {
        await replica.train(1000, replicaPolicy);
        await replica.train(3000, replicaPolicy);
        const shared = await replica.score(
          [
            [0, 0, 0, 0],
            [1, 0, 1, 0],
          ],
          [1, 2],
        );
        const scores = [...shared, await replica.tune([1, 0, 0, 0], [1, 2])];
        return { scores, work: await replica.finish(), heard: progress[i].length > 0 };
      }),
    );
  } finally {
    await Promise.all(replicas.map((replica) => replica.close()));
  }
}

/** A signal that aborts after so many checkpoints have been written. */
function stopAfter(checkpoints: number) {
  const controller = new AbortController();
  let written = 0;
  const onCheckpoint = ({ kind }: CheckpointEvent) => {
    if (kind === 'checkpoint' && ++written === checkpoints) controller.abort(new Error('stopped'));
  };
  return { signal: controller.signal, onCheckpoint };
}

export function describeExecutor({ name, create }: ExecutorCase): void {
  describe(`executor contract: ${name}`, () => {
    let executor: Executor;
    let folder: string;
    beforeAll(async () => {
      executor = create();
      folder = await mkdtemp(join(tmpdir(), 'touchdown-executor-'));
    });
    afterAll(async () => {
      await executor.close();
      await rm(folder, { recursive: true });
    });

    test('trains, then plays one greedy episode per seed', async () => {
      const job = createJob();
      const { training, returns, parameters, seconds } = await complete(run(executor, job));
      expect(training.steps).toBe(job.totalSteps);
      expect(training.updates).toBe((job.totalSteps - 200) / 2);
      expect(training.episodes).toBeGreaterThan(0);
      expect(training.curve.length).toBeGreaterThan(0);
      expect(training.solvedAt).toBeUndefined();
      expect(returns).toHaveLength(4);
      expect(returns.every(Number.isFinite)).toBe(true);
      expect(parameters).toHaveLength(8 * 16 + 16 + 16 * 8 + 8 + 8 * 4 + 4);
      expect(seconds).toBeGreaterThan(0);
    });

    test('the same job has the same result, bit for bit, alone or beside others', async () => {
      const alone = outcomeOf(await complete(run(executor, createJob())));
      const jobs = [createJob(), createJob({ seed: 12 }), createJob(), createJob({ seed: 13 })];
      const beside = await Promise.all(jobs.map((job) => complete(run(executor, job))));
      expect(outcomeOf(beside[0])).toEqual(alone);
      expect(outcomeOf(beside[2])).toEqual(alone);
      expect(beside[1].parameters).not.toEqual(alone.parameters);
    });

    test('jobs begin in the order in which they were given', async () => {
      const begun = new Set<number>();
      const jobs = Array.from({ length: 8 }, (_, seed) => createJob({ seed, totalSteps: 12_000 }));
      await Promise.all(
        jobs.map((job) =>
          executor.run(job, { signal: neverAborts, onProgress: () => void begun.add(job.seed) }),
        ),
      );
      // Those that run at once may be heard in any order.
      for (const [place, seed] of [...begun].entries())
        expect(Math.abs(seed - place)).toBeLessThan(executor.parallelism);
      expect(begun.size).toBe(jobs.length);
    });

    test('starts from the initial layers, and draws the layers left open as if all were drawn', async () => {
      // No update happens, so the trained parameters are the initial ones.
      const still = { totalSteps: 64, evaluationSeeds: [1] };
      const drawn = (await complete(run(executor, createJob(still)))).parameters;
      const middle = new Float32Array(16 * 8 + 8).fill(0.5);
      const job = createJob({ ...still, initialLayers: [undefined, middle, undefined] });
      const started = (await complete(run(executor, job))).parameters;
      const first = 8 * 16 + 16;
      expect(started.subarray(first, first + middle.length)).toEqual(middle);
      expect(started.subarray(0, first)).toEqual(drawn.subarray(0, first));
      expect(started.subarray(first + middle.length)).toEqual(drawn.subarray(first + middle.length));
      expect(middle.every((value) => value === 0.5)).toBe(true);
    });

    test('tells progress while it trains, and the learning curve as it grows', async () => {
      const seen: TrialProgress[] = [];
      const job = createJob({ totalSteps: 20_000 });
      const running = executor.run(job, {
        signal: neverAborts,
        onProgress: (progress) => seen.push(progress),
      });
      const { training } = await complete(running);
      expect(seen.length).toBeGreaterThan(0);
      const points = seen.flatMap(({ newPoints }) => newPoints);
      expect(points.length).toBeGreaterThan(0);
      // What came after the last report is in the result alone.
      expect(points).toEqual(training.curve.slice(0, points.length));
      for (const [i, progress] of seen.entries()) {
        expect(progress.totalSteps).toBe(20_000);
        expect(progress.step).toBeGreaterThan(seen[i - 1]?.step ?? 0);
        for (const { step } of progress.newPoints) expect(step).toBeLessThanOrEqual(progress.step);
      }
    });

    test.each([
      ['an environment that isn’t there', { environment: { id: 'Moon-v0', options: {} } }, 'Moon-v0'],
      ['an impossible option', { environment: { id: 'LunarLander-v3', options: { gravity: 5 } } }, 'gravity'],
      ['an architecture that isn’t one', { architecture: '16,relu,8' }, '16,relu,8'],
      [
        'an initial layer of the wrong size',
        { initialLayers: [new Float32Array(3), undefined, undefined] },
        'initial layer 0 of 3 parameters; expected 144',
      ],
      [
        'a training that diverges',
        {
          hyperparameters: parseDqnHyperparameters({
            learningStarts: 0,
            learningRate: 1e38,
            loss: 'squared',
          }),
        },
        'diverged',
      ],
    ] as const)(
      '%s is a failed result in one line, and the next job runs',
      async (_what, overrides, error) => {
        const result = await run(executor, createJob(overrides));
        expect(result).toMatchObject({ state: 'failed', error: expect.stringContaining(error) });
        expect(result).toMatchObject({ error: expect.not.stringContaining('\n') });
        await complete(run(executor, createJob({ totalSteps: 64 })));
      },
    );

    test('an abort stops running and waiting jobs within 2 s with the signal’s reason, and the next job runs', async () => {
      const controller = new AbortController();
      const reason = new Error('enough');
      let began: (() => void) | undefined;
      const begun = new Promise<void>((resolve) => {
        began = resolve;
      });
      const jobs = Array.from({ length: executor.parallelism + 1 }, () =>
        executor.run(createJob({ totalSteps: 100_000_000 }), {
          signal: controller.signal,
          onProgress: () => began?.(),
        }),
      );
      const ends = Promise.allSettled(jobs);
      await begun;
      const start = performance.now();
      controller.abort(reason);
      for (const end of await ends) expect(end).toEqual({ status: 'rejected', reason });
      expect(performance.now() - start).toBeLessThan(2000);
      await complete(run(executor, createJob({ totalSteps: 64 })));
    });

    test('a signal that has aborted before stops the job before it begins', async () => {
      const signal = AbortSignal.abort(new Error('too late'));
      await expect(executor.run(createJob(), { signal, onProgress: silent })).rejects.toThrow('too late');
    });

    test('a job that was stopped goes on from its checkpoint, to the result of one that never stopped', async () => {
      const job = createJob({ totalSteps: 120_000 });
      const whole = outcomeOf(await complete(run(executor, job)));
      const checkpoint = { file: join(folder, 'trial'), label: 'trial', interval: 0 };
      const steps: number[] = [];
      const runUntil = (checkpoints: number) => {
        const { signal, onCheckpoint } = stopAfter(checkpoints);
        return executor.run(job, {
          signal,
          onProgress: ({ step }) => steps.push(step),
          checkpoint,
          onCheckpoint,
        });
      };
      for (const checkpoints of [2, 3, 2]) await expect(runUntil(checkpoints)).rejects.toThrow('stopped');
      expect(outcomeOf(await complete(runUntil(Number.POSITIVE_INFINITY)))).toEqual(whole);
      expect(steps.length).toBeGreaterThan(3);
    });

    test('a checkpoint of another job, or a damaged one, is told of and not used', async () => {
      const job = createJob();
      const whole = outcomeOf(await complete(run(executor, job)));
      const file = join(folder, 'foreign');
      await writeCheckpoint(file, 'another', { step: 1 });
      const problems: string[] = [];
      const result = executor.run(job, {
        signal: neverAborts,
        onProgress: silent,
        checkpoint: { file, label: 'mine', interval: 1000 },
        onCheckpoint: (event) => problems.push(event.kind === 'checkpoint-problem' ? event.problem : ''),
      });
      expect(outcomeOf(await complete(result))).toEqual(whole);
      expect(problems).toEqual([
        `checkpoint "${file}" can't be used: it is of another; expected one of mine`,
      ]);
    });

    test('a checkpoint that can’t be written is told of, and the job goes on', async () => {
      const job = createJob({ totalSteps: 12_000 });
      const whole = outcomeOf(await complete(run(executor, job)));
      const below = join(folder, 'a-file');
      await writeFile(below, '');
      const problems: string[] = [];
      const result = executor.run(job, {
        signal: neverAborts,
        onProgress: silent,
        checkpoint: { file: join(below, 'trial'), label: 'mine', interval: 0 },
        onCheckpoint: (event) => problems.push(event.kind === 'checkpoint-problem' ? event.problem : ''),
      });
      expect(outcomeOf(await complete(result))).toEqual(whole);
      expect(problems.at(-1)).toMatch(/^no checkpoint ".*trial": E/);
    });

    test('replicas that were stopped go on from their checkpoints, asked again from the beginning', async () => {
      const job = createReplicaJob(1, { totalSteps: 72_000 });
      const samples = [
        [0, 0, 0, 0],
        [1, 0, 1, 0],
      ];
      const ask = async (replica: RunningReplica) => {
        await replica.train(24_000, replicaPolicy);
        const first = await replica.score(samples, [1, 2]);
        await replica.train(48_000, replicaPolicy);
        return [first, await replica.score(samples, [3, 4]), await replica.finish()];
      };
      const [plain] = executor.startReplicas([job], [{ signal: neverAborts, onProgress: silent }]);
      const whole = await ask(plain);
      await plain.close();
      const checkpoint = { file: join(folder, 'replica'), label: 'replica', interval: 0 };
      let begins: number | undefined;
      const askUntil = async (checkpoints: number) => {
        const { signal, onCheckpoint } = stopAfter(checkpoints);
        begins = undefined;
        const onProgress = ({ step }: OneShotProgress) => (begins ??= step);
        const options = { signal, onProgress, checkpoint, onCheckpoint };
        const [replica] = executor.startReplicas([job], [options]);
        try {
          return await ask(replica);
        } finally {
          await replica.close();
        }
      };
      for (const checkpoints of [2, 3, 2]) await expect(askUntil(checkpoints)).rejects.toThrow('stopped');
      const state = (await stat(checkpoint.file)).size;
      expect(await askUntil(Number.POSITIVE_INFINITY)).toEqual(whole);
      expect(begins).toBeGreaterThan(0);
      // One that was finished answers without training, and keeps nothing else.
      expect(await askUntil(1)).toEqual(whole);
      expect(begins).toBeGreaterThanOrEqual(48_000);
      expect((await stat(checkpoint.file)).size).toBeLessThan(state / 10);
    });

    test('replicas train and score as their jobs say, bit for bit, whatever runs beside them', async () => {
      const alone = await trainAndScore(executor, [createReplicaJob(1)]);
      const beside = await trainAndScore(executor, [createReplicaJob(2), createReplicaJob(1)]);
      expect(beside[1]).toEqual(alone[0]);
      expect(beside[0]).not.toEqual(alone[0]);
      expect(alone[0].heard).toBe(true);
      expect(alone[0].work).toBeGreaterThan(0);
      expect(alone[0].scores.map(({ score }) => Number.isFinite(score))).toEqual([true, true, true]);
    });

    test('what goes wrong in a replica is thrown where it was asked, and it can be closed', async () => {
      const job = createReplicaJob(1);
      const hyperparameters = { ...job.hyperparameters, learningStarts: 0, learningRate: 1e38 };
      const options = { signal: neverAborts, onProgress: silent };
      const [replica] = executor.startReplicas([{ ...job, hyperparameters }], [options]);
      await expect(replica.train(3000, replicaPolicy)).rejects.toThrow(
        'the training of every network drawn has diverged',
      );
      await replica.close();
    });

    test('an abort stops replicas within 2 s with the signal’s reason', async () => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const job = createReplicaJob(1, { totalSteps: 100_000_000 });
      const begun = Promise.withResolvers<void>();
      const options = { signal: controller.signal, onProgress: () => begun.resolve() };
      const replicas = executor.startReplicas([job, job], [options, options]);
      const ends = Promise.allSettled(replicas.map((replica) => replica.train(100_000_000, replicaPolicy)));
      await begun.promise;
      const start = performance.now();
      controller.abort(reason);
      for (const end of await ends) expect(end).toEqual({ status: 'rejected', reason });
      await Promise.all(replicas.map((replica) => replica.close()));
      expect(performance.now() - start).toBeLessThan(2000);
    });
  });
}
