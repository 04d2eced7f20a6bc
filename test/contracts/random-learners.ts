/** Learners with random parameters and replays for the contract of the kernels, and how their states are compared. */
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  activations,
  type Kernels,
  type Learner,
  type LearnerOptions,
  type LearnerPart,
  type NetworkShape,
  parameterCount,
  type ReplayArrays,
} from '../../src/kernels/kernels.ts';
import { RandomStream } from '../../src/random/random-stream.ts';

export const parts: readonly LearnerPart[] = ['parameters', 'target', 'firstMoment', 'secondMoment'];
export const learningRate = 2e-3;
export const maxCount = 80;

export function optionsOf(shape: NetworkShape, changes: Partial<LearnerOptions> = {}): LearnerOptions {
  return {
    shape,
    batchSize: 32,
    replayCapacity: 150,
    gamma: 0.98,
    tau: 0.02,
    loss: 'huber',
    adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    ...changes,
  };
}

export const small: NetworkShape = { inputs: 3, layers: [{ units: 5, activation: 'relu' }], outputs: 4 };

export const anyActivation = fc.constantFrom(...activations);

/** What a learner has beside its shape: both losses, Huber's with several deltas, with and without a limit to the gradient's norm. */
export const anyLearning = (maxBatch: number) =>
  fc
    .record({
      batchSize: fc.integer({ min: 1, max: maxBatch / 16 }).map((n) => 16 * n),
      tau: fc.constantFrom(0.004, 1),
      loss: fc.constantFrom('squared' as const, 'huber' as const),
      huberDelta: fc.constantFrom(1, 0.3, 2.7, 1e-44, 3e38),
      limit: fc.constantFrom(undefined, 0.3, 1e4),
    })
    .map(({ limit, ...learning }) =>
      limit === undefined ? learning : { ...learning, maxGradientNorm: limit },
    );

/** 1 to 4 hidden layers of 1 to `maxUnits` units, every activation and head, batches of 16 to `maxBatch`. */
export const anyOptions = (maxUnits: number, maxBatch: number): fc.Arbitrary<LearnerOptions> =>
  fc
    .record({
      shape: fc.record({
        inputs: fc.integer({ min: 1, max: 20 }),
        layers: fc.array(
          fc.record({ units: fc.integer({ min: 1, max: maxUnits }), activation: anyActivation }),
          { minLength: 1, maxLength: 4 },
        ),
        outputs: fc.integer({ min: 1, max: 19 }),
        head: fc.constantFrom('plain' as const, 'dueling' as const),
      }),
      learning: anyLearning(maxBatch),
    })
    .map(({ shape, learning }) => optionsOf(shape, learning));

export function fill(array: Float32Array, random: RandomStream, size: number): Float32Array {
  for (let i = 0; i < array.length; i++) array[i] = random.uniform(-size, size);
  return array;
}

export function fillReplay(replay: ReplayArrays, outputs: number, random: RandomStream): void {
  fill(replay.observations, random, 1.5);
  fill(replay.nextObservations, random, 1.5);
  fill(replay.rewards, random, 3);
  random.fillIndices(replay.actions, outputs);
  for (let i = 0; i < replay.terminated.length; i++) replay.terminated[i] = random.random() < 0.2 ? 1 : 0;
}

export function fillNetwork(learner: Learner, random: RandomStream): void {
  const count = parameterCount(learner.shape);
  learner.write('parameters', fill(new Float32Array(count), random, 0.7));
  learner.write('target', fill(new Float32Array(count), random, 0.7));
}

/** A learner with random parameters and a full replay; the same for the same seed, whatever the kernels. */
export function randomLearner(kernels: Kernels, options: LearnerOptions, seed: number): Learner {
  const random = new RandomStream(seed);
  const learner = kernels.createLearner(options, maxCount);
  fillNetwork(learner, random);
  fillReplay(learner.replay, options.shape.outputs, random);
  return learner;
}

/** Updates number `first` to `last` − 1; each draws its minibatch, and weights, from a stream of its own. */
export function update(learner: Learner, first: number, last: number, weighted = false): number[] {
  const { batchSize, replayCapacity } = learner.options;
  const indices = new Int32Array(batchSize);
  const losses: number[] = [];
  for (let number = first; number < last; number++) {
    const random = new RandomStream(number);
    random.fillIndices(indices, replayCapacity);
    const weights = weighted ? Float32Array.from(indices, () => random.uniform(0, 2)) : undefined;
    losses.push(learner.update(indices, learningRate, weights));
  }
  return losses;
}

export function readPart(learner: Learner, part: LearnerPart): Float32Array {
  const values = new Float32Array(parameterCount(learner.shape));
  learner.read(part, values);
  return values;
}

/** Lowers biases, so that units of relu layers are 0 for most observations, for all, or (−0 aside) on the verge of it. */
export function idleUnits(learner: Learner, seed: number): void {
  const { inputs, layers } = learner.shape;
  const random = new RandomStream(seed);
  for (const part of ['parameters', 'target'] as const) {
    const parameters = readPart(learner, part);
    let [start, width] = [0, inputs];
    for (const { units } of layers) {
      const biases = parameters.subarray(start + width * units, start + width * units + units);
      for (let u = 0; u < units; u++) biases[u] += [0, -0.5, -1, -2, -100][Math.floor(random.uniform(0, 5))];
      biases[0] = -0;
      start += (width + 1) * units;
      width = units;
    }
    learner.write(part, parameters);
  }
}

/** Equal bits; any NaN equals any other, because targets differ in its payload. */
export function expectSameBits(actual: Float32Array, expected: Float32Array, what: string): void {
  const index = expected.findIndex((value, i) => !Object.is(value, actual[i]));
  const found = index < 0 ? '' : `${what}[${index}] is ${actual[index]}, not ${expected[index]}`;
  expect(found).toBe('');
}

/** Equal bits of all parts and of the last update's TD errors. */
export function expectSameState(actual: Learner, expected: Learner): void {
  for (const part of parts) expectSameBits(readPart(actual, part), readPart(expected, part), part);
  expectSameBits(actual.tdErrors, expected.tdErrors, 'tdErrors');
}
