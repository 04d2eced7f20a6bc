/**
 * What goes between the main thread and a worker: a task in, progress through its port, a `TrialResult` back.
 * Everything is plain data; the arrays of a result are moved, not copied.
 */
import type { MessagePort } from 'node:worker_threads';
import type { TrainingProgress } from '../agents/train.ts';
import type { TrialJob } from '../study/executor.ts';

export interface WorkerTask {
  readonly job: TrialJob;
  /** Transferred with the task; the worker posts `ProgressMessage`s to it. */
  readonly port: MessagePort;
}

export type ProgressMessage = TrainingProgress;

/** The name under which worker.ts exports its function. */
export const workerFunction = 'runTask';
