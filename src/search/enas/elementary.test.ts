import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exp, log, sigmoid, tanh } from './elementary.ts';

/** Asserts a relative error below 1e-15 over 5,000 arguments. */
function expectClose(
  argument: fc.Arbitrary<number>,
  ours: (x: number) => number,
  theirs: (x: number) => number,
) {
  fc.assert(
    fc.property(argument, (x) => {
      const expected = theirs(x);
      expect(Math.abs(ours(x) - expected)).toBeLessThanOrEqual(1e-15 * Math.abs(expected));
    }),
    { numRuns: 5000 },
  );
}

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('elementary functions', () => {
  test('exp: relative error ≤ 1e-15 of Math.exp', () => {
    expectClose(fc.oneof(finite(-700, 700), finite(-3, 3)), exp, Math.exp);
  });

  test('exp: 0 and Infinity outside −708 … 709', () => {
    expect([exp(-709), exp(-Infinity), exp(710), exp(0)]).toEqual([0, 0, Infinity, 1]);
  });

  test('log: relative error ≤ 1e-15 of Math.log', () => {
    expectClose(fc.oneof(finite(1e-300, 1e300), finite(0.5, 2), finite(1e-6, 1)), log, Math.log);
    expect(log(1)).toBe(0);
  });

  test('tanh: relative error ≤ 1e-15 of Math.tanh', () => {
    expectClose(fc.oneof(finite(-400, 400), finite(-1, 1), finite(-1e-8, 1e-8)), tanh, Math.tanh);
  });

  test('sigmoid: relative error ≤ 1e-15 of its definition', () => {
    expectClose(finite(-700, 700), sigmoid, (x) => 1 / (1 + Math.exp(-x)));
    expect([sigmoid(0), sigmoid(1000), sigmoid(-1000)]).toEqual([0.5, 1, 0]);
  });

  test('the bits are these, on every engine', () => {
    expect([exp(1), exp(-2.5), log(10), tanh(0.3), tanh(-2), sigmoid(1.7)]).toEqual([
      2.7182818284590455, 0.0820849986238988, 2.3025850929940455, 0.29131261245159085, -0.9640275800758169,
      0.8455347349164652,
    ]);
  });
});
