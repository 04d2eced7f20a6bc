/** What may be asked of the kernels: every implementation refuses the rest with the same words. */
import {
  type Activation,
  activations,
  type Head,
  type LearnerOptions,
  type NetworkShape,
  type SupernetOptions,
} from './kernels.ts';

const maxUnits = 65_536;
const maxCountLimit = 4096;
/** A caller and the helpers of native/crew.c. */
const threadLimit = 16;
const batchStep = 16;
const maxBatch = 512;
/** Words of a generator: state (4), increment (4), buffer full (1), buffer (1). */
export const pcg64Words = 10;

function checkInteger(name: string, value: number, low: number, high: number): void {
  if (!(Number.isSafeInteger(value) && value >= low && value <= high)) {
    throw new RangeError(`${name} is ${value}; expected an integer from ${low} to ${high}`);
  }
}

function checkInterval(name: string, value: number, holds: boolean, interval: string): void {
  if (!holds) throw new RangeError(`${name} is ${value}; expected a number in ${interval}`);
}

/** Of what is a float > 0 in the kernels. */
function checkPositive(name: string, value: number): void {
  const float = Math.fround(value);
  checkInterval(name, value, float > 0 && float < Infinity, '[1e-44, 3e38]');
}

function checkActivation(name: string, activation: Activation): void {
  if (!activations.includes(activation)) {
    throw new RangeError(`${name} is "${activation}"; expected ${activations.join(', ')}`);
  }
}

/** What a network and a supernet have in common. */
function checkEnds(shape: {
  readonly inputs: number;
  readonly layers: readonly { readonly units: number }[];
  readonly outputs: number;
  readonly head?: Head;
}): void {
  const { inputs, layers, outputs, head = 'plain' } = shape;
  checkInteger('inputs', inputs, 1, maxUnits);
  checkInteger('outputs', outputs, 1, maxUnits);
  if (layers.length === 0) throw new RangeError('a network without hidden layers; expected at least 1');
  layers.forEach(({ units }, index) =>
    checkInteger(`units of hidden layer ${index + 1}`, units, 1, maxUnits),
  );
  if (head !== 'plain' && head !== 'dueling') {
    throw new RangeError(`head is "${String(head)}"; expected plain or dueling`);
  }
}

/** @throws RangeError naming the number that is out of range. */
export function checkShape(shape: NetworkShape): void {
  checkEnds(shape);
  shape.layers.forEach(({ activation }, index) =>
    checkActivation(`activation of hidden layer ${index + 1}`, activation),
  );
}

/** @throws RangeError unless the most observations of one call are 1 to 4096. */
export function checkMaxCount(maxCount: number): void {
  checkInteger('maxCount', maxCount, 1, maxCountLimit);
}

/** @throws RangeError unless an update may be shared by 1 to 16 threads. */
export function checkThreads(threads: number): void {
  checkInteger('threads', threads, 1, threadLimit);
}

/** @throws RangeError naming the option that is out of range. */
export function checkLearnerOptions(options: LearnerOptions): void {
  checkShape(options.shape);
  checkLearning(options);
}

/** @throws RangeError naming the option that is out of range. */
export function checkSupernetOptions(options: SupernetOptions): void {
  checkEnds(options.shape);
  options.shape.layers.forEach(({ activations: choices }, index) => {
    const name = `activations of hidden layer ${index + 1}`;
    if (choices.length === 0 || new Set(choices).size < choices.length) {
      throw new RangeError(`${name} are [${choices.join(', ')}]; expected at least 1, all distinct`);
    }
    for (const activation of choices) checkActivation(`one of the ${name}`, activation);
  });
  checkLearning(options);
}

/** @throws RangeError unless a supernet contains a network. */
export function checkSlice(options: SupernetOptions, shape: NetworkShape): void {
  checkShape(shape);
  const { inputs, layers, outputs, head = 'plain' } = options.shape;
  checkInteger('inputs', shape.inputs, inputs, inputs);
  checkInteger('outputs', shape.outputs, outputs, outputs);
  checkInteger('number of hidden layers', shape.layers.length, 1, layers.length);
  if ((shape.head ?? 'plain') !== head) throw new RangeError(`head is "${shape.head}"; expected ${head}`);
  shape.layers.forEach(({ units, activation }, index) => {
    checkInteger(`units of hidden layer ${index + 1}`, units, 1, layers[index].units);
    if (!layers[index].activations.includes(activation)) {
      const expected = layers[index].activations.join(', ');
      throw new RangeError(
        `activation of hidden layer ${index + 1} is "${activation}"; expected ${expected}`,
      );
    }
  });
}

