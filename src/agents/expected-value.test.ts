import { describe, expect, test } from 'vitest';
import { type NetworkShape, parameterCount } from '../kernels/kernels.ts';
import { loadKernels } from '../kernels/load.ts';
import { RandomStream } from '../random/random-stream.ts';
import { mean } from '../statistics/sample.ts';
import { expectedValue } from './expected-value.ts';

describe('expectedValue', () => {
  test('is the mean of the greatest Q-values', () => {
    const shape: NetworkShape = { inputs: 1, layers: [{ units: 1, activation: 'relu' }], outputs: 2 };
    // A unit that is the observation where it is positive; Q = (-1 + 2 unit, 4 - unit).
    const parameters = Float32Array.of(1, 0, 2, -1, -1, 4);
    expect(expectedValue(loadKernels(), shape, parameters, Float32Array.of(-3))).toBe(4);
    expect(expectedValue(loadKernels(), shape, parameters, Float32Array.of(-3, 1, 10))).toBe(
      (4 + 3 + 19) / 3,
    );
  });

  test.each([1, 255, 256, 257, 700])('sees every one of %i observations once', (rows) => {
    const random = new RandomStream(rows);
    const drawn = (length: number) => Float32Array.from({ length }, () => random.uniform(-1, 1));
    const shape: NetworkShape = { inputs: 3, layers: [{ units: 8, activation: 'tanh' }], outputs: 4 };
    const parameters = drawn(parameterCount(shape));
    const observations = drawn(3 * rows);
    const policy = loadKernels().createPolicy(shape, 1);
    policy.writeParameters(parameters);
    const values = new Float32Array(4);
    const greatest = Array.from({ length: rows }, (_, row) => {
      policy.qValues(observations.subarray(3 * row, 3 * row + 3), 1, values);
      return Math.max(...values);
    });
    expect(expectedValue(loadKernels(), shape, parameters, observations)).toBeCloseTo(mean(greatest), 10);
  });
});
