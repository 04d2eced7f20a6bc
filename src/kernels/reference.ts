/**
 * The learning kernels in plain TypeScript: the oracle that the compiled ones must equal bit for bit, slow and
 * obvious. It fixes the arithmetic. All numbers are floats; `fma32` and `Math.fround` mark every rounding.
 *
 * - Forward: an output starts at its bias and adds weight · input for the inputs in index order.
 * - Input gradient: starts at 0 and adds weight · gradient for the outputs in index order.
 * - Weight gradient: starts at 0 and adds gradient · input for the transitions in batch order; a bias is the
 *   weight of a constant input 1.
 * - The loss adds up in batch order, in double precision.
 *
 * No sum is ever split, so a machine of any vector width can follow: it computes several sums at once.
 *
 * Sources: Double DQN (van Hasselt et al. 2016, eq. 4), Adam (Kingma & Ba 2015, algorithm 1 in PyTorch's form).
 */
import { biasCorrection } from './adam.ts';
import {
  checkCount,
  checkLearnerOptions,
  checkLength,
  checkMaxCount,
  checkShape,
  checkUpdate,
  checkUpdates,
} from './checks.ts';
import { fma32, relu32, sigmoid32, tanh32 } from './float32.ts';
import {
  type Activation,
  type Kernels,
  type Learner,
  type LearnerOptions,
  type LearnerPart,
  type NetworkShape,
  type Policy,
  parameterCount,
  type ReplayArrays,
} from './kernels.ts';

const { fround, sqrt } = Math;

type LayerActivation = Activation | 'linear';

/** One layer: its sizes and where its parameters begin in the flat order. */
interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: LayerActivation;
  readonly weights: number;
  readonly biases: number;
}

function layersOf(shape: NetworkShape): readonly Layer[] {
  const layers: Layer[] = [];
  let inputs = shape.inputs;
  let weights = 0;
  for (const { units, activation } of [
    ...shape.layers,
    { units: shape.outputs, activation: 'linear' } as const,
  ]) {
    const biases = weights + units * inputs;
    layers.push({ inputs, outputs: units, activation, weights, biases });
    weights = biases + units;
    inputs = units;
  }
  return layers;
}

function activate(activation: LayerActivation, z: number): number {
  switch (activation) {
    case 'relu':
      return relu32(z);
    case 'sigmoid':
      return sigmoid32(z);
    case 'tanh':
      return tanh32(z);
    case 'linear':
      return z;
    default:
      return activation satisfies never;
  }
}

/** The gradient before the activation from the one after it, by the activation's value y. */
function activationGradient(activation: LayerActivation, y: number, gradient: number): number {
  switch (activation) {
    case 'relu':
      return y <= 0 ? 0 : gradient;
    case 'sigmoid':
      return fround(gradient * fma32(-y, y, y));
    case 'tanh':
      return fround(gradient * fma32(-y, y, 1));
    case 'linear':
      return gradient;
    default:
      return activation satisfies never;
  }
}

/** The values of one layer for a batch: inputs (batch × inputs) to outputs (batch × outputs). */
function forwardLayer(layer: Layer, parameters: Float32Array, inputs: Float32Array): Float32Array {
  const batch = inputs.length / layer.inputs;
  const values = new Float32Array(batch * layer.outputs);
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < layer.outputs; o++) {
      let sum = parameters[layer.biases + o];
      for (let i = 0; i < layer.inputs; i++) {
        sum = fma32(parameters[layer.weights + o * layer.inputs + i], inputs[b * layer.inputs + i], sum);
      }
      values[b * layer.outputs + o] = activate(layer.activation, sum);
    }
  }
  return values;
}

/** What goes into every layer, and what comes out of the last one. */
function forward(
  layers: readonly Layer[],
  parameters: Float32Array,
  observations: Float32Array,
): Float32Array[] {
  const values = [observations];
  for (const layer of layers) values.push(forwardLayer(layer, parameters, values[values.length - 1]));
  return values;
}

/** The gradient with respect to a layer's inputs, before the activation that made them. */
function inputGradient(
  layer: Layer,
  below: LayerActivation,
  parameters: Float32Array,
  inputs: Float32Array,
  gradient: Float32Array,
): Float32Array {
  const batch = inputs.length / layer.inputs;
  const result = new Float32Array(inputs.length);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < layer.inputs; i++) {
      let sum = 0;
      for (let o = 0; o < layer.outputs; o++) {
        sum = fma32(parameters[layer.weights + o * layer.inputs + i], gradient[b * layer.outputs + o], sum);
      }
      result[b * layer.inputs + i] = activationGradient(below, inputs[b * layer.inputs + i], sum);
    }
  }
  return result;
}

