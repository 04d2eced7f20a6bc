/**
 * The network of the reference kernels: forward pass and gradient in plain TypeScript. It fixes the order of all
 * additions (see reference.ts). Batches are row by row; parameters and gradients are flat, as `parameterCount` says.
 */
import {
  elu32,
  fma32,
  leak,
  leakyRelu32,
  relu32,
  sigmoid32,
  silu32,
  siluSlope32,
  tanh32,
} from './float32.ts';
import type { Activation, NetworkShape } from './kernels.ts';

const { fround } = Math;

type LayerActivation = Activation | 'linear';

/** One linear layer and its activation: its sizes and where its parameters begin in the flat order. */
interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: LayerActivation;
  readonly weights: number;
  readonly biases: number;
}

export interface Network {
  readonly hidden: readonly Layer[];
  /** Plain: the Q-values. Dueling: the value, the advantages. */
  readonly head: readonly Layer[];
  readonly actions: number;
}

export function networkOf(shape: NetworkShape): Network {
  let weights = 0;
  const append = (inputs: number, outputs: number, activation: LayerActivation): Layer => {
    const layer = { inputs, outputs, activation, weights, biases: weights + outputs * inputs };
    weights = layer.biases + outputs;
    return layer;
  };
  let inputs = shape.inputs;
  const hidden = shape.layers.map(({ units, activation }) => {
    const layer = append(inputs, units, activation);
    inputs = units;
    return layer;
  });
  const outputs = shape.head === 'dueling' ? [1, shape.outputs] : [shape.outputs];
  return { hidden, head: outputs.map((count) => append(inputs, count, 'linear')), actions: shape.outputs };
}

function activate(activation: LayerActivation, z: number): number {
  switch (activation) {
    case 'relu':
      return relu32(z);
    case 'sigmoid':
      return sigmoid32(z);
    case 'tanh':
      return tanh32(z);
    case 'leaky-relu':
      return leakyRelu32(z);
    case 'elu':
      return elu32(z);
    case 'silu':
      return silu32(z);
    case 'linear':
      return z;
    default:
      return activation satisfies never;
  }
}

/** The gradient before the activation from the one after it, by the activation's value y or, for silu, the sum z. */
function activationGradient(activation: LayerActivation, z: number, y: number, gradient: number): number {
  switch (activation) {
    case 'relu':
      return y <= 0 ? 0 : gradient;
    case 'sigmoid':
      return fround(gradient * fma32(-y, y, y));
    case 'tanh':
      return fround(gradient * fma32(-y, y, 1));
    case 'leaky-relu':
      return y <= 0 ? fround(leak * gradient) : gradient;
    case 'elu':
      return y > 0 ? gradient : fround(gradient * fround(y + 1));
    case 'silu':
      return fround(gradient * siluSlope32(z));
    case 'linear':
      return gradient;
    default:
      return activation satisfies never;
  }
}

/** The sums of one layer for a batch: inputs (batch × inputs) to outputs (batch × outputs). */
function layerSums(layer: Layer, parameters: Float32Array, inputs: Float32Array): Float32Array {
  const batch = inputs.length / layer.inputs;
  const sums = new Float32Array(batch * layer.outputs);
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < layer.outputs; o++) {
      let sum = parameters[layer.biases + o];
      for (let i = 0; i < layer.inputs; i++) {
        sum = fma32(parameters[layer.weights + o * layer.inputs + i], inputs[b * layer.inputs + i], sum);
      }
      sums[b * layer.outputs + o] = sum;
    }
  }
  return sums;
}

/** A + (V − mean of A) of every transition. */
function combineDueling(values: Float32Array, advantages: Float32Array): Float32Array {
  const actions = advantages.length / values.length;
  return advantages.map((advantage, index) => {
    const first = index - (index % actions);
    let sum = advantages[first];
    for (let a = 1; a < actions; a++) sum = fround(sum + advantages[first + a]);
    return fround(advantage + fround(values[first / actions] - fround(sum / actions)));
  });
}

