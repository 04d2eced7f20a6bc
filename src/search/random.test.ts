import { describe, expect, test } from 'vitest';
import { describeStrategy } from '../../test/contracts/strategy.ts';
import { conditionalSpace } from '../../test/random-spaces.ts';
import { RandomStream } from '../random/random-stream.ts';
import { RandomSearch } from './random.ts';
import { findSpace, sampleIndex, spaceSize } from './space.ts';

const space = findSpace('lunar-lander-quick');

describeStrategy({
  name: 'random',
  space,
  create: (random) => new RandomSearch(space, { trials: 40 }, random),
});

describeStrategy({
  name: 'random in a space with conditions',
  space: conditionalSpace,
  create: (random) => new RandomSearch(conditionalSpace, { trials: 40 }, random),
});

describe('RandomSearch', () => {
  test.each([space, conditionalSpace])(
    'goes through all of $name without repetition, then again in another order',
    (searched) => {
      const size = spaceSize(searched);
      const strategy = new RandomSearch(searched, { trials: 3 * size }, new RandomStream(1));
      const drawn: number[] = [];
      for (let number = 0; number < strategy.trialCount; number++) {
        const proposal = strategy.ask(number);
        if (proposal !== 'done') drawn.push(sampleIndex(searched, proposal.sample));
      }
      const rounds = [0, 1, 2].map((round) => drawn.slice(round * size, (round + 1) * size));
      for (const round of rounds) expect(new Set(round).size).toBe(size);
      expect(rounds[1]).not.toEqual(rounds[0]);
      expect(rounds[2]).not.toEqual(rounds[1]);
    },
  );

  test('every sample is first equally often, within 5 standard deviations over 7,200 searches', () => {
    const size = spaceSize(space);
    const searches = 200 * size;
    const first = Array.from({ length: size }, () => 0);
    const random = new RandomStream(2);
    for (let i = 0; i < searches; i++) {
      const proposal = new RandomSearch(space, { trials: 1 }, random).ask(0);
      if (proposal !== 'done') first[sampleIndex(space, proposal.sample)] += 1;
    }
    const deviation = Math.sqrt((searches / size) * (1 - 1 / size));
    for (const count of first) expect(Math.abs(count - searches / size)).toBeLessThan(5 * deviation);
  });
});
