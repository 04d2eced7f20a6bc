/**
 * One task for everybody who does Double-DQN updates: a replay, first parameters and the minibatches, as arrays here
 * and as files of raw little-endian numbers in a folder for the peers. Whoever does the same work has the same losses.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Backend } from '../../src/kernels/backend.ts';
import { compiledKernels } from '../../src/kernels/compiled.ts';
import { type Learner, type LearnerOptions, parameterCount } from '../../src/kernels/kernels.ts';
import { RandomStream } from '../../src/random/random-stream.ts';

export const batchSize = 64;
export const learningRate = 1e-3;
const replayCapacity = 100_000;
const minibatches = 64;
const comparedUpdates = 32;

export interface UpdateTask {
  readonly options: LearnerOptions;
  readonly parameters: Float32Array;
  readonly observations: Float32Array;
  readonly nextObservations: Float32Array;
  readonly actions: Int32Array;
  readonly rewards: Float32Array;
  readonly terminated: Uint8Array;
  /** The minibatches one after another; they are used in turn, again and again. */
  readonly indices: Int32Array;
}

/** @param widths units of the hidden layers, all relu. */
export function createTask(widths: readonly number[]): UpdateTask {
  const random = new RandomStream(0);
  const uniform = (length: number, size: number) =>
    Float32Array.from({ length }, () => random.uniform(-size, size));
  const shape = {
    inputs: 8,
    layers: widths.map((units) => ({ units, activation: 'relu' as const })),
    outputs: 4,
  };
  const actions = new Int32Array(replayCapacity);
  const indices = new Int32Array(minibatches * batchSize);
  random.fillIndices(actions, shape.outputs);
  random.fillIndices(indices, replayCapacity);
  return {
    options: {
      shape,
      batchSize,
      replayCapacity,
      gamma: 0.99,
      tau: 0.005,
      loss: 'huber',
      adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    },
    parameters: uniform(parameterCount(shape), 1 / Math.sqrt(Math.max(...widths))),
    observations: uniform(replayCapacity * shape.inputs, 1),
    nextObservations: uniform(replayCapacity * shape.inputs, 1),
    actions,
    rewards: uniform(replayCapacity, 1),
    terminated: Uint8Array.from({ length: replayCapacity }, () => Number(random.random() < 0.01)),
    indices,
  };
}

/** A new folder with a file per array. @returns its path, and how to delete it. */
export function writeTask(task: UpdateTask): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'touchdown-updates-'));
  const { options, ...arrays } = task;
  for (const [name, array] of Object.entries(arrays)) writeFileSync(path.join(folder, name), array);
  writeFileSync(
    path.join(folder, 'options.json'),
    JSON.stringify({ ...options, learningRate, comparedUpdates }),
  );
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** Our learner at the task. */
export class TaskLearner {
  readonly #learner: Learner;
  readonly #batches: readonly Int32Array[];
  readonly #threads: number;
  /** Of the first updates. */
  readonly losses: readonly number[];

  constructor(backend: Backend, threads: number, task: UpdateTask) {
    const kernels = compiledKernels(backend, threads);
    this.#threads = threads;
    const learner = kernels.createLearner(task.options, 1);
    learner.write('parameters', task.parameters);
    learner.write('target', task.parameters);
    const { replay } = learner;
    replay.observations.set(task.observations);
    replay.nextObservations.set(task.nextObservations);
    replay.actions.set(task.actions);
    replay.rewards.set(task.rewards);
    replay.terminated.set(task.terminated);
    this.#learner = learner;
    this.#batches = Array.from({ length: minibatches }, (_, i) =>
      task.indices.subarray(i * batchSize, (i + 1) * batchSize),
    );
    this.losses = this.#batches.slice(0, comparedUpdates).map((batch) => learner.update(batch, learningRate));
  }

  /** Microseconds per update: of CPU time, by the clock where threads share it. */
  measure(seconds: number): number {
    const start = performance.now();
    const end = start + 1000 * seconds;
    const begin = process.threadCpuUsage();
    let updates = 0;
    while (performance.now() < end) {
      this.#learner.update(this.#batches[updates++ % minibatches], learningRate);
    }
    if (this.#threads > 1) return ((performance.now() - start) * 1000) / updates;
    const { user, system } = process.threadCpuUsage(begin);
    return (user + system) / updates;
  }
}
