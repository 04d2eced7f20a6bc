import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVectorEnvironment } from '../environments/registry.ts';
import { InlineExecutor } from '../execution/inline.ts';
import { ThreadExecutor } from '../execution/threads.ts';
import { parseArchitecture } from '../networks/architecture.ts';
import { loadModel } from '../networks/model-file.ts';
import { createStudyFolder, openStudyFolder } from '../storage/study-folder.ts';
import { findSpace } from '../search/space.ts';
import { parseStudyConfiguration, type StudyConfigurationInput } from './configuration.ts';
import type { Executor } from './executor.ts';
import { StudySeeds } from './seeds.ts';
import type { StudySnapshot } from './storage.ts';
import type { StudyEvent } from './events.ts';
import { Study, type StudyResult } from './study.ts';
import { rankArchitectures, rankCandidates, type Trial } from './trial.ts';
import { TrialWork } from './trial-work.ts';
import { type Finalist, findWinner, medianRun } from './verdict.ts';

const versions = { touchdown: '1.2.3', node: process.versions.node, kernels: 'wasm' };
const lander = createVectorEnvironment('LunarLander-v3', 1).spec;

/** 6 trials of 2,000 steps, 2 finalists on 3 seeds. */
const small: StudyConfigurationInput = {
  space: 'lunar-lander-quick',
  strategy: { name: 'children', iterations: 2, samplesPerIteration: 3 },
  seed: 5,
  trial: { steps: 2000, validationEpisodes: 3 },
  hyperparameters: { learningStarts: 200, bufferSize: 4000, batchSize: 32 },
  verification: { finalists: 2, seeds: 3, steps: 1000, episodes: 4 },
};

/** With random search at equal work. */
const controlled: StudyConfigurationInput = {
  ...small,
  verification: { ...small.verification, control: true },
};

/** One-shot, with 2 iterations of 3 samples and 8 final scores; two-layer networks up to 256 wide, whose updates threads share. */
const oneShot: StudyConfigurationInput = {
  ...controlled,
  space: { layers: [2], units: [32, 256], activations: ['relu', 'sigmoid'] },
  strategy: {
    name: 'enas',
    totalSteps: 4000,
    iterations: 2,
    samplesPerIteration: 3,
    episodesPerSample: 2,
    candidates: 8,
    candidateEpisodes: 2,
  },
};

let base: string;
let count = 0;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'touchdown-study-'));
});
afterAll(async () => {
  await rm(base, { recursive: true, force: true });
});

interface Run {
  readonly folder: string;
  readonly result: StudyResult;
  readonly events: readonly StudyEvent[];
  /** What the folder says when it is opened again. */
  readonly snapshot: StudySnapshot;
}

async function runStudy(
  input: StudyConfigurationInput,
  executor: Executor,
  controller = new AbortController(),
  onEvent: (event: StudyEvent) => void = () => {},
): Promise<Run> {
  const folder = join(base, `study-${++count}`);
  const configuration = parseStudyConfiguration(input);
  const study = new Study(configuration, lander);
  const storage = await createStudyFolder(folder, configuration, versions);
  const events: StudyEvent[] = [];
  try {
    const result = await study.run({
      executor,
      storage,
      signal: controller.signal,
      onEvent: (event) => {
        events.push(event);
        onEvent(event);
      },
    });
    await storage.close();
    const reopened = await openStudyFolder(folder);
    const snapshot = await reopened.read();
    await reopened.close();
    return { folder, result, events, snapshot };
  } finally {
    await storage.close();
    await executor.close();
  }
}

/** Without what differs from run to run. */
const timeless = <Timed extends { readonly seconds: number }>(timed: Timed) => ({ ...timed, seconds: 0 });
const timelessRuns = (finalist: Finalist) => ({ ...finalist, runs: finalist.runs.map(timeless) });
const table = (snapshot: StudySnapshot) =>
  snapshot.trials.map((trial) => (trial.state === 'running' ? trial : timeless(trial)));
const verdictOf = ({ verdict }: StudySnapshot) => {
  if (!verdict) throw new Error('expected a verdict');
  const { finalists, control } = verdict;
  return {
    ...verdict,
    finalists: finalists.map(timelessRuns),
    control: control && { ...control, finalists: control.finalists.map(timelessRuns) },
  };
};

