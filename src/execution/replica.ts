/** A replica of a one-shot search in the thread it is made in. What it does depends on its job alone. */
import { setImmediate } from 'node:timers/promises';
import { createVectorEnvironment } from '../environments/registry.ts';
import type { Kernels } from '../kernels/kernels.ts';
import { RandomStream } from '../random/random-stream.ts';
import type { NetworkScore } from '../search/enas/shared-networks.ts';
import {
  type OneShotProgress,
  SharedTraining,
  type SharedTrainingState,
} from '../search/enas/shared-training.ts';
import type { Sample } from '../search/space.ts';
import { resolveSpace } from '../search/space-definition.ts';
import type { ReplicaJob, ReplicaOptions, RunningReplica } from '../study/executor.ts';
import { type Checkpointer, createCheckpointer } from './checkpointer.ts';

/** Milliseconds of work between two looks at the signal. */
const sliceMilliseconds = 20;
/** Steps between two looks at the clock. */
const stepsPerLook = 16;

/** What a replica's checkpoint holds. It was made after the answers, or in the training that comes then. */
interface ReplicaState {
  /** To all that it was asked. */
  readonly answers: readonly unknown[];
  readonly progress: OneShotProgress;
  /** Undefined once it was finished. */
  readonly training: SharedTrainingState | undefined;
}

/**
 * Whoever asks a replica that goes on from a checkpoint asks everything again from the beginning: what it has answered
 * before, it knows.
 */
export class InlineReplica implements RunningReplica {
  readonly #training: SharedTraining;
  readonly #options: ReplicaOptions;
  readonly #checkpointer: Checkpointer | undefined;
  /** To what it was asked so far, and where it goes on from a checkpoint, will be asked again. */
  readonly #answers: unknown[] = [];
  #asked = 0;
  #isRestored = false;
  #isClosed = false;

  /** @throws RangeError for a space whose networks can't share weights. */
  constructor(kernels: Kernels, job: ReplicaJob, options: ReplicaOptions) {
    const { environment, space, settings, hyperparameters, maxParameters, seed } = job;
    this.#options = options;
    this.#checkpointer = createCheckpointer(options);
    this.#training = new SharedTraining(
      kernels,
      (count) => createVectorEnvironment(environment.id, count, environment.options),
      resolveSpace(space),
      settings,
      hyperparameters,
      maxParameters ?? Number.POSITIVE_INFINITY,
      new RandomStream(seed),
    );
  }

  async train(untilStep: number, policy: Float64Array): Promise<void> {
    await this.#answer(async () => {
      this.#training.setPolicy(policy);
      await this.#work(() => this.#training.advance(untilStep));
    });
  }

  async score(samples: readonly Sample[], seeds: readonly number[]): Promise<readonly NetworkScore[]> {
    return this.#answer(async () => {
      const scores: NetworkScore[] = [];
      for (const sample of samples) {
        scores.push(this.#training.score(sample, seeds));
        await this.#rest();
      }
      return scores;
    });
  }

  async tune(sample: Sample, seeds: readonly number[]): Promise<NetworkScore> {
    return this.#answer(async () => {
      this.#training.startTuning(sample, seeds);
      await this.#work(() => this.#training.advanceTuning());
      return this.#training.endTuning(sample);
    });
  }

  /** Of a replica that was finished before only the answers are left. */
  async finish(): Promise<number> {
    return this.#answer(async () => this.#training.work, true);
  }

  /** What it is doing then ends with an error. */
  async close(): Promise<void> {
    this.#isClosed = true;
  }

  /** @param advance does a little. @returns once it says that there is no more to do. */
  async #work(advance: () => boolean): Promise<void> {
    for (let more = true; more; ) {
      const end = performance.now() + sliceMilliseconds;
      do for (let i = 0; more && i < stepsPerLook; i++) more = advance();
      while (more && performance.now() < end);
      await this.#rest();
      await this.#checkpointer?.writeWhenDue(() => this.#save());
    }
  }

  /** Timers, input and signals have their turn. */
  async #rest(): Promise<void> {
    this.#options.onProgress(this.#training.progress);
    await setImmediate();
    this.#options.signal.throwIfAborted();
    if (this.#isClosed) throw new Error('a replica that was closed while it worked');
  }

  async #answer<Answer>(work: () => Promise<Answer>, isLast = false): Promise<Answer> {
    if (!this.#isRestored) await this.#restore();
    const index = this.#asked++;
    if (index === this.#answers.length) {
      this.#answers.push(await work());
      if (isLast) await this.#checkpointer?.write(() => this.#saveAnswers());
      else await this.#checkpointer?.writeWhenDue(() => this.#save());
    }
    return this.#answers[index] as Answer;
  }

  #save(): ReplicaState {
    return { ...this.#saveAnswers(), training: this.#training.save() };
  }

  #saveAnswers(): ReplicaState {
    return { answers: this.#answers, progress: this.#training.progress, training: undefined };
  }

  async #restore(): Promise<void> {
    this.#isRestored = true;
    const saved = (await this.#checkpointer?.read()) as ReplicaState | undefined;
    if (saved !== undefined) this.#answers.push(...saved.answers);
    if (saved?.training) this.#training.restore(saved.training);
    this.#options.onProgress(saved?.progress ?? this.#training.progress);
  }
}
