/**
 * First parameters of a Q-network: what PyTorch's `nn.Linear.reset_parameters` draws. Weights by
 * `kaiming_uniform_(a=√5)` (He et al. 2015), whose bound √6 / √((1 + a²) · fan_in) comes down to 1/√fan_in, and
 * biases from the same interval.
 */
import { type NetworkShape, parameterCount } from '../kernels/kernels.ts';
import type { RandomStream } from '../random/random-stream.ts';
import { linearLayers } from './linear-layers.ts';

/**
 * Every weight and bias from U(−1/√fan_in, 1/√fan_in), drawn one after another in the flat order of
 * `parameterCount`: one double of the stream each, scaled in double precision, rounded to the nearest float32.
 */
export function initialiseParameters(shape: NetworkShape, stream: RandomStream): Float32Array {
  const parameters = new Float32Array(parameterCount(shape));
  for (const { inputs, weights, end } of linearLayers(shape)) {
    const bound = 1 / Math.sqrt(inputs);
    for (let i = weights; i < end; i++) parameters[i] = stream.uniform(-bound, bound);
  }
  return parameters;
}
