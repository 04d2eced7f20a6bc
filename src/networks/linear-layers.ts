/** Where every linear layer of a network lies in its flat parameters, and what PyTorch would call it. */
import type { NetworkShape } from '../kernels/kernels.ts';

export interface LinearLayer {
  /** `layers.0`, `layers.1`, … for the hidden layers; `head`, or `value` and `advantage` of a dueling one. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** The weights `[outputs][inputs]` are parameters[weights … biases). */
  readonly weights: number;
  /** The biases are parameters[biases … end). */
  readonly biases: number;
  readonly end: number;
}

/** The linear layers from input to output, in the flat order of `parameterCount`. */
export function linearLayers(shape: NetworkShape): readonly LinearLayer[] {
  const layers: LinearLayer[] = [];
  let weights = 0;
  const append = (name: string, inputs: number, outputs: number) => {
    const biases = weights + outputs * inputs;
    layers.push({ name, inputs, outputs, weights, biases, end: biases + outputs });
    weights = biases + outputs;
  };
  let inputs = shape.inputs;
  for (const [index, { units }] of shape.layers.entries()) {
    append(`layers.${index}`, inputs, units);
    inputs = units;
  }
  if (shape.head === 'dueling') append('value', inputs, 1);
  append(shape.head === 'dueling' ? 'advantage' : 'head', inputs, shape.outputs);
  return layers;
}
