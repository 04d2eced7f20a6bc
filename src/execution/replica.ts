/** A replica of a one-shot search in the thread it is made in. What it does depends on its job alone. */
import { setImmediate } from 'node:timers/promises';
import { createVectorEnvironment } from '../environments/registry.ts';
import type { Kernels } from '../kernels/kernels.ts';
import { RandomStream } from '../random/random-stream.ts';
import { type NetworkScore, SharedTraining } from '../search/enas/shared-training.ts';
import type { Sample } from '../search/space.ts';
import { resolveSpace } from '../search/space-definition.ts';
import type { ReplicaJob, ReplicaOptions, RunningReplica } from '../study/executor.ts';

/** Milliseconds of work between two looks at the signal. */
const sliceMilliseconds = 20;
/** Steps between two looks at the clock. */
const stepsPerLook = 16;

export class InlineReplica implements RunningReplica {
  readonly #training: SharedTraining;
  readonly #options: ReplicaOptions;
  #isClosed = false;

  /** @throws RangeError for a space whose networks can't share weights. */
  constructor(kernels: Kernels, job: ReplicaJob, options: ReplicaOptions) {
    const { environment, space, settings, hyperparameters, seed } = job;
    this.#options = options;
    this.#training = new SharedTraining(
      kernels,
      (count) => createVectorEnvironment(environment.id, count, environment.options),
      resolveSpace(space),
      settings,
      hyperparameters,
      new RandomStream(seed),
    );
  }

  async train(untilStep: number, policy: Float64Array): Promise<void> {
    this.#training.setPolicy(policy);
    for (let more = true; more; ) {
      const end = performance.now() + sliceMilliseconds;
      do for (let i = 0; more && i < stepsPerLook; i++) more = this.#training.advance(untilStep);
      while (more && performance.now() < end);
      await this.#rest();
    }
  }

  async score(samples: readonly Sample[], seeds: readonly number[]): Promise<readonly NetworkScore[]> {
    const scores: NetworkScore[] = [];
    for (const sample of samples) {
      scores.push(this.#training.score(sample, seeds));
      await this.#rest();
    }
    return scores;
  }

  async work(): Promise<number> {
    return this.#training.work;
  }

  /** What it is doing then ends with an error. */
  async close(): Promise<void> {
    this.#isClosed = true;
  }

  /** Timers, input and signals have their turn. */
  async #rest(): Promise<void> {
    this.#options.onProgress(this.#training.progress);
    await setImmediate();
    this.#options.signal.throwIfAborted();
    if (this.#isClosed) throw new Error('a replica that was closed while it worked');
  }
}
