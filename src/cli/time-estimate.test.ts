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

const estimate = (input: StudyConfigurationInput, workers = 1, signal = new AbortController().signal) =>
  estimateTime(new Study(parseStudyConfiguration(input), lander), lander, workers, signal);

describe('estimateTime', () => {
  test('counts the steps of all trials: a hundred times the budget takes about a hundred times as long', async () => {
    const ofSteps = async (steps: number) =>
      totalTime(
        await estimate({
          space: 'lunar-lander-quick',
          strategy: { name: 'random' },
          trial: { steps, validationEpisodes: 1 },
          verification: { steps, episodes: 1 },
        }),
      );
    const short = await ofSteps(1_000_000);
    expect(short).toBeGreaterThan(0);
    expect((await ofSteps(100_000_000)) / short).toBeCloseTo(100, -1);
  });

  const trials: StudyConfigurationInput = {
    space: 'lunar-lander-quick',
    strategy: { name: 'random', trials: 20 },
    verification: { finalists: 2, seeds: 3 },
  };

  test('a budget of the work that a search has takes as long as the search, half of it half as long', async () => {
    const { search, work } = await estimate(trials);
    expect((await estimate({ ...trials, budget: { work } })).search).toBeCloseTo(search);
    expect((await estimate({ ...trials, budget: { work: work / 2 } })).search).toBeCloseTo(search / 2);
    // No more than the space has.
    const grid = { ...trials, strategy: { name: 'grid' } } as const;
    const whole = (await estimate(grid)).search;
    expect((await estimate({ ...grid, budget: { work: 1000 * work } })).search).toBeCloseTo(whole);
  });

  test('a control takes as long as the search, and its finalists as long as those', async () => {
    const plain = await estimate(trials);
    const controlled = await estimate({ ...trials, verification: { ...trials.verification, control: true } });
    expect(plain.control).toBe(0);
    expect(controlled.control).toBeCloseTo(plain.search);
    expect(controlled.verification).toBeCloseTo(2 * plain.verification);
  });

  test('of a one-shot search has its work, which is a budget of finite time for others', async () => {
    const { work } = await estimate({ space: 'lunar-lander-quick', strategy: { name: 'enas', replicas: 1 } });
    const twice = await estimate({ space: 'lunar-lander-quick', strategy: { name: 'enas', replicas: 2 } });
    expect(twice.work).toBeCloseTo(2 * work);
    expect(twice.scoring).toBeGreaterThan(0);
    expect(twice.scoring).toBeLessThan(twice.search);
    const children = await estimate({ ...trials, strategy: { name: 'children' }, budget: { work } });
    const { search, scoring } = children;
    expect(scoring).toBe(0);
    expect(search).toBeGreaterThan(1);
    expect(search).toBeLessThan(100_000);
  });

  test('a one-shot search takes the less work, the fewer visits of networks that are too large to be retrained', async () => {
    const workOf = async (tooLargeShare: number, maxParameters: number | undefined) =>
      (
        await estimate({
          space: { layers: [2], units: [16, 256], activations: ['relu'] },
          strategy: { name: 'enas', tooLargeShare },
          verification: { maxParameters },
        })
      ).work;
    // One of the four networks is small enough.
    expect((await workOf(0.1, 1000)) / (await workOf(1, 1000))).toBeLessThan(0.7);
    expect(await workOf(0.1, undefined)).toBe(await workOf(1, undefined));
  });

  test('after an abort the smallest architecture stands for all', async () => {
    const one: StudyConfigurationInput = { ...trials, strategy: { name: 'random', trials: 1 } };
    const smallest = await estimate({ ...one, space: { layers: 2, units: 64 } });
    const aborted = await estimate({ ...one, space: 'lunar-lander-100' }, 1, AbortSignal.abort());
    expect(aborted.search).toBeCloseTo(smallest.search);
    expect((await estimate({ ...one, space: 'lunar-lander-100' })).search).toBeGreaterThan(
      2 * aborted.search,
    );
  });
});
