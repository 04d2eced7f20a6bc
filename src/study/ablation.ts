/**
 * Ablations: architectures trained from scratch on several seeds, without a search, to see how much the choice of an
 * architecture matters. All architectures of a round train on the same seed and play the same test episodes, so that
 * they are compared in pairs; it is the seed and the episodes that a study's retrainings have in that round.
 */
import { countActions } from '../agents/dqn.ts';
import { updatesAt } from '../agents/schedule.ts';
import type { TrainingProgress } from '../agents/train.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { networkShape, parseArchitecture } from '../networks/architecture.ts';
import { parameterCount } from '../kernels/kernels.ts';
import { trainingWork } from '../search/work.ts';
import { mean } from '../statistics/sample.ts';
import type { AblationConfiguration } from './ablation-configuration.ts';
import type { Executor, TrialJob, TrialResult } from './executor.ts';
import { StudySeeds } from './seeds.ts';
import { runTrials } from './trial-loop.ts';

/** What is fixed before a run. */
interface RunStart {
  /** As `parseArchitecture` reads it. */
  readonly architecture: string;
  readonly parameterCount: number;
  /** 1, 2, … */
  readonly round: number;
  /** Of the training: the same for all architectures of the round. */
  readonly seed: number;
}

export interface PlannedRun extends RunStart {
  /** In the multiply-adds of src/search/work.ts. */
  readonly work: number;
}

/** Plain JSON: a function of the configuration and the round, with nothing in it that a clock said. */
export interface CompleteAblationRun extends RunStart {
  readonly state: 'complete';
  /** Mean undiscounted return of the test episodes. */
  readonly score: number;
  /** One per test episode, to two decimals. */
  readonly returns: readonly number[];
  /** Environment steps, updates and episodes of the training. */
  readonly steps: number;
  readonly updates: number;
  readonly episodes: number;
  /** The step at which the average over 100 episodes first reached the reward threshold; null if never. */
  readonly solvedAt: number | null;
  /** Step, and mean return of the latest 100 episodes to one decimal. */
  readonly curve: readonly (readonly [step: number, averageReturn: number])[];
}

export interface FailedAblationRun extends RunStart {
  readonly state: 'failed';
  /** Why, in one line. */
  readonly error: string;
}

export type AblationRun = CompleteAblationRun | FailedAblationRun;

/** Wall time of a run: differs from time to time, unlike everything that the run itself says. */
export interface RunTiming {
  /** Training and episodes. */
  readonly seconds: number;
  /** To the step at which the environment was solved; null if never. */
  readonly secondsToSolve: number | null;
}

export type TimedRun = readonly [run: AblationRun, timing: RunTiming];

/** The port of records: where finished runs are kept. */
export interface AblationRecord {
  /** In the order in which they were added. */
  readonly runs: readonly AblationRun[];
  /** Keeps a run for good before it returns. */
  add(run: AblationRun, timing: RunTiming): Promise<void>;
}

export type AblationEvent =
  | { readonly kind: 'run-progress'; readonly run: PlannedRun; readonly progress: TrainingProgress }
  | { readonly kind: 'run-finished'; readonly run: AblationRun; readonly timing: RunTiming };

export interface AblationPorts {
  readonly executor: Executor;
  readonly record: AblationRecord;
  /** Stops the work; the record then has what was added so far. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: AblationEvent) => void;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
const keyOf = ({ architecture, round }: RunStart): string => `${architecture} in round ${round}`;

function createRun(planned: PlannedRun, result: TrialResult): AblationRun {
  const { architecture, parameterCount: parameters, round, seed } = planned;
  const start = { architecture, parameterCount: parameters, round, seed };
  if (result.state === 'failed') return { ...start, state: 'failed', error: result.error };
  const { steps, updates, episodes, solvedAt, curve } = result.training;
  return {
    ...start,
    state: 'complete',
    score: mean(result.returns),
    returns: Array.from(result.returns, (value) => rounded(value, 2)),
    steps,
    updates,
    episodes,
    solvedAt: solvedAt ?? null,
    curve: curve.map(({ step, averageReturn }) => [step, rounded(averageReturn, 1)]),
  };
}

export class Ablation {
  readonly configuration: AblationConfiguration;
  /** Round by round; within one, trainings of little work first. */
  readonly plan: readonly PlannedRun[];
  readonly #environment: EnvironmentSpec;
  readonly #testSeeds: readonly number[];

