import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import { SampleDeck } from './sample-deck.ts';
import { findSpace, sampleIndex, spaceSize } from './space.ts';

describe('SampleDeck', () => {
  test('has every sample once, then again in another order', () => {
    const space = findSpace('lunar-lander-100');
    const size = spaceSize(space);
    const deck = new SampleDeck(space, new RandomStream(3));
    const [first, second] = [0, 1].map(() =>
      Array.from({ length: size }, () => sampleIndex(space, deck.draw())),
    );
    expect(new Set(first).size).toBe(size);
    expect(new Set(second).size).toBe(size);
    expect(second).not.toEqual(first);
  });
});
