import { describe, expect, it } from 'vitest';
import { learnerOptions, parseDqnHyperparameters } from './dqn.ts';

describe('parseDqnHyperparameters', () => {
  it('fills in defaults and keeps what is given', () => {
    const defaults = parseDqnHyperparameters({});
    expect(parseDqnHyperparameters({ learningRate: 0.25 })).toEqual({ ...defaults, learningRate: 0.25 });
    expect(parseDqnHyperparameters(defaults)).toEqual(defaults);
    expect(Object.isFrozen(defaults)).toBe(true);
  });

  it.each([
    [
      { learningrate: 1 },
      'hyperparameters: unknown "learningrate" (did you mean learningRate?); expected only learningRate, ',
    ],
    [{ learningRate: 0 }, 'learningRate is 0; too small: expected number to be >0'],
    [{ learningRate: Infinity }, 'learningRate is Infinity'],
    [{ batchSize: 50 }, 'batchSize is 50; invalid number: must be a multiple of 16'],
    [{ batchSize: 1024 }, 'batchSize is 1024; too big: expected number to be <=512'],
    [{ tau: 0 }, 'tau is 0; too small: expected number to be >0'],
    [{ nSteps: 0 }, 'nSteps is 0; too small: expected number to be >=1'],
    [{ gamma: 1.5 }, 'gamma is 1.5; too big: expected number to be <=1'],
    [{ loss: 'l2' }, 'loss is "l2"; invalid option: expected one of "squared"|"huber"'],
    [{ trainFrequency: 0.5 }, 'trainFrequency is 0.5; invalid input: expected int'],
    [{ bufferSize: 32 }, 'bufferSize is 32; expected at least batchSize and environments'],
  ])('rejects %j', (input, message) => {
    expect(() => parseDqnHyperparameters(input)).toThrow(message);
  });
});

describe('learnerOptions', () => {
  it('bootstraps with the discount of as many steps as a transition spans', () => {
    const shape = { inputs: 1, layers: [{ units: 1, activation: 'relu' }], outputs: 1 } as const;
    const discount = (nSteps: number) =>
      learnerOptions(shape, parseDqnHyperparameters({ gamma: 0.9, nSteps })).gamma;
    expect(discount(1)).toBe(0.9);
    expect(discount(3)).toBe(0.9 * 0.9 * 0.9);
  });
});
