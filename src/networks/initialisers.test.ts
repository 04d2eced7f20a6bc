import { describe, expect, it } from 'vitest';
import { parameterCount } from '../kernels/kernels.ts';
import { RandomStream } from '../random/random-stream.ts';
import { networkShape, parseArchitecture } from './architecture.ts';
import { initialiseParameters } from './initialisers.ts';
import { linearLayers } from './linear-layers.ts';

const shape = networkShape(parseArchitecture('100,relu,50,tanh'), 25, 4);

describe('initialiseParameters', () => {
  it('draws every weight and bias of a layer from U(−1/√fan_in, 1/√fan_in)', () => {
    const parameters = initialiseParameters(shape, new RandomStream(1));
    expect(parameters).toHaveLength(parameterCount(shape));
    for (const { inputs, weights, biases, end } of linearLayers(shape)) {
      const bound = Math.fround(1 / Math.sqrt(inputs));
      const values = parameters.subarray(weights, end);
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
      expect(Math.max(...parameters.subarray(biases, end))).toBeGreaterThan(0);
      const drawn = parameters.subarray(weights, biases);
      const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
      const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
      // Four standard errors of the mean and the variance of a uniform distribution.
      expect(Math.abs(mean)).toBeLessThan((4 * bound) / Math.sqrt(3 * drawn.length));
      expect(Math.abs(variance / (bound ** 2 / 3) - 1)).toBeLessThan(4 * Math.sqrt(0.8 / drawn.length));
    }
  });

  it('draws one double per parameter in the flat order, rounded to float32', () => {
    const stream = new RandomStream(2);
    const parameters = initialiseParameters(shape, new RandomStream(2));
    expect(parameters[0]).toBe(Math.fround(stream.uniform(-0.2, 0.2)));
    expect(parameters[1]).toBe(Math.fround(stream.uniform(-0.2, 0.2)));
  });

  it('draws the same bits from the same seed', () => {
    expect(initialiseParameters(shape, new RandomStream(3))).toEqual(
      initialiseParameters(shape, new RandomStream(3)),
    );
  });
});

describe('linearLayers', () => {
  it('tiles the flat parameters, weights before biases, under the names of PyTorch', () => {
    const layers = linearLayers(shape);
    expect(layers.map(({ name, inputs, outputs }) => [name, inputs, outputs])).toEqual([
      ['layers.0', 25, 100],
      ['layers.1', 100, 50],
      ['head', 50, 4],
    ]);
    let position = 0;
    for (const { inputs, outputs, weights, biases, end } of layers) {
      expect([weights, biases - weights, end - biases]).toEqual([position, inputs * outputs, outputs]);
      position = end;
    }
    expect(position).toBe(parameterCount(shape));
  });

  it('has the value before the advantages of a dueling head, both from the last hidden layer', () => {
    const layers = linearLayers({ ...shape, head: 'dueling' });
    expect(layers.slice(2).map(({ name, inputs, outputs }) => [name, inputs, outputs])).toEqual([
      ['value', 50, 1],
      ['advantage', 50, 4],
    ]);
    expect(layers[2].end).toBe(layers[3].weights);
    expect(layers[3].end).toBe(parameterCount({ ...shape, head: 'dueling' }));
  });
});
