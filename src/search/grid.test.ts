import { describe, expect, test } from 'vitest';
import { describeStrategy } from '../../test/contracts/strategy.ts';
import { GridSearch } from './grid.ts';
import { choiceCounts, findSpace, type Sample, sampleIndex, spaces, spaceSize } from './space.ts';

const quick = findSpace('lunar-lander-quick');

describeStrategy({ name: 'grid', space: quick, seedless: true, create: () => new GridSearch(quick) });

function samplesOf(strategy: GridSearch, count: number): Sample[] {
  return Array.from({ length: count }, (_, number) => {
    const answer = strategy.ask(number);
    if (answer === 'done') throw new Error(`done at trial ${number}`);
    return answer.sample;
  });
}

describe('GridSearch', () => {
  test.each(spaces.filter((space) => spaceSize(space) <= 1000))(
    'covers $name exactly once, asking nothing in return',
    (space) => {
      const size = spaceSize(space);
      const strategy = new GridSearch(space);
      expect(strategy.trialCount).toBe(size);
      const numbers = samplesOf(strategy, size).map((sample) => sampleIndex(space, sample));
      expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
      expect(strategy.ask(size)).toBe('done');
    },
  );

  test('stopped after a fifth of lunar-lander-100 it has tried every choice, and no choice twice as often as another', () => {
    const space = findSpace('lunar-lander-100');
    const samples = samplesOf(new GridSearch(space), 20);
    for (const [decision, choices] of choiceCounts(space).entries()) {
      const counts = Array.from({ length: choices }, () => 0);
      for (const sample of samples) counts[sample[decision]] += 1;
      expect(Math.max(...counts)).toBeLessThan(2 * Math.min(...counts));
    }
  });
});
