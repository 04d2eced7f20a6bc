// Measures trainings of up to five sizes for 0.15 s each.
import { describe, expect, test } from 'vitest';
import { createVectorEnvironment } from '../environments/registry.ts';
import { parseStudyConfiguration, type StudyConfigurationInput } from '../study/configuration.ts';
import { Study } from '../study/study.ts';
import { estimateTime, interpolateCost, totalTime } from './time-estimate.ts';

const lander = createVectorEnvironment('LunarLander-v3', 1).spec;

describe('interpolateCost', () => {
  test('is linear between measured sizes, and as the nearest beyond them', () => {
    const measured = [
      { parameterCount: 100, seconds: 1 },
      { parameterCount: 200, seconds: 2 },
      { parameterCount: 1000, seconds: 10 },
    ];
    const sizes = [50, 100, 150, 200, 600, 1000, 5000];
    expect(sizes.map((size) => interpolateCost(measured, size))).toEqual([1, 1, 1.5, 2, 6, 10, 10]);
  });
});

describe('estimateTime', () => {
  test('counts the steps of all trials: a hundred times the budget takes between 20 and 500 times as long', async () => {
    const estimate = async (steps: number) => {
      const input: StudyConfigurationInput = {
        space: 'lunar-lander-quick',
        strategy: { name: 'halving' },
        trial: { steps },
        verification: { steps },
      };
      const study = new Study(parseStudyConfiguration(input), lander);
      return totalTime(await estimateTime(study, lander, 1, new AbortController().signal));
    };
    const short = await estimate(1_000_000);
    expect(short).toBeGreaterThan(0);
    const ratio = (await estimate(100_000_000)) / short;
    expect(ratio).toBeGreaterThan(20);
    expect(ratio).toBeLessThan(500);
  });
});