/** Writes the gradients of a layer's weights and biases to their places in the flat order. */
function parameterGradient(
  layer: Layer,
  inputs: Float32Array,
  gradient: Float32Array,
  into: Float32Array,
): void {
  const batch = inputs.length / layer.inputs;
  for (let o = 0; o < layer.outputs; o++) {
    let biasSum = 0;
    for (let b = 0; b < batch; b++) biasSum = fma32(gradient[b * layer.outputs + o], 1, biasSum);
    into[layer.biases + o] = biasSum;
    for (let i = 0; i < layer.inputs; i++) {
      let sum = 0;
      for (let b = 0; b < batch; b++) {
        sum = fma32(gradient[b * layer.outputs + o], inputs[b * layer.inputs + i], sum);
      }
      into[layer.weights + o * layer.inputs + i] = sum;
    }
  }
}

/** The index of the largest value, the first on ties. Comparisons with NaN are false: it never displaces a value. */
function argmax(values: Float32Array, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[start + i] > values[start + best]) best = i;
  return best;
}

class ReferencePolicy implements Policy {
  readonly shape: NetworkShape;
  protected readonly layers: readonly Layer[];
  protected readonly parameters: Float32Array;
  readonly #maxCount: number;

  constructor(shape: NetworkShape, maxCount: number) {
    checkShape(shape);
    checkMaxCount(maxCount);
    this.shape = shape;
    this.layers = layersOf(shape);
    this.parameters = new Float32Array(parameterCount(shape));
    this.#maxCount = maxCount;
  }

