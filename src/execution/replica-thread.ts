/**
 * A replica of a one-shot search in a thread of its own. Where the thread ends by itself, another one goes on, once: from
 * the last checkpoint if there is one, else from the beginning. Either is asked all again that was asked so far.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { NetworkScore } from '../search/enas/shared-networks.ts';
import type { Sample } from '../search/space.ts';
import type { ReplicaJob, ReplicaOptions, RunningReplica } from '../study/executor.ts';
import type { ReplicaAnswer, ReplicaRequest, ReplicaStart } from './protocol.ts';

/** The worker beside this file, in TypeScript in development and in JavaScript in the built package. */
const workerFile = new URL(`./replica-worker${extname(import.meta.url)}`, import.meta.url);

/** Threads that may take over. */
const maxRestarts = 1;

export class ReplicaThread implements RunningReplica {
  readonly #start: ReplicaStart;
  readonly #options: ReplicaOptions;
  readonly #requests: ReplicaRequest[] = [];
  #worker: Worker;
  /** Rejects as soon as the thread has ended. */
  #end: Promise<never>;
  #restarts = 0;
  #isClosed = false;

  /** @param threads that share the updates of a large network. */
  constructor(job: ReplicaJob, threads: number, options: ReplicaOptions) {
    this.#start = { job, threads, checkpoint: options.checkpoint };
    this.#options = options;
    [this.#worker, this.#end] = this.#startThread();
  }

  async train(untilStep: number, policy: Float64Array): Promise<void> {
    await this.#ask({ kind: 'train', untilStep, policy });
  }

  async score(samples: readonly Sample[], seeds: readonly number[]): Promise<readonly NetworkScore[]> {
    return (await this.#ask({ kind: 'score', samples, seeds })) as readonly NetworkScore[];
  }

  async tune(sample: Sample, seeds: readonly number[]): Promise<NetworkScore> {
    return (await this.#ask({ kind: 'tune', sample, seeds })) as NetworkScore;
  }

  async finish(): Promise<number> {
    return (await this.#ask({ kind: 'finish' })) as number;
  }

  /** Ends the thread as a crash would; for tests. */
  async endThread(): Promise<void> {
    await this.#worker.terminate();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker.terminate();
  }

  #startThread(): [Worker, Promise<never>] {
    const worker = new Worker(workerFile, { workerData: this.#start });
    const end = new Promise<never>((_resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`a thread of the search ended with code ${code}`)));
    });
    // It may end when nobody waits for an answer.
    end.catch(() => undefined);
    return [worker, end];
  }

  async #ask(request: ReplicaRequest): Promise<unknown> {
    const { signal } = this.#options;
    this.#requests.push(request);
    let waiting: readonly ReplicaRequest[] = [request];
    for (;;) {
      try {
        let answer: unknown;
        for (const one of waiting) answer = await this.#post(one);
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        if (this.#isClosed || this.#restarts >= maxRestarts) throw error;
        this.#restarts += 1;
        [this.#worker, this.#end] = this.#startThread();
        waiting = this.#requests;
      }
    }
  }

  /** @throws what ended the thread, or the signal's reason. */
  async #post(request: ReplicaRequest): Promise<unknown> {
    const { signal, onProgress, onCheckpoint = () => {} } = this.#options;
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const onMessage = (answer: ReplicaAnswer) => {
      if (answer.kind === 'done') resolve(answer.result);
      else if (answer.kind === 'progress') onProgress(answer.progress);
      else onCheckpoint(answer);
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
