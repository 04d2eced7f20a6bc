import { describe, expect, test } from 'vitest';
import { parseStudyConfiguration } from './configuration.ts';

describe('parseStudyConfiguration', () => {
  test('nothing given is the reference protocol', () => {
    expect(parseStudyConfiguration({})).toMatchObject({
      environment: { id: 'LunarLander-v3', options: {} },
      space: 'lunar-lander-100',
      strategy: { name: 'children', iterations: 15, samplesPerIteration: 5 },
      seed: 0,
      trial: { stopWhenSolved: true, validationEpisodes: 500 },
      verification: { finalists: 3, seeds: 5, steps: 600_000, episodes: 100, control: false },
    });
  });

  test('what it gives out is complete: as JSON and parsed again it is the same', () => {
    const configuration = parseStudyConfiguration({ strategy: { name: 'random' }, seed: 3 });
    expect(parseStudyConfiguration(JSON.parse(JSON.stringify(configuration)))).toEqual(configuration);
  });

  test.each([
    [{ space: 'lunar-lander-10' }, 'unknown search space "lunar-lander-10" (did you mean lunar-lander-100?)'],
    [
      { strategy: { name: 'rondom' } },
      'unknown strategy "rondom" (did you mean random?); expected one of children, evolution, grid, halving, random',
    ],
    [{ seed: -1 }, 'seed is -1'],
    [{ seed: 2 ** 32 }, 'seed is 4294967296'],
    [{ trial: { steps: 0 } }, 'trial.steps is 0'],
    [{ verification: { seeds: 0 } }, 'verification.seeds is 0'],
    [{ verification: { maxParameters: 0 } }, 'verification.maxParameters is 0'],
    [{ hyperparameters: { batchSize: 17 } }, 'hyperparameters.batchSize is 17'],
    [{ trials: 3 }, 'unknown "trials"'],
    [{ strategy: { name: 'random', iterations: 3 } }, 'unknown "strategy.iterations"'],
  ])('%j is refused in one line', (input, message) => {
    expect(() => parseStudyConfiguration(input)).toThrow(RangeError);
    expect(() => parseStudyConfiguration(input)).toThrow(`study configuration: `);
    expect(() => parseStudyConfiguration(input)).toThrow(message);
  });
});
