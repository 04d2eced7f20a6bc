/**
 * The port of executors: where trainings run. An executor takes a job apart from everything that surrounds it and
 * gives back a result that depends on the job alone: not on where it ran, nor on what ran beside it.
 */
import type { DqnHyperparameters } from '../agents/dqn.ts';
import type { TrainingProgress } from '../agents/train.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { TrainingSummary } from './trial.ts';

/** Train a Q-network, then play greedy episodes with it. Plain data that can go to another thread. */
export interface TrialJob {
  readonly environment: { readonly id: string; readonly options: Readonly<Record<string, unknown>> };
  /** As `parseArchitecture` reads it. */
  readonly architecture: string;
  readonly hyperparameters: DqnHyperparameters;
  /** Environment steps, counted over all environments. */
  readonly totalSteps: number;
  readonly stopWhenSolved: boolean;
  /** Of the training, a whole number ≥ 0. */
  readonly seed: number;
  /** As in `Proposal`: per linear layer what to start from, undefined for what the seed would draw. */
  readonly initialLayers?: readonly (Float32Array | undefined)[];
  /** One greedy episode is played per seed. */
  readonly evaluationSeeds: readonly number[];
}

export interface CompleteResult {
  readonly state: 'complete';
  readonly training: TrainingSummary;
  /** Undiscounted returns of the greedy episodes, in the order of their seeds. */
  readonly returns: Float64Array;
  /** The trained parameters, in the flat order of `parameterCount`. */
  readonly parameters: Float32Array;
  /** Wall time. */
  readonly seconds: number;
}

export interface FailedResult {
  readonly state: 'failed';
  /** Why, in one line. */
  readonly error: string;
  readonly seconds: number;
}

export type TrialResult = CompleteResult | FailedResult;

export interface RunOptions {
  /** Stops the job. */
  readonly signal: AbortSignal;
  /** Called now and then while the job trains. */
  readonly onProgress: (progress: TrainingProgress) => void;
}

export interface Executor {
  /** What a one-shot search computes with, in the thread that asks: an update is shared by `parallelism` threads. */
  readonly kernels: Kernels;
  /** Jobs that run at once; more of them queue. */
  readonly parallelism: number;
  /**
   * Runs a job. Whatever goes wrong with it, the end of its thread included, is a failed result.
   * @throws the signal's reason, soon after the signal aborts; nothing else.
   */
  run(job: TrialJob, options: RunOptions): Promise<TrialResult>;
  /** Lets go of threads. To be called once all jobs have ended; `run` must not follow. */
  close(): Promise<void>;
}
