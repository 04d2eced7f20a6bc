import { describe, expect, test } from 'vitest';
import { parseStudyConfiguration } from './configuration.ts';

describe('parseStudyConfiguration', () => {
  test('nothing given is one-shot ENAS on the space of the reference project', () => {
    expect(parseStudyConfiguration({})).toMatchObject({
      environment: { id: 'LunarLander-v3', options: {} },
      space: 'lunar-lander-100',
      strategy: { name: 'enas', iterations: 20, samplesPerIteration: 12 },
      seed: 0,
      trial: { stopWhenSolved: true, validationEpisodes: 500 },
      verification: { finalists: 3, seeds: 5, steps: 600_000, episodes: 100, control: false },
    });
  });

  test('what it gives out is complete: as JSON and parsed again it is the same', () => {
    const configuration = parseStudyConfiguration({ strategy: { name: 'random' }, seed: 3 });
    expect(parseStudyConfiguration(JSON.parse(JSON.stringify(configuration)))).toEqual(configuration);
  });

  test('a space may be defined in place; the configuration has it in full', () => {
    const configuration = parseStudyConfiguration({ space: { layers: [1], units: [8, 16] } });
    expect(configuration.space).toMatchObject({ name: 'custom', decisions: [{ name: 'units 1' }, {}] });
    expect(parseStudyConfiguration(JSON.parse(JSON.stringify(configuration)))).toEqual(configuration);
  });

  test('hyperparameters of the space have to fit those of the study', () => {
    const space = { layers: [1], units: [8], hyperparameters: { batchSize: [16, 512] } };
    expect(() => parseStudyConfiguration({ space, hyperparameters: { bufferSize: 500 } })).toThrow(
      'bufferSize can be 500 and batchSize or environments 512; expected bufferSize to be at least as large',
    );
    expect(parseStudyConfiguration({ space, hyperparameters: { bufferSize: 512 } })).toBeDefined();
  });

  test.each([
    [{ space: { layers: 2, unit: 8 } as object }, 'search space: unknown "unit" (did you mean units?)'],
    [{ space: 3 }, 'search space: is 3; invalid input: expected object, received number'],
    [{ space: 'lunar-lander-10' }, 'unknown search space "lunar-lander-10" (did you mean lunar-lander-100?)'],
    [
      { strategy: { name: 'rondom' } },
      'unknown strategy "rondom" (did you mean random?); expected one of enas, children, evolution, grid, halving, random',
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