// Each study trains a dozen agents or more, most in threads that start first: a second or two each.
describe('Study', () => {
  test.each([
    ['of trials', controlled],
    ['one-shot', oneShot],
  ])(
    'a study %s with 1 worker, with 2 workers and without threads has the same trials, policies and verdict, bit for bit',
    async (_kind, configuration) => {
      const runs = [];
      for (const executor of [new InlineExecutor(), new ThreadExecutor(1), new ThreadExecutor(2)]) {
        runs.push(await runStudy(configuration, executor));
      }
      const [first, ...others] = runs.map(({ snapshot }) => ({
        trials: table(snapshot),
        policies: snapshot.policies,
        artifacts: snapshot.artifacts,
        verdict: verdictOf(snapshot),
      }));
      expect(first.trials.length).toBeGreaterThan(6);
      expect(first.verdict.control?.finalists.length).toBeGreaterThan(0);
      expect(first.trials.every((trial) => trial.state === 'complete')).toBe(true);
      for (const other of others) expect(other).toEqual(first);
      const models = await Promise.all(
        runs.map(
          async ({ folder }) => (await loadModel(join(folder, 'models/winner.safetensors'))).parameters,
        ),
      );
      for (const parameters of models) expect(parameters).toEqual(models[0]);
    },
  );

  test('a one-shot search records its samples, then the scores that its finalists are chosen by; the control has as much work', async () => {
    const { result, snapshot, events } = await runStudy(oneShot, new InlineExecutor());
    expect(snapshot.trials).toEqual(result.trials);
    expect(result.trials.map(({ number }) => number)).toEqual([...result.trials.keys()]);
    const ofPhase = (phase: Trial['phase']) => result.trials.filter((trial) => trial.phase === phase);
    expect(ofPhase('search')).toHaveLength(6);
    const final = ofPhase('final');
    expect(new Set(final.map(({ name }) => name)).size).toBe(8);
    expect(snapshot.policies.map(({ iteration }) => iteration)).toEqual([0, 1, 2]);
    expect(result.verdict?.finalists.map(({ candidate }) => candidate)).toEqual(
      rankCandidates(result.trials, 'final').slice(0, 2),
    );
    const control = result.verdict?.control;
    expect(control?.searchWork).toBeGreaterThan(4000 * 150_000);
    expect(control?.work).toBeGreaterThan(0);
    const progress = events.filter(({ kind }) => kind === 'one-shot-progress');
    expect(progress.at(-1)).toMatchObject({ progress: { totalSteps: 8000 } });
  });

  test('a one-shot search can be stopped at any time; what it had scored stays', async () => {
    const controller = new AbortController();
    const { result, snapshot } = await runStudy(oneShot, new InlineExecutor(), controller, (event) => {
      if (event.kind === 'trial-finished' && event.trial.number === 2) controller.abort();
    });
    expect(result.state).toBe('interrupted');
    expect(snapshot.state).toBe('interrupted');
    expect(snapshot.trials.length).toBeGreaterThanOrEqual(3);
    expect(snapshot.trials.length).toBeLessThan(14);
  });

  test('a space whose networks can’t share weights is refused before anything happens', () => {
    const configuration = parseStudyConfiguration({
      ...oneShot,
      space: { layers: [1], units: [8], hyperparameters: { gamma: [0.9, 0.99] } },
    });
    expect(() => new Study(configuration, lander)).toThrow('strategy enas in space');
  });

  test('its record has trials, policies, the model of every best trial so far, and the verdict', async () => {
    const { folder, result, snapshot, events } = await runStudy(small, new InlineExecutor());
    expect(result.state).toBe('complete');
    expect(snapshot.state).toBe('complete');
    expect(snapshot.configuration).toEqual(parseStudyConfiguration(small));
    expect(snapshot.trials).toEqual(result.trials);
    expect(snapshot.verdict).toEqual(result.verdict);
    expect(snapshot.policies.map(({ iteration }) => iteration)).toEqual([0, 1, 2]);
    expect(snapshot.policies[2].probabilities).not.toEqual(snapshot.policies[0].probabilities);

    const seeds = new StudySeeds(5);
    expect(snapshot.trials.map((trial) => trial.seed)).toEqual([0, 1, 2, 3, 4, 5].map((n) => seeds.trial(n)));
    const [winner] = rankArchitectures(snapshot.trials, 'search');
    expect(snapshot.verdict?.finalists.map((finalist) => finalist.candidate)).toEqual(
      rankCandidates(snapshot.trials, 'search').slice(0, 2),
    );
    const model = await loadModel(join(folder, `models/trial-${winner.number}.safetensors`));
    expect(model.architecture).toEqual(parseArchitecture(winner.architecture));
    expect(model.metadata).toMatchObject({
      seed: winner.seed,
      scores: { validationMean: winner.score, validationEpisodes: 3 },
    });
    expect(snapshot.artifacts.map(({ path }) => path)).toContain('models/winner.safetensors');

    const kinds = events.map((event) => event.kind).filter((kind) => !kind.endsWith('-progress'));
    expect(kinds).toEqual([
      'policy',
      ...Array.from({ length: 2 }, () => [
        ...Array.from({ length: 3 }, () => ['trial-started', 'trial-trained', 'trial-finished']),
        'policy',
      ]).flat(2),
      'verification-started',
      ...Array.from({ length: 6 }, () => 'run-finished'),
      'verdict',
    ]);
  });

  test('finalists are retrained from scratch, all steps, on test episodes, on the same seeds; the model kept is the median run’s', async () => {
    const { folder, result } = await runStudy(small, new InlineExecutor());
    const { verdict } = result;
    if (!verdict) throw new Error('expected a verdict');
    const seeds = new StudySeeds(5);
    for (const { runs } of verdict.finalists) {
      expect(runs.map(({ seed }) => seed)).toEqual([1, 2, 3].map((round) => seeds.verification(round)));
    }
    const winner = findWinner(verdict.finalists);
    const median = winner && medianRun(winner);
    if (!median) throw new Error('expected a complete run');
    expect(median.training.steps).toBe(1000);
    const executor = new InlineExecutor();
    const configuration = parseStudyConfiguration(small);
    const again = await executor.run(
      {
        environment: configuration.environment,
        architecture: winner.candidate.architecture,
        hyperparameters: configuration.hyperparameters,
        totalSteps: 1000,
        stopWhenSolved: false,
        seed: median.seed,
        evaluationSeeds: seeds.testEpisodes(4),
      },
      { signal: new AbortController().signal, onProgress: () => {} },
    );
    if (again.state !== 'complete') throw new Error(again.error);
    expect([...again.returns]).toEqual(median.returns);
    const model = await loadModel(join(folder, 'models/winner.safetensors'));
    expect(model.parameters).toEqual(again.parameters);
    expect(model.metadata).toMatchObject({ seed: median.seed, scores: { evaluationMean: median.score } });
    expect(verdict.winner).toMatchObject({ seed: median.seed, score: median.score });
  });

  test('the control does as much work as the search and no more; its trials count on and are trained from scratch', async () => {
    const { result, snapshot, events } = await runStudy(controlled, new InlineExecutor());
    const trials = result.trials.filter(({ phase }) => phase === 'control');
    expect(result.trials.map(({ number }) => number)).toEqual([...result.trials.keys()]);
    expect(snapshot.trials).toEqual(result.trials);
    const works = new TrialWork(findSpace('lunar-lander-quick'), parseStudyConfiguration(controlled), 8, 4);
    const workOf = (phase: Trial['phase']) =>
      result.trials.filter((trial) => trial.phase === phase).reduce((sum, trial) => sum + works.of(trial), 0);
    const control = result.verdict?.control;
    expect(control).toMatchObject({
      trials: trials.length,
      work: workOf('control'),
      searchWork: workOf('search'),
    });
    expect(workOf('control')).toBeLessThanOrEqual(workOf('search'));
    expect(new Set(trials.map(({ architecture }) => architecture)).size).toBe(trials.length);
    expect(control?.finalists.map((finalist) => finalist.candidate)).toEqual(
      rankCandidates(result.trials, 'control').slice(0, 2),
    );
    expect(control?.comparison?.outcome).toMatch(/^(better|tied|worse)$/);
    expect(events.filter(({ kind }) => kind === 'budget-progress')).toHaveLength(trials.length);
  });

  test('what is too large is neither retrained nor tried by the control, and the verdict says so', async () => {
    const maxParameters = 5000;
    const { result } = await runStudy(
      { ...controlled, verification: { ...controlled.verification, seeds: 1, maxParameters } },
      new InlineExecutor(),
    );
    const ranking = rankCandidates(result.trials, 'search');
    const large = ranking.filter(({ parameterCount }) => parameterCount > maxParameters);
    expect(large.length).toBeGreaterThan(0);
    expect(result.verdict?.leftOut).toEqual({ count: large.length, best: large[0] });
    const retrained = [...(result.verdict?.finalists ?? []), ...(result.verdict?.control?.finalists ?? [])];
    const tried = result.trials.filter(({ phase }) => phase === 'control');
    for (const parameters of [
      ...retrained.map(({ candidate }) => candidate.parameterCount),
      ...tried.map(({ parameterCount }) => parameterCount),
    ]) {
      expect(parameters).toBeLessThanOrEqual(maxParameters);
    }
    expect(tried.length).toBeGreaterThan(0);
  });

  test('trials and verification use the hyperparameters of the sample in place of the study’s', async () => {
    const { folder, result, snapshot } = await runStudy(
      {
        ...small,
        space: { layers: [1], units: [8], hyperparameters: { learningRate: [0.002, 0.004], nSteps: [1, 2] } },
        strategy: { name: 'random', trials: 4 },
      },
      new InlineExecutor(),
    );
    // One architecture, four combinations: all of them are ranked.
    expect(rankArchitectures(result.trials, 'search')).toHaveLength(4);
    expect(new Set(snapshot.trials.map((trial) => trial.state === 'complete' && trial.score)).size).toBe(4);
    const [best] = rankArchitectures(snapshot.trials, 'search');
    const winner = result.verdict && findWinner(result.verdict.finalists);
    for (const [name, sample] of [
      [`trial-${best.number}`, best.sample],
      ['winner', winner?.candidate.sample],
    ] as const) {
      const model = await loadModel(join(folder, `models/${name}.safetensors`));
      expect(model.metadata.hyperparameters).toMatchObject({
        learningRate: [0.002, 0.004][sample?.[2] ?? -1],
        nSteps: [1, 2][sample?.[3] ?? -1],
        batchSize: 32,
      });
    }
    expect(new Set(result.verdict?.finalists.map(({ candidate }) => candidate.name)).size).toBe(2);
  });

  test('another seed is another study', async () => {
    const random: StudyConfigurationInput = { ...small, strategy: { name: 'random', trials: 3 } };
    const one = await runStudy(random, new InlineExecutor());
    const other = await runStudy({ ...random, seed: 6 }, new InlineExecutor());
    expect(table(one.snapshot)).not.toEqual(table(other.snapshot));
    expect(one.snapshot.policies).toEqual([]);
  });

  test('an abort leaves the committed trials, the state interrupted, and no verdict; they are those of the whole study', async () => {
    const whole = await runStudy(small, new InlineExecutor());
    const controller = new AbortController();
    const { result, snapshot } = await runStudy(small, new ThreadExecutor(2), controller, (event) => {
      if (event.kind === 'trial-finished' && event.trial.number === 1) controller.abort();
    });
    expect(result.state).toBe('interrupted');
    expect(snapshot).toMatchObject({ state: 'interrupted', verdict: undefined });
    expect(snapshot.trials.length).toBeGreaterThanOrEqual(2);
    expect(snapshot.trials.length).toBeLessThan(6);
    expect(table(snapshot)).toEqual(table(whole.snapshot).slice(0, snapshot.trials.length));
  });

  test('an abort during the verification keeps all trials', async () => {
    const controller = new AbortController();
    const { result, snapshot } = await runStudy(small, new InlineExecutor(), controller, (event) => {
      if (event.kind === 'verification-started') controller.abort();
    });
    expect(result).toMatchObject({ state: 'interrupted', verdict: undefined });
    expect(snapshot.trials).toHaveLength(6);
  });

  test('trials that fail are recorded with their error, and a study of failures completes without a verdict', async () => {
    const { result, snapshot } = await runStudy(
      { ...small, hyperparameters: { ...small.hyperparameters, learningRate: 1e38, loss: 'squared' } },
      new ThreadExecutor(2),
    );
    expect(result).toMatchObject({ state: 'complete', verdict: undefined });
    expect(snapshot.trials).toHaveLength(6);
    for (const trial of snapshot.trials) {
      expect(trial).toMatchObject({ state: 'failed', error: expect.stringContaining('diverged') });
    }
    expect(snapshot.artifacts).toEqual([]);
  });

  test('an error of a port ends the study as failed and is thrown', async () => {
    const configuration = parseStudyConfiguration(small);
    const folder = join(base, `study-${++count}`);
    const storage = await createStudyFolder(folder, configuration, versions);
    const executor = new InlineExecutor();
    const study = new Study(configuration, lander);
    // Where the folder of models should be is a file: the first model can't be written.
    await rm(join(folder, 'models'), { recursive: true });
    await writeFile(join(folder, 'models'), '');
    await expect(study.run({ executor, storage })).rejects.toThrow('cannot write model');
    expect(await storage.read()).toMatchObject({ state: 'failed', trials: [] });
    await storage.close();
  });

  test('what doesn’t fit together is refused before anything happens', () => {
    const configuration = parseStudyConfiguration(small);
    expect(() => new Study(configuration, { ...lander, id: 'CartPole-v1' })).toThrow(
      "environment CartPole-v1; expected the configuration's, LunarLander-v3",
    );
    expect(() => new Study(configuration, { ...lander, rewardThreshold: undefined })).toThrow(
      'strategy children on a task with reward threshold none',
    );
    const box = { kind: 'box', low: [-1], high: [1] } as const;
    expect(() => new Study(configuration, { ...lander, actionSpace: box })).toThrow(
      'LunarLander-v3 has actions of kind "box"; DQN expects "discrete"',
    );
    expect(new Study(configuration, lander)).toMatchObject({ trialCount: 6, iterationSize: 3 });
  });
});
