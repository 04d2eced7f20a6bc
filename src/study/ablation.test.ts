import { describe, expect, test } from 'vitest';
import { createVectorEnvironment } from '../environments/registry.ts';
import { parseAblationConfiguration } from './ablation-configuration.ts';
import { Ablation, type AblationEvent, type AblationRun, type TimedRun } from './ablation.ts';
import type { Executor, RunOptions, TrialJob, TrialResult } from './executor.ts';
import { StudySeeds } from './seeds.ts';

const lander = createVectorEnvironment('LunarLander-v3', 1).spec;
const neverAborts = new AbortController().signal;

/** Keeps runs in memory. */
class MemoryRecord {
  readonly runs: AblationRun[];
  readonly timed: TimedRun[] = [];

  constructor(runs: readonly AblationRun[] = []) {
    this.runs = [...runs];
  }

  add(...timed: TimedRun): Promise<void> {
    this.runs.push(timed[0]);
    this.timed.push(timed);
    return Promise.resolve();
  }
}

/** Trains nothing: every result is that of `resultOf`, which may take its time. */
function executorOf(
  parallelism: number,
  resultOf: (job: TrialJob, options: RunOptions) => Promise<TrialResult>,
): Executor & { readonly jobs: TrialJob[] } {
  const jobs: TrialJob[] = [];
  return {
    jobs,
    parallelism,
    run: (job, options) => {
      jobs.push(job);
      return resultOf(job, options);
    },
    startReplicas: () => {
      throw new Error('replicas; expected trials alone');
    },
    close: () => Promise.resolve(),
  };
}

const complete = (returns: readonly number[], solvedAt?: number): TrialResult => ({
  state: 'complete',
  training: {
    steps: 5000,
    episodes: 9,
    updates: 1500,
    solvedAt,
    curve: [{ step: 50, episodes: 1, averageReturn: -1.26 }],
  },
  returns: Float64Array.from(returns),
  parameters: new Float32Array(3),
  seconds: 2,
});

const configuration = parseAblationConfiguration({
  steps: 5000,
  episodes: 4,
  seed: 7,
  architectures: [
    { architecture: '64,relu', seeds: 3 },
    { architecture: ' 8,tanh', seeds: 1 },
    { architecture: '16,relu,16,relu', seeds: 3 },
    { architecture: '8,relu', seeds: 2 },
  ],
});
const ablation = new Ablation(configuration, lander);

async function run(executor: Executor, record: MemoryRecord, signal = neverAborts) {
  const events: AblationEvent[] = [];
  const state = await ablation.run({ executor, record, signal, onEvent: (event) => events.push(event) });
  return { state, events };
}

const named = (runs: readonly { architecture: string; round: number }[]) =>
  runs.map(({ architecture, round }) => `${round}: ${architecture}`);

