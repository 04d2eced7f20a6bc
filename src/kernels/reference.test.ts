import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import {
  type Activation,
  type Head,
  type LearnerOptions,
  type NetworkShape,
  parameterCount,
} from './kernels.ts';
import { referenceKernels } from './reference.ts';
import { ReferenceLearner } from './reference-learner.ts';

const batchSize = 16;

function optionsOf(
  activations: readonly Activation[],
  loss: LearnerOptions['loss'],
  head: Head = 'plain',
): LearnerOptions {
  const layers = activations.map((activation, index) => ({ units: 7 + 2 * index, activation }));
  return {
    shape: { inputs: 5, layers, outputs: 3, head },
    batchSize,
    replayCapacity: 40,
    gamma: 0.97,
    tau: 0.01,
    loss,
    adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  };
}

function fill(array: Float32Array, random: RandomStream, size: number): Float32Array {
  for (let i = 0; i < array.length; i++) array[i] = random.uniform(-size, size);
  return array;
}

/** A learner with random parameters on random transitions, and the indices of a minibatch. */
function randomLearner(options: LearnerOptions): { learner: ReferenceLearner; indices: Int32Array } {
  const random = new RandomStream(11);
  const learner = new ReferenceLearner(options, 4);
  const count = parameterCount(options.shape);
  learner.write('parameters', fill(new Float32Array(count), random, 0.8));
  learner.write('target', fill(new Float32Array(count), random, 0.8));
  const { observations, nextObservations, rewards, actions, terminated } = learner.replay;
  fill(observations, random, 1);
  fill(nextObservations, random, 1);
  fill(rewards, random, 2);
  random.fillIndices(actions, options.shape.outputs);
  for (let i = 0; i < terminated.length; i++) terminated[i] = random.random() < 0.3 ? 1 : 0;
  const indices = new Int32Array(batchSize);
  random.fillIndices(indices, options.replayCapacity);
  return { learner, indices };
}

const activationOf = {
  relu: (z: number) => Math.max(z, 0),
  'leaky-relu': (z: number) => Math.max(z, 0.01 * z),
  elu: (z: number) => (z < 0 ? Math.expm1(z) : z),
  silu: (z: number) => z / (1 + Math.exp(-z)),
  sigmoid: (z: number) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
};

/** Q-values of one observation, in double precision. */
function forward64(
  shape: NetworkShape,
  parameters: ArrayLike<number>,
  observation: ArrayLike<number>,
): number[] {
  let values = Array.from(observation);
  let at = 0;
  const linear = (inputs: readonly number[], units: number) => {
    const weights = at;
    const biases = at + units * inputs.length;
    at = biases + units;
    return Array.from({ length: units }, (_, o) =>
      inputs.reduce(
        (sum, x, i) => sum + parameters[weights + o * inputs.length + i] * x,
        parameters[biases + o],
      ),
    );
  };
  for (const { units, activation } of shape.layers) {
    values = linear(values, units).map(activationOf[activation]);
  }
  if (shape.head !== 'dueling') return linear(values, shape.outputs);
  const [value] = linear(values, 1);
  const advantages = linear(values, shape.outputs);
  const mean = advantages.reduce((sum, advantage) => sum + advantage, 0) / advantages.length;
  return advantages.map((advantage) => value + advantage - mean);
}

/** The mean loss of a minibatch as a function of the online parameters that are being differentiated. */
function loss64(learner: ReferenceLearner, indices: Int32Array, parameters: Float64Array): number {
  const { shape, gamma, loss, huberDelta: delta = 1 } = learner.options;
  const { replay } = learner;
  const count = parameters.length;
  const online = new Float32Array(count);
  const target = new Float32Array(count);
  learner.read('parameters', online);
  learner.read('target', target);
  const row = (rows: Float32Array, index: number) =>
    rows.subarray(index * shape.inputs, (index + 1) * shape.inputs);
  let sum = 0;
  for (const index of indices) {
    const choice = forward64(shape, online, row(replay.nextObservations, index));
    const next = forward64(shape, target, row(replay.nextObservations, index));
    const bootstrap = replay.terminated[index] ? 0 : gamma * next[choice.indexOf(Math.max(...choice))];
    const q = forward64(shape, parameters, row(replay.observations, index))[replay.actions[index]];
    const error = Math.abs(q - replay.rewards[index] - bootstrap);
    sum += loss === 'huber' && error > delta ? delta * (error - delta / 2) : 0.5 * error * error;
  }
  return sum / indices.length;
}

