/** What may be asked of the kernels: every implementation refuses the rest with the same words. */
import type { LearnerOptions, NetworkShape } from './kernels.ts';

const maxUnits = 65_536;
const maxCountLimit = 4096;
const batchStep = 16;
const maxBatch = 512;

function checkInteger(name: string, value: number, low: number, high: number): void {
  if (!(Number.isSafeInteger(value) && value >= low && value <= high)) {
    throw new RangeError(`${name} is ${value}; expected an integer from ${low} to ${high}`);
  }
}

function checkInterval(name: string, value: number, holds: boolean, interval: string): void {
  if (!holds) throw new RangeError(`${name} is ${value}; expected a number in ${interval}`);
}

/** @throws RangeError naming the number that is out of range. */
export function checkShape(shape: NetworkShape): void {
  checkInteger('inputs', shape.inputs, 1, maxUnits);
  checkInteger('outputs', shape.outputs, 1, maxUnits);
  if (shape.layers.length === 0) throw new RangeError('a network without hidden layers; expected at least 1');
  shape.layers.forEach(({ units, activation }, index) => {
    checkInteger(`units of hidden layer ${index + 1}`, units, 1, maxUnits);
    if (activation !== 'relu' && activation !== 'sigmoid' && activation !== 'tanh') {
      throw new RangeError(
        `activation of hidden layer ${index + 1} is "${String(activation)}"; expected relu, sigmoid or tanh`,
      );
    }
  });
}

/** @throws RangeError unless the most observations of one call are 1 to 4096. */
export function checkMaxCount(maxCount: number): void {
  checkInteger('maxCount', maxCount, 1, maxCountLimit);
}

/** @throws RangeError naming the option that is out of range. */
export function checkLearnerOptions(options: LearnerOptions): void {
  checkShape(options.shape);
  const { batchSize, replayCapacity, gamma, tau, loss } = options;
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
  if (loss !== 'squared' && loss !== 'huber') {
    throw new RangeError(`loss is "${String(loss)}"; expected squared or huber`);
  }
}

/** @throws RangeError unless an array holds exactly `expected` numbers. */
export function checkLength(name: string, length: number, expected: number): void {
  if (length !== expected) throw new RangeError(`${name} has ${length} elements; expected ${expected}`);
}

/** @throws RangeError unless a call about `count` observations fits the arrays and the limit. */
export function checkCount(
  count: number,
  maxCount: number,
  observations: number,
  inputs: number,
  results: number,
  outputs: number,
): void {
  checkInteger('count', count, 1, maxCount);
  if (observations < count * inputs) {
    throw new RangeError(`observations has ${observations} elements; expected at least ${count * inputs}`);
  }
  if (results < count * outputs) {
    throw new RangeError(`the result has ${results} elements; expected at least ${count * outputs}`);
  }
}

/** @throws RangeError unless the indices are a batch of stored transitions and the learning rate is usable. */
export function checkUpdate(options: LearnerOptions, indices: Int32Array, learningRate: number): void {
  checkLength('indices', indices.length, options.batchSize);
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] < 0 || indices[i] >= options.replayCapacity) {
      throw new RangeError(
        `index ${indices[i]} of the minibatch; expected an integer from 0 to ${options.replayCapacity - 1}`,
      );
    }
  }
  checkInterval('learningRate', learningRate, learningRate >= 0 && learningRate < Infinity, '[0, Infinity)');
}

/** @throws RangeError unless Adam's step count is an integer ≥ 0. */
export function checkUpdates(updates: number): void {
  checkInteger('updates', updates, 0, Number.MAX_SAFE_INTEGER);
}
