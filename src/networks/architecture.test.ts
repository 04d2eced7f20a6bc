import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activations } from '../kernels/kernels.ts';
import {
  countParameters,
  createArchitecture,
  formatArchitecture,
  networkShape,
  parseArchitecture,
} from './architecture.ts';

describe('parseArchitecture', () => {
  it('reads what formatArchitecture writes, for every head', () => {
    const anyArchitecture = fc
      .record({
        layers: fc.array(
          fc.record({
            units: fc.integer({ min: 1, max: 16_384 }),
            activation: fc.constantFrom(...activations),
          }),
          { minLength: 1, maxLength: 16 },
        ),
        head: fc.constantFrom('plain' as const, 'dueling' as const),
      })
      .map(({ layers, head }) => createArchitecture(layers, head));
    fc.assert(
      fc.property(anyArchitecture, (architecture) => {
        expect(parseArchitecture(formatArchitecture(architecture))).toEqual(architecture);
      }),
    );
  });

  it('reads a dueling head behind the hidden layers, and a plain one where nothing is', () => {
    expect(parseArchitecture('128,relu, 64,tanh, dueling')).toEqual(
      createArchitecture(
        [
          { units: 128, activation: 'relu' },
          { units: 64, activation: 'tanh' },
        ],
        'dueling',
      ),
    );
    expect(parseArchitecture('128,relu').head).toBe('plain');
    expect(formatArchitecture(parseArchitecture('128,relu'))).toBe('128,relu');
  });

  it.each([
    ['dueling', 'has 1 part; expected pairs like "128,relu,128,relu"'],
    ['dueling,128,relu', 'has 3 parts; expected pairs'],
    ['128,dueling,64,relu', 'activation "dueling"; expected relu, leaky-relu, elu, silu, sigmoid, tanh'],
    ['0,relu', '"0" units; expected a whole number from 1 to 16384'],
    ['4,relu,'.repeat(17).slice(0, -1), 'has 17 hidden layers; expected 1 to 16'],
  ])('rejects "%s"', (text, message) => {
    expect(() => parseArchitecture(text)).toThrow(RangeError);
    expect(() => parseArchitecture(text)).toThrow(message);
  });
});

describe('countParameters', () => {
  it('counts a dueling head as one output more: the value', () => {
    const dueling = parseArchitecture('10,relu,dueling');
    expect(networkShape(dueling, 8, 4).head).toBe('dueling');
    expect(countParameters(dueling, 8, 4)).toBe(9 * 10 + 11 * 5);
    expect(countParameters(parseArchitecture('10,relu'), 8, 4)).toBe(9 * 10 + 11 * 4);
  });
});
