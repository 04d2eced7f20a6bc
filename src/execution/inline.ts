/** Runs jobs one after another in the thread it is called in: the simplest executor, for tests and debuggers. */
import { setImmediate } from 'node:timers/promises';
import type { CurvePoint, TrainingProgress } from '../agents/train.ts';
import type { Kernels } from '../kernels/kernels.ts';
import { loadKernels } from '../kernels/load.ts';
import type {
  Executor,
  ReplicaJob,
  ReplicaOptions,
  RunOptions,
  TrialJob,
  TrialResult,
} from '../study/executor.ts';
import { createCheckpointer } from './checkpointer.ts';
import { InlineReplica } from './replica.ts';
import { runTrial, type Snapshots } from './run-trial.ts';

/** The parameters stay in this thread, so that one can look at them. */
export interface InlineRunOptions extends RunOptions {
  readonly snapshots?: Snapshots | undefined;
}

export class InlineExecutor implements Executor {
  readonly parallelism = 1;
  readonly #kernels: Kernels;
  /** Settles when the jobs so far have ended. */
  #queue: Promise<unknown> = Promise.resolve();

  /** @param threads that share the updates of a large network, 1 to 16. No result depends on it. */
  constructor(threads = 1) {
    this.#kernels = loadKernels(undefined, threads);
  }

  run(job: TrialJob, options: InlineRunOptions): Promise<TrialResult> {
    const result = this.#queue.then(() => this.#run(job, options));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  startReplicas(jobs: readonly ReplicaJob[], options: readonly ReplicaOptions[]): readonly InlineReplica[] {
    return jobs.map((job, i) => new InlineReplica(this.#kernels, job, options[i]));
  }

  async close(): Promise<void> {
    await this.#queue;
  }

  async #run(job: TrialJob, options: InlineRunOptions): Promise<TrialResult> {
    const { signal, onProgress, snapshots } = options;
    signal.throwIfAborted();
    let told = 0;
    const afterSlice = async (progress: TrainingProgress, curve: readonly CurvePoint[]) => {
      onProgress({ ...progress, newPoints: curve.slice(told) });
      told = curve.length;
      // Timers, input and signals have their turn.
      await setImmediate();
      signal.throwIfAborted();
    };
    const checkpointer = createCheckpointer(options);
    const result = await runTrial(this.#kernels, job, { afterSlice, checkpointer, snapshots });
    signal.throwIfAborted();
    return result;
  }
}
