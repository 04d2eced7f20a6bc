/** Runs jobs in worker threads, as many at once as there are workers. */
import { extname } from 'node:path';
import { MessageChannel, type ResourceLimits } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { messageOf } from '../errors/message-of.ts';
import type {
  Executor,
  ReplicaJob,
  ReplicaOptions,
  RunningReplica,
  RunOptions,
  TrialJob,
  TrialResult,
} from '../study/executor.ts';
import { type TrialMessage, workerFunction, type WorkerTask } from './protocol.ts';
import { Places } from './places.ts';
import { ReplicaThread } from './replica-thread.ts';

/** The worker beside this file, in TypeScript in development and in JavaScript in the built package. */
const workerFile = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

/** Looks at a job's silence within the patience there is. */
const looks = 20;

/** As of `compiledKernels`. */
const maxUpdateThreads = 16;

/** What tests need to be otherwise. */
export interface ThreadOptions {
  /** Exports `runTask` as worker.ts does. */
  readonly workerFile?: URL;
  /**
   * Seconds without a sign of life, a training's report or its end, after which a job's thread is taken to hang. Those in
   * which the whole process is stopped (Ctrl-Z, a laptop that sleeps) don't count.
   */
  readonly patience?: number;
  /** Of a thread's heap. */
  readonly resourceLimits?: ResourceLimits;
}

export class ThreadExecutor implements Executor {
  readonly parallelism: number;
  readonly #pool: Piscina<WorkerTask, TrialResult>;
  readonly #patience: number;
  /** The pool lets jobs that wait in it overtake one another: it never has more than it has threads. */
  readonly #places: Places;

  /** @param workers threads, a whole number ≥ 1. They start when there is work for them. */
  constructor(workers: number, options: ThreadOptions = {}) {
    if (!(Number.isInteger(workers) && workers >= 1)) {
      throw new RangeError(`${workers} workers; expected a whole number ≥ 1`);
    }
    this.parallelism = workers;
    this.#patience = options.patience ?? 600;
    this.#places = new Places(workers);
    this.#pool = new Piscina({
      filename: (options.workerFile ?? workerFile).href,
      name: workerFunction,
      minThreads: 0,
      maxThreads: workers,
      idleTimeout: Infinity,
      ...(options.resourceLimits && { resourceLimits: options.resourceLimits }),
    });
    // Of a thread that ends with an error when its job has ended or was taken from it: another one takes its place.
    this.#pool.on('error', () => {});
  }

  async run(job: TrialJob, options: RunOptions): Promise<TrialResult> {
    const start = performance.now();
    await this.#places.take(options.signal);
    try {
      return await this.#tryTwice(job, options, start);
    } finally {
      this.#places.giveBack();
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

  async #tryTwice(job: TrialJob, options: RunOptions, start: number): Promise<TrialResult> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(job, options);
      } catch (error) {
        options.signal.throwIfAborted();
        // The thread itself ended: out of memory, or a crash. Piscina starts another one.
        if (attempt === 1) continue;
        const reason = `${messageOf(error)} (twice)`;
        return { state: 'failed', error: reason, seconds: (performance.now() - start) / 1000 };
      }
    }
  }

  /** @throws what ended the thread, or the signal's reason. */
  async #attempt(
    job: TrialJob,
    { signal, onProgress, checkpoint, onCheckpoint = () => {} }: RunOptions,
  ): Promise<TrialResult> {
    signal.throwIfAborted();
    const { port1, port2 } = new MessageChannel();
    const hang = new AbortController();
    const silence = `no sign of life from the trial's thread for ${this.#patience} s`;
    // A job that waits for a thread gives none either: its time begins with its first message.
    let timer: NodeJS.Timeout | undefined;
    let silentLooks = 0;
    // Looks are counted, not seconds: after a stop of the process there is one, however long it was.
    const look = () => {
      silentLooks += 1;
      if (silentLooks > looks) hang.abort(new Error(silence));
    };
    const onMessage = (message: TrialMessage) => {
      timer ??= setInterval(look, (1000 * this.#patience) / looks);
      silentLooks = 0;
      if (message.kind === 'started') return;
      if (message.kind === 'progress') onProgress(message.progress);
      else onCheckpoint(message);
    };
    port1.on('message', onMessage);
    try {
      const task: WorkerTask = { job, port: port2, checkpoint };
      const stop = AbortSignal.any([signal, hang.signal]);
      return await this.#pool.run(task, { transferList: [port2], signal: stop });
    } catch (error) {
      hang.signal.throwIfAborted();
      throw error;
    } finally {
      clearInterval(timer);
      port1.close();
    }
  }
}