describe('the reference learner', () => {
  it.each([
    [['relu'], 'squared', 'plain', 1],
    [['sigmoid', 'relu'], 'huber', 'plain', 1],
    [['tanh', 'sigmoid', 'relu'], 'squared', 'plain', 1],
    [['tanh', 'tanh'], 'huber', 'dueling', 0.3],
    [['relu'], 'squared', 'dueling', 1],
    [['leaky-relu', 'leaky-relu'], 'squared', 'plain', 1],
    [['elu', 'elu'], 'huber', 'dueling', 1],
    [['silu', 'relu', 'silu'], 'squared', 'plain', 1],
    [['silu', 'elu', 'leaky-relu'], 'huber', 'dueling', 2],
  ] as const)(
    'has gradients with a relative error < 1e-5 of central differences in double precision: %s, %s, %s, delta %d',
    (activations, loss, head, huberDelta) => {
      const { learner, indices } = randomLearner({ ...optionsOf(activations, loss, head), huberDelta });
      const result = learner.lossGradient(indices);
      const parameters = new Float32Array(result.gradient.length);
      learner.readParameters(parameters);
      const point = Float64Array.from(parameters);
      expect(result.loss).toBeCloseTo(loss64(learner, indices, point), 5);
      let difference = 0;
      let norm = 0;
      const step = 1e-6;
      for (let i = 0; i < point.length; i++) {
        const at = point[i];
        point[i] = at + step;
        const above = loss64(learner, indices, point);
        point[i] = at - step;
        const slope = (above - loss64(learner, indices, point)) / (2 * step);
        point[i] = at;
        difference += (slope - result.gradient[i]) ** 2;
        norm += slope ** 2;
      }
      expect(norm).toBeGreaterThan(1e-3);
      expect(Math.sqrt(difference / norm)).toBeLessThan(1e-5);
    },
  );

  it('bootstraps through truncation and never through termination', () => {
    const { learner, indices } = randomLearner(optionsOf(['relu'], 'squared'));
    const lossWith = (terminated: number, scale: number) => {
      learner.replay.terminated.fill(terminated);
      fill(learner.replay.nextObservations, new RandomStream(3), scale);
      return learner.lossGradient(indices).loss;
    };
    expect(lossWith(1, 1)).toBe(lossWith(1, 100));
    expect(lossWith(0, 1)).not.toBe(lossWith(0, 100));
    // What follows a terminated transition is never read, not even where it is not finite.
    learner.replay.terminated.fill(1);
    learner.replay.nextObservations.fill(Infinity);
    expect(learner.lossGradient(indices).loss).toBeLessThan(Infinity);
  });

  it('copies the parameters into the target where tau is 1', () => {
    const { learner, indices } = randomLearner({ ...optionsOf(['tanh'], 'huber'), tau: 1 });
    learner.update(indices, 1e-3);
    const count = parameterCount(learner.shape);
    const [parameters, target] = [new Float32Array(count), new Float32Array(count)];
    learner.read('parameters', parameters);
    learner.read('target', target);
    expect(target).toEqual(parameters);
  });

  it('acts by the first of the largest Q-values', () => {
    const policy = referenceKernels.createPolicy(
      { inputs: 1, layers: [{ units: 1, activation: 'relu' }], outputs: 3 },
      2,
    );
    // Q = bias + weight · relu(x): equal Q-values 2, 2, 2 at x = 0 and 1, 3, 3 at x = 1.
    policy.writeParameters(Float32Array.of(1, 0, -1, 1, 1, 2, 2, 2));
    const actions = new Int32Array(2);
    policy.act(Float32Array.of(0, 1), 2, actions);
    expect([...actions]).toEqual([0, 1]);
  });
});