  /**
   * @param environment that the configuration names, with its options.
   * @throws RangeError for one whose actions DQN can't choose.
   */
  constructor(configuration: AblationConfiguration, environment: EnvironmentSpec) {
    this.configuration = configuration;
    this.#environment = environment;
    this.#testSeeds = new StudySeeds(configuration.seed).testEpisodes(configuration.episodes);
    this.plan = this.#createPlan();
  }

  /**
   * The planned runs that a record doesn't have yet.
   * @throws RangeError for a record with a run that isn't planned, or one twice.
   */
  remaining({ runs }: AblationRecord): PlannedRun[] {
    const left = new Map(this.plan.map((run) => [keyOf(run), run]));
    for (const run of runs) {
      const key = keyOf(run);
      if (left.get(key)?.seed !== run.seed) {
        throw new RangeError(`the record has ${key} with seed ${run.seed}; expected planned runs, each once`);
      }
      left.delete(key);
    }
    return [...left.values()];
  }

  /** Does what is left to do. Runs are added to the record in the order of the plan, whichever finishes first. */
  async run({ executor, record, signal, onEvent }: AblationPorts): Promise<'complete' | 'interrupted'> {
    const left = this.remaining(record);
    try {
      await runTrials<PlannedRun, TimedRun>(
        { name: 'plan', ask: (number) => left[number] ?? 'done' },
        executor.parallelism,
        {
          run: (_number, run, stop) => this.#train(run, executor, stop, onEvent),
          commit: async (_number, [run, timing]) => {
            await record.add(run, timing);
            onEvent({ kind: 'run-finished', run, timing });
          },
        },
        signal,
      );
      return 'complete';
    } catch (error) {
      if (signal.aborted && error === signal.reason) return 'interrupted';
      throw error;
    }
  }

  #createPlan(): PlannedRun[] {
    const { architectures, hyperparameters, seed, steps: asked } = this.configuration;
    const inputs = this.#environment.observationSpace.low.length;
    const outputs = countActions(this.#environment);
    const { environments, batchSize } = hyperparameters;
    const steps = Math.ceil(asked / environments) * environments;
    const updates = updatesAt(steps, hyperparameters);
    const ordered = architectures
      .map(({ architecture, seeds }) => {
        const shape = networkShape(parseArchitecture(architecture), inputs, outputs);
        const work = trainingWork(shape, batchSize, updates, steps);
        return { architecture, seeds, parameterCount: parameterCount(shape), work };
      })
      // Equal ones by name: the plan doesn't depend on the order in which they are asked for.
      .sort((a, b) => a.work - b.work || (a.architecture < b.architecture ? -1 : 1));
    const rounds = Math.max(...architectures.map(({ seeds }) => seeds));
    const studySeeds = new StudySeeds(seed);
    return Array.from({ length: rounds }, (_, i) => i + 1).flatMap((round) =>
      ordered
        .filter(({ seeds }) => round <= seeds)
        .map(({ architecture, parameterCount: parameters, work }) => ({
          architecture,
          parameterCount: parameters,
          round,
          seed: studySeeds.verification(round),
          work,
        })),
    );
  }

  #jobOf({ architecture, seed }: PlannedRun): TrialJob {
    const { hyperparameters, steps } = this.configuration;
    const { id, options } = this.#environment;
    return {
      environment: { id, options },
      architecture,
      hyperparameters,
      totalSteps: steps,
      stopWhenSolved: false,
      seed,
      evaluationSeeds: this.#testSeeds,
    };
  }

  async #train(
    run: PlannedRun,
    executor: Executor,
    signal: AbortSignal,
    onEvent: AblationPorts['onEvent'],
  ): Promise<TimedRun> {
    const start = performance.now();
    let secondsToSolve: number | undefined;
    const onProgress = (progress: TrainingProgress): void => {
      if (progress.solvedAt !== undefined) secondsToSolve ??= (performance.now() - start) / 1000;
      onEvent({ kind: 'run-progress', run, progress });
    };
    const result = await executor.run(this.#jobOf(run), { signal, onProgress });
    const finished = createRun(run, result);
    const { seconds } = result;
    const solved = finished.state === 'complete' && finished.solvedAt !== null;
    const toSolve = solved ? Math.min(secondsToSolve ?? seconds, seconds) : null;
    return [finished, { seconds, secondsToSolve: toSolve }];
  }
}
