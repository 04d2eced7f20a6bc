/** A replica of a one-shot search in a thread of its own. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { NetworkScore } from '../search/enas/shared-training.ts';
import type { Sample } from '../search/space.ts';
import type { ReplicaJob, ReplicaOptions, RunningReplica } from '../study/executor.ts';
import type { ReplicaAnswer, ReplicaRequest, ReplicaStart } from './protocol.ts';

/** The worker beside this file, in TypeScript in development and in JavaScript in the built package. */
const workerFile = new URL(`./replica-worker${extname(import.meta.url)}`, import.meta.url);

export class ReplicaThread implements RunningReplica {
  readonly #worker: Worker;
  readonly #options: ReplicaOptions;
  /** Rejects as soon as the thread has ended. */
  readonly #end: Promise<never>;

  /** @param threads that share the updates of a large network. */
  constructor(job: ReplicaJob, threads: number, options: ReplicaOptions) {
    this.#options = options;
    this.#worker = new Worker(workerFile, { workerData: { job, threads } satisfies ReplicaStart });
    this.#end = new Promise((_resolve, reject) => {
      this.#worker.once('error', reject);
      this.#worker.once('exit', (code) =>
        reject(new Error(`a thread of the search ended with code ${code}`)),
      );
    });
    // It may end when nobody waits for an answer.
    this.#end.catch(() => undefined);
  }

  async train(untilStep: number, policy: Float64Array): Promise<void> {
    await this.#ask({ kind: 'train', untilStep, policy });
  }

  async score(samples: readonly Sample[], seeds: readonly number[]): Promise<readonly NetworkScore[]> {
    return (await this.#ask({ kind: 'score', samples, seeds })) as readonly NetworkScore[];
  }

  async work(): Promise<number> {
    return (await this.#ask({ kind: 'work' })) as number;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(request: ReplicaRequest): Promise<unknown> {
    const { signal, onProgress } = this.#options;
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const onMessage = (answer: ReplicaAnswer) => {
      if (answer.kind === 'progress') onProgress(answer.progress);
      else resolve(answer.result);
    };
    const onAbort = () => reject(signal.reason);
    this.#worker.on('message', onMessage);
    signal.addEventListener('abort', onAbort);
    this.#worker.postMessage(request, []);
    try {
      return await Promise.race([promise, this.#end]);
    } finally {
      this.#worker.off('message', onMessage);
      signal.removeEventListener('abort', onAbort);
    }
  }
}
