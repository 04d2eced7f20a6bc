/** Runs jobs in worker threads, as many at once as there are workers. */
import { extname } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type {
  Executor,
  ReplicaJob,
  ReplicaOptions,
  RunningReplica,
  RunOptions,
  TrialJob,
  TrialResult,
} from '../study/executor.ts';
import { type ProgressMessage, workerFunction, type WorkerTask } from './protocol.ts';
import { ReplicaThread } from './replica-thread.ts';
import { describeError } from './run-trial.ts';

/** The worker beside this file, in TypeScript in development and in JavaScript in the built package. */
const workerFile = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

/** As of `compiledKernels`. */
const maxUpdateThreads = 16;

export class ThreadExecutor implements Executor {
  readonly parallelism: number;
  readonly #pool: Piscina<WorkerTask, TrialResult>;

  /** @param workers threads, a whole number ≥ 1. They start when there is work for them. */
  constructor(workers: number) {
    if (!(Number.isInteger(workers) && workers >= 1)) {
      throw new RangeError(`${workers} workers; expected a whole number ≥ 1`);
    }
    this.parallelism = workers;
    this.#pool = new Piscina({
      filename: workerFile.href,
      name: workerFunction,
      minThreads: 0,
      maxThreads: workers,
      idleTimeout: Infinity,
    });
  }

  async run(job: TrialJob, { signal, onProgress }: RunOptions): Promise<TrialResult> {
    signal.throwIfAborted();
    const start = performance.now();
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (progress: ProgressMessage) => onProgress(progress));
    try {
      return await this.#pool.run({ job, port: port2 }, { transferList: [port2], signal });
    } catch (error) {
      signal.throwIfAborted();
      // The thread itself ended: out of memory, or a crash. Piscina starts another one.
      return { state: 'failed', error: describeError(error), seconds: (performance.now() - start) / 1000 };
    } finally {
      port1.close();
    }
  }

  /** With more replicas than workers, some threads share a core: they are few, and their results are the same. */
  startReplicas(jobs: readonly ReplicaJob[], options: readonly ReplicaOptions[]): readonly RunningReplica[] {
    const threads = Math.max(1, Math.min(Math.floor(this.parallelism / jobs.length), maxUpdateThreads));
    return jobs.map((job, i) => new ReplicaThread(job, threads, options[i]));
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
