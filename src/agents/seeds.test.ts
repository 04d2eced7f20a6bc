import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import { testSeeds, trainingSeeds, validationSeeds } from './seeds.ts';

describe('seeds', () => {
  it('of training, validation, tests and people lie in intervals that do not meet', () => {
    const stream = new RandomStream(1);
    const intervals = [testSeeds, validationSeeds, trainingSeeds].map((draw) => {
      const seeds = draw(stream, 2_000);
      expect(seeds.every(Number.isSafeInteger)).toBe(true);
      expect(new Set(seeds).size).toBe(2_000);
      return [Math.min(...seeds), Math.max(...seeds)];
    });
    let below = 2 ** 32;
    for (const [low, high] of intervals) {
      expect(low).toBeGreaterThanOrEqual(below);
      below = high;
    }
    expect(intervals.map(([low]) => Math.floor(Math.log2(low)))).toEqual([49, 50, 51]);
    expect(intervals.map(([, high]) => Math.floor(Math.log2(high)))).toEqual([49, 50, 51]);
  });

  it('are a function of the stream alone', () => {
    expect(testSeeds(new RandomStream(5), 10)).toEqual(testSeeds(new RandomStream(5), 10));
  });
});
