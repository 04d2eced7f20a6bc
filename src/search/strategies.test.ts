import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import { findSpace } from './space.ts';
import {
  createStrategy,
  parseTrialStrategy,
  strategyNames,
  strategySchema,
  type TrialStrategyInput,
  type TrialStrategySettings,
} from './strategies.ts';

const task = { inputs: 8, outputs: 4, rewardThreshold: 200, steps: 600_000 };

describe('strategies by name', () => {
  test.each(strategyNames.filter((name) => name !== 'enas'))(
    '%s is made from its name alone, with defaults',
    (name) => {
      const settings = strategySchema.parse({ name }) as TrialStrategySettings;
      const strategy = createStrategy(settings, findSpace('lunar-lander-100'), task, new RandomStream(1));
      expect(strategy.name).toBe(name);
      expect(strategy.ask(0)).toHaveProperty('sample');
    },
  );

  test('settings of one that proposes trainings are completed, and enas is none', () => {
    expect(parseTrialStrategy({ name: 'evolution', trials: 9 })).toEqual({
      name: 'evolution',
      trials: 9,
      population: 20,
      tournament: 5,
      lag: 8,
    });
    expect(() => parseTrialStrategy({ name: 'grid', trials: 9 } as TrialStrategyInput)).toThrow(
      /^strategy: unknown "trials"/,
    );
    const enas = { name: 'enas' } as unknown as TrialStrategyInput;
    expect(() => parseTrialStrategy(enas)).toThrow(
      /unknown strategy "enas".*; expected one of children, evolution, grid, halving, random$/,
    );
  });

  test('an unknown name is answered with the nearest one', () => {
    const { error } = strategySchema.safeParse({ name: 'rondom' });
    expect(error?.issues[0].message).toBe(
      'unknown strategy "rondom" (did you mean random?); expected one of enas, children, evolution, grid, halving, random',
    );
  });

  test('a missing name is told', () => {
    for (const input of ['random', null, {}, { name: 3 }]) {
      const { error } = strategySchema.safeParse(input);
      expect(error?.issues[0].message).toBe(
        'expected an object with the name of a strategy: enas, children, evolution, grid, halving, random',
      );
    }
  });

  test('unknown and impossible settings are refused', () => {
    expect(strategySchema.safeParse({ name: 'random', iterations: 3 }).success).toBe(false);
    expect(strategySchema.safeParse({ name: 'random', trials: 0 }).success).toBe(false);
    expect(strategySchema.safeParse({ name: 'children', baselineDecay: 1 }).success).toBe(false);
  });
});
