import { describe, expect, test } from 'vitest';
import { StudySeeds } from './seeds.ts';

describe('StudySeeds', () => {
  test('are the same for the same study, and others for another', () => {
    const all = (seed: number) => {
      const seeds = new StudySeeds(seed);
      return [
        seeds.trial(0),
        seeds.trial(1),
        seeds.trial(10),
        seeds.verification(1),
        seeds.verification(2),
        ...[seeds.strategy, seeds.control, seeds.bootstrap].map((stream) => stream.integers(0, 2 ** 32)),
        ...seeds.validationEpisodes(3),
        ...seeds.testEpisodes(3),
      ];
    };
    expect(all(1)).toEqual(all(1));
    expect(new Set([...all(1), ...all(2)]).size).toBe(2 * all(1).length);
  });

  test('validation and test episodes never meet', () => {
    const seeds = new StudySeeds(0);
    expect(Math.min(...seeds.validationEpisodes(1000))).toBeGreaterThan(
      Math.max(...seeds.testEpisodes(1000)),
    );
  });
});
