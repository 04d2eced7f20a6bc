/**
 * The port of executors: where trainings run. An executor takes a job apart from everything that surrounds it and
 * gives back a result that depends on the job alone: not on where it ran, nor on what ran beside it.
 */
import type { DqnHyperparameters } from '../agents/dqn.ts';
import type { CurvePoint, TrainingProgress } from '../agents/train.ts';
import type { SpaceDefinition } from '../search/decisions.ts';
import type { Replica } from '../search/enas/one-shot.ts';
import type { OneShotProgress, SharedTrainingSettings } from '../search/enas/shared-training.ts';
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

/** A shared training of one-shot ENAS. Plain data that can go to another thread. */
export interface ReplicaJob {
  readonly environment: TrialJob['environment'];
  readonly space: string | SpaceDefinition;
  readonly settings: SharedTrainingSettings;
  readonly hyperparameters: DqnHyperparameters;
  /** Of a network that may be retrained after the search; any if absent. */
  readonly maxParameters?: number | undefined;
  /** Of everything random in it. */
  readonly seed: number;
}

/** Where a job keeps the state it is in now and then, so that it can go on from there. Plain data. */
export interface CheckpointPlan {
  /** src/files/checkpoint-file.ts; what is there of this label when the job begins is gone on from. */
  readonly file: string;
  readonly label: string;
  /** Seconds between two checkpoints, at least: more where that would take over a percent of the time. */
  readonly interval: number;
}

/** A checkpoint was written, or there was a problem with one; then the job goes on without. */
export type CheckpointEvent =
  | {
      /** It is on disk. */
      readonly kind: 'checkpoint';
      /** That the job was held up. */
      readonly seconds: number;
      /** On disk. */
      readonly bytes: number;
    }
  | {
      /** It could not be written or used. */
      readonly kind: 'checkpoint-problem';
      /** In one line. */
      readonly problem: string;
    };

/** What jobs of all kinds are run with. */
export interface JobOptions<Progress> {
  /** Stops it: what it is doing then, and whatever it is asked later, throws the signal's reason. */
  readonly signal: AbortSignal;
  /** Called now and then while it trains; by a replica also before, with what it begins or goes on from. */
  readonly onProgress: (progress: Progress) => void;
  /** None where it keeps no state. */
  readonly checkpoint?: CheckpointPlan;
  readonly onCheckpoint?: (event: CheckpointEvent) => void;
}

export type ReplicaOptions = JobOptions<OneShotProgress>;

/** A replica that holds a thread or memory until it is let go. */
export interface RunningReplica extends Replica {
  close(): Promise<void>;
}

/** How far a trial's training is. */
export interface TrialProgress extends TrainingProgress {
  /** Of the learning curve: those since the call before; all there are in the first, also when it runs anew. */
  readonly newPoints: readonly CurvePoint[];
}

export type RunOptions = JobOptions<TrialProgress>;

export interface Executor {
  /** Jobs that run at once; more of them queue, and begin in the order of the calls. */
  readonly parallelism: number;
  /**
   * Runs a job. Whatever goes wrong with it is a failed result; where its thread ended or hangs, only if it does so
   * twice.
   * @throws the signal's reason, soon after the signal aborts; nothing else.
   */
  run(job: TrialJob, options: RunOptions): Promise<TrialResult>;
  /**
   * Starts the replicas of a one-shot search, which run beside one another as far as `parallelism` allows. What they
   * do depends on their jobs alone.
   */
  startReplicas(jobs: readonly ReplicaJob[], options: readonly ReplicaOptions[]): readonly RunningReplica[];
  /** Lets go of threads. To be called once all jobs have ended; `run` must not follow. */
  close(): Promise<void>;
}