describe('Ablation', () => {
  test('plans round by round, little work first, equal work by name, as many rounds as an architecture has seeds', () => {
    expect(named(ablation.plan)).toEqual([
      '1: 8,relu',
      '1: 8,tanh',
      '1: 16,relu,16,relu',
      '1: 64,relu',
      '2: 8,relu',
      '2: 16,relu,16,relu',
      '2: 64,relu',
      '3: 16,relu,16,relu',
      '3: 64,relu',
    ]);
    const reversed = { ...configuration, architectures: configuration.architectures.toReversed() };
    expect(new Ablation(reversed, lander).plan).toEqual(ablation.plan);
  });

  test('gives every job of a round the seed of that retraining of a study, and all the test episodes', async () => {
    const executor = executorOf(1, () => Promise.resolve(complete([1])));
    await run(executor, new MemoryRecord());
    const seeds = new StudySeeds(7);
    expect(executor.jobs.map(({ seed }) => seed)).toEqual(
      [1, 1, 1, 1, 2, 2, 2, 3, 3].map((round) => seeds.verification(round)),
    );
    expect(executor.jobs[3]).toEqual({
      environment: { id: 'LunarLander-v3', options: lander.options },
      architecture: '64,relu',
      hyperparameters: configuration.hyperparameters,
      totalSteps: 5000,
      stopWhenSolved: false,
      seed: seeds.verification(1),
      evaluationSeeds: seeds.testEpisodes(4),
    });
  });

  test('records in the order of the plan whichever run finishes first', async () => {
    const executor = executorOf(3, async (job) => {
      // Later ones of the plan end earlier.
      if (job.architecture === '8,relu') await new Promise((resolve) => setTimeout(resolve, 20));
      return complete([1]);
    });
    const record = new MemoryRecord();
    const { state, events } = await run(executor, record);
    expect(state).toBe('complete');
    expect(named(record.runs)).toEqual(named(ablation.plan));
    expect(events.map(({ kind }) => kind)).toEqual(ablation.plan.map(() => 'run-finished'));
  });

  test('does only what the record lacks, and refuses one with runs that are not of the plan', async () => {
    const whole = new MemoryRecord();
    await run(
      executorOf(1, () => Promise.resolve(complete([1]))),
      whole,
    );
    const executor = executorOf(2, () => Promise.resolve(complete([1])));
    const part = new MemoryRecord(whole.runs.filter((_, i) => i !== 2 && i < 8));
    await run(executor, part);
    expect(executor.jobs.map(({ architecture }) => architecture)).toEqual(['16,relu,16,relu', '64,relu']);
    const twice = new MemoryRecord([whole.runs[0], whole.runs[0]]);
    expect(() => ablation.remaining(twice)).toThrow('the record has 8,relu in round 1 with seed');
    const reseeded = new MemoryRecord([{ ...whole.runs[0], seed: 1 }]);
    expect(() => ablation.remaining(reseeded)).toThrow('with seed 1; expected planned runs, each once');
  });

  test('tells score, rounded returns and curve of a complete run, the error of a failed one, times apart', async () => {
    const record = new MemoryRecord();
    await run(
      executorOf(1, (job, { onProgress }) => {
        if (job.architecture === '8,tanh')
          return Promise.resolve({ state: 'failed', error: 'out of memory', seconds: 3 });
        onProgress({
          step: 4000,
          totalSteps: 5000,
          episodes: 8,
          updates: 1200,
          averageReturn: 200,
          epsilon: 0,
          learningRate: 1,
          solvedAt: 3000,
          newPoints: [],
        });
        return Promise.resolve(complete([1.005, 2.3456], job.architecture === '8,relu' ? 3000 : undefined));
      }),
      record,
    );
    const [first, second, third] = record.timed;
    expect(first[0]).toEqual({
      architecture: '8,relu',
      parameterCount: 108,
      round: 1,
      seed: ablation.plan[0].seed,
      state: 'complete',
      score: (1.005 + 2.3456) / 2,
      returns: [1, 2.35],
      steps: 5000,
      updates: 1500,
      episodes: 9,
      solvedAt: 3000,
      curve: [[50, -1.3]],
    });
    expect(first[1].seconds).toBe(2);
    expect(first[1].secondsToSolve).toBeLessThan(2);
    expect(second[0]).toMatchObject({ state: 'failed', error: 'out of memory' });
    expect(second[1]).toEqual({ seconds: 3, secondsToSolve: null });
    expect(third[0]).toMatchObject({ solvedAt: null });
    expect(third[1].secondsToSolve).toBeNull();
  });

  test('stops when the signal aborts, with what is recorded by then', async () => {
    const controller = new AbortController();
    const record = new MemoryRecord();
    const executor = executorOf(1, () => {
      if (record.runs.length === 2) controller.abort();
      controller.signal.throwIfAborted();
      return Promise.resolve(complete([1]));
    });
    const { state } = await run(executor, record, controller.signal);
    expect(state).toBe('interrupted');
    expect(record.runs).toHaveLength(2);
  });

  test('an error of the record is not an interruption', async () => {
    const record = new MemoryRecord();
    record.add = () => Promise.reject(new Error('disk full'));
    const executor = executorOf(2, () => Promise.resolve(complete([1])));
    await expect(run(executor, record)).rejects.toThrow('disk full');
  });
});