function checkLearning(options: Omit<LearnerOptions, 'shape'>): void {
  const { batchSize, replayCapacity, gamma, tau, loss, huberDelta = 1, maxGradientNorm = 1 } = options;
  const { beta1, beta2, epsilon } = options.adam;
  if (!(batchSize % batchStep === 0 && batchSize >= batchStep && batchSize <= maxBatch)) {
    throw new RangeError(
      `batchSize is ${batchSize}; expected a multiple of ${batchStep} from ${batchStep} to ${maxBatch}`,
    );
  }
  checkInteger('replayCapacity', replayCapacity, batchSize, 2 ** 31 - 1);
  checkInterval('gamma', gamma, gamma >= 0 && gamma <= 1, '[0, 1]');
  checkInterval('tau', tau, tau > 0 && tau <= 1, '(0, 1]');
  checkInterval('beta1', beta1, beta1 >= 0 && beta1 < 1, '[0, 1)');
  checkInterval('beta2', beta2, beta2 >= 0 && beta2 < 1, '[0, 1)');
  checkInterval('epsilon', epsilon, Math.fround(epsilon) > 0 && epsilon < 1, '[1e-44, 1)');
  checkPositive('maxGradientNorm', maxGradientNorm);
  checkPositive('huberDelta', huberDelta);
  if (loss !== 'squared' && loss !== 'huber') {
    throw new RangeError(`loss is "${String(loss)}"; expected squared or huber`);
  }
}

/** @throws RangeError unless an array holds exactly `expected` numbers. */
export function checkLength(name: string, length: number, expected: number): void {
  if (length !== expected) throw new RangeError(`${name} has ${length} elements; expected ${expected}`);
}

/** @throws RangeError unless an array has room for `expected` numbers. */
export function checkRoom(name: string, length: number, expected: number): void {
  if (length < expected)
    throw new RangeError(`${name} has ${length} elements; expected at least ${expected}`);
}

/** @throws RangeError unless one call may be about `count` observations. */
export function checkCount(count: number, maxCount: number): void {
  checkInteger('count', count, 1, maxCount);
}

/** @throws RangeError unless a minibatch can be drawn from a generator's words. */
export function checkDraw(batchSize: number, random: Uint32Array, limit: number, indices: Int32Array): void {
  checkLength('random', random.length, pcg64Words);
  checkInteger('limit', limit, 1, 2 ** 31 - 1);
  checkLength('indices', indices.length, batchSize);
}

/** @throws RangeError unless the indices are a batch of stored transitions, rate and weights usable. */
export function checkUpdate(
  options: Omit<LearnerOptions, 'shape'>,
  indices: Int32Array,
  learningRate: number,
  weights: Float32Array | undefined,
): void {
  const { batchSize, replayCapacity } = options;
  checkLength('indices', indices.length, batchSize);
  for (let i = 0; i < batchSize; i++) {
    const index = indices[i];
    if (index < 0 || index >= replayCapacity) {
      throw new RangeError(
        `index ${index} of the minibatch; expected an integer from 0 to ${replayCapacity - 1}`,
      );
    }
  }
  checkInterval('learningRate', learningRate, learningRate >= 0 && learningRate < Infinity, '[0, Infinity)');
  if (weights) checkWeights(batchSize, weights);
}

function checkWeights(batchSize: number, weights: Float32Array): void {
  checkLength('weights', weights.length, batchSize);
  for (let i = 0; i < weights.length; i++) {
    if (!(weights[i] >= 0 && weights[i] < Infinity)) {
      throw new RangeError(
        `weight ${i} of the minibatch is ${weights[i]}; expected a number in [0, Infinity)`,
      );
    }
  }
}

/** @throws RangeError unless Adam's step count is an integer ≥ 0. */
export function checkUpdates(updates: number): void {
  checkInteger('updates', updates, 0, Number.MAX_SAFE_INTEGER);
}