  qValues(observations: Float32Array, count: number, values: Float32Array): void {
    const { inputs, outputs } = this.shape;
    checkCount(count, this.#maxCount, observations.length, inputs, values.length, outputs);
    values.set(this.#forward(observations, count));
  }

  act(observations: Float32Array, count: number, actions: Int32Array): void {
    const { inputs, outputs } = this.shape;
    checkCount(count, this.#maxCount, observations.length, inputs, actions.length, 1);
    const values = this.#forward(observations, count);
    for (let n = 0; n < count; n++) actions[n] = argmax(values, n * outputs, outputs);
  }

  #forward(observations: Float32Array, count: number): Float32Array {
    const values = forward(this.layers, this.parameters, observations.slice(0, count * this.shape.inputs));
    return values[values.length - 1];
  }

  readParameters(into: Float32Array): void {
    checkLength('parameters', into.length, this.parameters.length);
    into.set(this.parameters);
  }

  writeParameters(from: Float32Array): void {
    checkLength('parameters', from.length, this.parameters.length);
    this.parameters.set(from);
  }
}

/** What a minibatch says about the parameters. */
interface LossGradient {
  readonly loss: number;
  /** In the flat order. */
  readonly gradient: Float32Array;
}

/** A learner that also shows the gradient it would follow, for tests against finite differences. */
export class ReferenceLearner extends ReferencePolicy implements Learner {
  readonly options: LearnerOptions;
  readonly replay: ReplayArrays;
  readonly #parts: Readonly<Record<LearnerPart, Float32Array>>;
  #updates = 0;

  constructor(options: LearnerOptions, maxCount: number) {
    checkLearnerOptions(options);
    super(options.shape, maxCount);
    this.options = options;
    const { replayCapacity: capacity } = options;
    this.replay = {
      observations: new Float32Array(capacity * options.shape.inputs),
      nextObservations: new Float32Array(capacity * options.shape.inputs),
      actions: new Int32Array(capacity),
      rewards: new Float32Array(capacity),
      terminated: new Uint8Array(capacity),
    };
    const fresh = () => new Float32Array(this.parameters.length);
    this.#parts = {
      parameters: this.parameters,
      target: fresh(),
      firstMoment: fresh(),
      secondMoment: fresh(),
    };
  }

  get updates(): number {
    return this.#updates;
  }

  set updates(updates: number) {
    checkUpdates(updates);
    this.#updates = updates;
  }

  read(part: LearnerPart, into: Float32Array): void {
    checkLength(part, into.length, this.parameters.length);
    into.set(this.#parts[part]);
  }

  write(part: LearnerPart, from: Float32Array): void {
    checkLength(part, from.length, this.parameters.length);
    this.#parts[part].set(from);
  }

  update(indices: Int32Array, learningRate: number): number {
    checkUpdate(this.options, indices, learningRate);
    const { loss, gradient } = this.lossGradient(indices);
    this.#updates += 1;
    this.#adam(gradient, learningRate);
    return loss;
  }

  /** The mean loss of a minibatch and its gradient; changes nothing. */
  lossGradient(indices: Int32Array): LossGradient {
    const { shape, batchSize } = this.options;
    const { actions, observations } = this.replay;
    const targets = this.#targets(indices);
    const values = forward(this.layers, this.parameters, gather(observations, shape.inputs, indices));
    const q = values[values.length - 1];
    let outputGradient: Float32Array = new Float32Array(q.length);
    const share = fround(1 / batchSize);
    let lossSum = 0;
    for (let b = 0; b < batchSize; b++) {
      const chosen = b * shape.outputs + actions[indices[b]];
      const error = fround(q[chosen] - targets[b]);
      const { loss, slope } = this.#lossOf(error);
      lossSum += loss;
      outputGradient[chosen] = fround(slope * share);
    }
    const gradient = new Float32Array(this.parameters.length);
    for (let l = this.layers.length - 1; l >= 0; l--) {
      const layer = this.layers[l];
      parameterGradient(layer, values[l], outputGradient, gradient);
      if (l === 0) break;
      const below = this.layers[l - 1].activation;
      outputGradient = inputGradient(layer, below, this.parameters, values[l], outputGradient);
    }
    return { loss: lossSum / batchSize, gradient };
  }

  /** r + γ Q_target(s', argmax Q(s')), or r where the episode terminated. */
  #targets(indices: Int32Array): Float32Array {
    const { inputs, outputs } = this.shape;
    const { nextObservations, rewards, terminated } = this.replay;
    const next = gather(nextObservations, inputs, indices);
    const online = forward(this.layers, this.parameters, next);
    const target = forward(this.layers, this.#parts.target, next);
    const depth = this.layers.length;
    const gamma = fround(this.options.gamma);
    return Float32Array.from(indices, (index, b) => {
      const best = b * outputs + argmax(online[depth], b * outputs, outputs);
      return terminated[index] === 0 ? fma32(gamma, target[depth][best], rewards[index]) : rewards[index];
    });
  }

  #lossOf(error: number): { loss: number; slope: number } {
    if (this.options.loss === 'squared') return { loss: fround(fround(0.5 * error) * error), slope: error };
    const clipped = error > 1 ? 1 : error < -1 ? -1 : error;
    return { loss: fround(clipped * fma32(-0.5, clipped, error)), slope: clipped };
  }

  #adam(gradient: Float32Array, learningRate: number): void {
    const { beta1, beta2, epsilon } = this.options.adam;
    const { parameters, target, firstMoment, secondMoment } = this.#parts;
    const stepSize = fround(learningRate / biasCorrection(beta1, this.#updates));
    const rootScale = fround(1 / sqrt(biasCorrection(beta2, this.#updates)));
    const tau = fround(this.options.tau);
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i];
      const m = fma32(fround(1 - beta1), g, fround(fround(beta1) * firstMoment[i]));
      const v = fma32(fround(fround(1 - beta2) * g), g, fround(fround(beta2) * secondMoment[i]));
      const root = fma32(fround(sqrt(v)), rootScale, fround(epsilon));
      const parameter = fma32(-stepSize, fround(m / root), parameters[i]);
      firstMoment[i] = m;
      secondMoment[i] = v;
      parameters[i] = parameter;
      target[i] = tau === 1 ? parameter : fma32(tau, fround(parameter - target[i]), target[i]);
    }
  }
}

/** The rows of the replay that a minibatch names. */
function gather(rows: Float32Array, width: number, indices: Int32Array): Float32Array {
  const batch = new Float32Array(indices.length * width);
  indices.forEach((index, b) => batch.set(rows.subarray(index * width, (index + 1) * width), b * width));
  return batch;
}

export const referenceKernels: Kernels = {
  target: 'reference',
  createPolicy: (shape, maxCount) => new ReferencePolicy(shape, maxCount),
  createLearner: (options, maxCount) => new ReferenceLearner(options, maxCount),
};