export interface ForwardPass {
  /** What goes into every hidden layer, and what comes out of the last one. */
  readonly values: readonly Float32Array[];
  /** What every hidden layer's activation is applied to. */
  readonly sums: readonly Float32Array[];
  /** batch × actions. */
  readonly q: Float32Array;
}

export function forward(network: Network, parameters: Float32Array, observations: Float32Array): ForwardPass {
  const values = [observations];
  const sums: Float32Array[] = [];
  for (const [l, layer] of network.hidden.entries()) {
    sums.push(layerSums(layer, parameters, values[l]));
    values.push(sums[l].map((z) => activate(layer.activation, z)));
  }
  const last = values[values.length - 1];
  const [first, second] = network.head.map((layer) => layerSums(layer, parameters, last));
  return { values, sums, q: second ? combineDueling(first, second) : first };
}

/** Adds to `sums` (batch × inputs) what a layer's outputs say about its inputs: weight · gradient, in output order. */
function addInputGradient(
  layer: Layer,
  parameters: Float32Array,
  gradient: Float32Array,
  sums: Float32Array,
): void {
  const batch = gradient.length / layer.outputs;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < layer.inputs; i++) {
      let sum = sums[b * layer.inputs + i];
      for (let o = 0; o < layer.outputs; o++) {
        sum = fma32(parameters[layer.weights + o * layer.inputs + i], gradient[b * layer.outputs + o], sum);
      }
      sums[b * layer.inputs + i] = sum;
    }
  }
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
    for (let b = 0; b < batch; b++) biasSum = fround(biasSum + gradient[b * layer.outputs + o]);
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

/**
 * The gradients with respect to what the head's layers compute.
 * @param slopes the loss's gradient with respect to the taken action's Q-value, per transition.
 */
function headGradients(network: Network, slopes: Float32Array, taken: Int32Array): Float32Array[] {
  const { actions } = network;
  const dueling = network.head.length === 2;
  const ofActions = new Float32Array(slopes.length * actions);
  slopes.forEach((slope, b) => {
    const rest = dueling ? fround(slope / actions) : 0;
    for (let a = 0; a < actions; a++) {
      ofActions[b * actions + a] = fround((a === taken[b] ? slope : 0) - rest);
    }
  });
  return dueling ? [slopes, ofActions] : [ofActions];
}

/** The gradient with respect to all parameters, flat. */
export function backward(
  network: Network,
  parameters: Float32Array,
  { values, sums }: ForwardPass,
  slopes: Float32Array,
  taken: Int32Array,
): Float32Array {
  const gradient = new Float32Array(parameters.length);
  let layers = network.head;
  let outputGradients = headGradients(network, slopes, taken);
  for (let l = network.hidden.length; l >= 0; l--) {
    const inputs = values[l];
    const gradients = new Float32Array(inputs.length);
    layers.forEach((layer, index) => {
      parameterGradient(layer, inputs, outputGradients[index], gradient);
      if (l > 0) addInputGradient(layer, parameters, outputGradients[index], gradients);
    });
    if (l === 0) break;
    const below = network.hidden[l - 1];
    const before = (g: number, i: number) =>
      activationGradient(below.activation, sums[l - 1][i], inputs[i], g);
    outputGradients = [gradients.map(before)];
    layers = [below];
  }
  return gradient;
}

/** The sum of a gradient's squares, in the order that native/learner/norm.h defines. */
export function squaredNorm(network: Network, gradient: Float32Array): number {
  const value = network.head.length === 2 ? network.head[0] : undefined;
  let total = 0;
  for (const layer of [...network.hidden, network.head[network.head.length - 1]]) {
    const isHead = layer.activation === 'linear';
    for (let i = 0; i < layer.inputs; i++) {
      let sum = 0;
      if (isHead && value) sum = fma32(gradient[value.weights + i], gradient[value.weights + i], sum);
      for (let o = 0; o < layer.outputs; o++) {
        const g = gradient[layer.weights + o * layer.inputs + i];
        sum = fma32(g, g, sum);
      }
      total += sum;
    }
    if (isHead && value) total += gradient[value.biases] ** 2;
    for (let o = 0; o < layer.outputs; o++) total += gradient[layer.biases + o] ** 2;
  }
  return total;
}
