/**
 * What goes between the main thread and a worker: a task in, progress through its port, a `TrialResult` back.
 * Everything is plain data; the arrays of a result are moved, not copied.
 */
import type { MessagePort } from 'node:worker_threads';
import type { OneShotProgress } from '../search/enas/shared-training.ts';
import type { Sample } from '../search/space.ts';
import type {
  CheckpointEvent,
  CheckpointPlan,
  ReplicaJob,
  TrialJob,
  TrialProgress,
} from '../study/executor.ts';

export interface WorkerTask {
  readonly job: TrialJob;
  /** Transferred with the task; the worker posts `TrialMessage`s to it. */
  readonly port: MessagePort;
  readonly checkpoint: CheckpointPlan | undefined;
}

export type TrialMessage =
  /** A thread has taken the task. */
  | { readonly kind: 'started' }
  | { readonly kind: 'progress'; readonly progress: TrialProgress }
  | CheckpointEvent;

/** The name under which worker.ts exports its function. */
export const workerFunction = 'runTask';

/** What a thread that runs a replica begins with. */
export interface ReplicaStart {
  readonly job: ReplicaJob;
  /** That share the updates of a large network. */
  readonly threads: number;
  readonly checkpoint: CheckpointPlan | undefined;
}

/** What a replica is asked: one thing at a time. */
export type ReplicaRequest =
  | { readonly kind: 'train'; readonly untilStep: number; readonly policy: Float64Array }
  | { readonly kind: 'score'; readonly samples: readonly Sample[]; readonly seeds: readonly number[] }
  | { readonly kind: 'tune'; readonly sample: Sample; readonly seeds: readonly number[] }
  | { readonly kind: 'finish' };

export type ReplicaAnswer =
  | { readonly kind: 'progress'; readonly progress: OneShotProgress }
  | CheckpointEvent
  | { readonly kind: 'done'; readonly result: unknown };
