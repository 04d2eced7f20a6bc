/** Studies whose search ends when a budget of work is spent. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countActions } from '../agents/dqn.ts';
import { createVectorEnvironment } from '../environments/registry.ts';
import { InlineExecutor } from '../execution/inline.ts';
import { ThreadExecutor } from '../execution/threads.ts';
import { planRungs } from '../search/halving.ts';
import { findSpace } from '../search/space.ts';
import { createStudyFolder } from '../storage/study-folder.ts';
import { parseStudyConfiguration, type StudyConfigurationInput } from './configuration.ts';
import type { StudyEvent } from './events.ts';
import type { Executor } from './executor.ts';
import { Study } from './study.ts';
import { TrialWork } from './trial-work.ts';

const lander = createVectorEnvironment('LunarLander-v3', 1).spec;
const versions = { touchdown: '1.2.3', node: process.versions.node, kernels: 'wasm' };

const small = {
  space: 'lunar-lander-quick',
  trial: { steps: 1000, validationEpisodes: 2 },
  hyperparameters: { learningStarts: 200, bufferSize: 4000, batchSize: 32 },
  verification: { finalists: 1, seeds: 1, steps: 500, episodes: 2 },
} as const satisfies StudyConfigurationInput;

let base: string;
let count = 0;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'touchdown-budget-'));
});
afterAll(async () => {
  await rm(base, { recursive: true, force: true });
});

async function runStudy(input: StudyConfigurationInput, executor: Executor = new InlineExecutor()) {
  const configuration = parseStudyConfiguration(input);
  const study = new Study(configuration, lander);
  const storage = await createStudyFolder(join(base, `study-${++count}`), configuration, versions);
  const shares: number[] = [];
  const onEvent = (event: StudyEvent) => {
    if (event.kind === 'budget-progress') shares.push(event.share);
  };
  try {
    const { trials, work } = await study.run({ executor, storage, onEvent });
    return { study, trials: trials.map((trial) => ({ ...trial, seconds: 0 })), work, shares };
  } finally {
    await storage.close();
    await executor.close();
  }
}

const workOf = (input: StudyConfigurationInput) => {
  const configuration = parseStudyConfiguration(input);
  const inputs = lander.observationSpace.low.length;
  return new TrialWork(findSpace('lunar-lander-quick'), configuration, inputs, countActions(lander));
};

test('the settings say what a search takes; with that as its budget it is the same search', async () => {
  const free = await runStudy({ ...small, strategy: { name: 'random', trials: 5 } });
  const work = workOf(small);
  expect(free.work).toBe(free.trials.reduce((sum, trial) => sum + work.of(trial), 0));
  expect(free.shares).toEqual([]);
  const budgeted = await runStudy({
    ...small,
    strategy: { name: 'random', trials: 1 },
    budget: { work: free.work ?? 0 },
  });
  expect(budgeted.trials).toEqual(free.trials);
  expect(budgeted.study.trialCount).toBe(Infinity);
  expect(budgeted.shares).toHaveLength(5);
  expect(budgeted.shares[4]).toBe(1);
});

// Of two executors one has threads that start first: two seconds.
test('a strategy goes on until its budget is spent, the same trials with any workers', async () => {
  const strategy = { name: 'children', samplesPerIteration: 2 } as const;
  const input = { ...small, strategy, budget: { work: 8e9 } };
  const runs = [];
  for (const executor of [new InlineExecutor(), new ThreadExecutor(2)]) {
    runs.push(await runStudy(input, executor));
  }
  expect(runs[1].trials).toEqual(runs[0].trials);
  expect(runs[0].trials.length).toBeGreaterThan(4);
  expect(runs[0].work).toBeLessThanOrEqual(8e9);
});

test('what is too large to be retrained is not trained where there is a budget', async () => {
  const verification = { ...small.verification, maxParameters: 3000 };
  const strategy = { name: 'grid' } as const;
  const { trials } = await runStudy({ ...small, strategy, verification, budget: { work: 1e11 } });
  expect(trials.length).toBeGreaterThan(1);
  for (const { parameterCount } of trials) expect(parameterCount).toBeLessThanOrEqual(3000);
});

test('halving has as many configurations as its budget has room for', () => {
  const strategy = { name: 'halving', minimumSteps: 200, configurations: 2 } as const;
  const configurationsOf = (work: number) => {
    const { rungs } = new Study(parseStudyConfiguration({ ...small, strategy, budget: { work } }), lander);
    expect(rungs).toEqual(
      planRungs({ configurations: rungs[0].trials, eta: 3, minimumSteps: 200 }, small.trial.steps),
    );
    return rungs[0].trials;
  };
  expect(configurationsOf(1)).toBe(1);
  const [few, many] = [configurationsOf(5e9), configurationsOf(1e10)];
  expect(few).toBeGreaterThan(2);
  expect(many).toBeGreaterThan(few);
  expect(configurationsOf(1e15)).toBe(36);
});

test('one-shot search can’t keep to a budget', () => {
  expect(() => parseStudyConfiguration({ strategy: { name: 'enas' }, budget: { work: 1 } })).toThrow(
    /budget is .*; strategy enas can't keep to a budget.*; expected a strategy that trains one after another/,
  );
});
