import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import { epsilonAt, explore } from './exploration.ts';

describe('epsilonAt', () => {
  const schedule = { explorationFraction: 0.2, explorationInitialEps: 1, explorationFinalEps: 0.1 };

  it('falls in a line over the first fraction of the steps, then stays', () => {
    expect(epsilonAt(0, 1_000, schedule)).toBe(1);
    expect(epsilonAt(100, 1_000, schedule)).toBeCloseTo(0.55, 12);
    expect([200, 201, 1_000, 1_004].map((step) => epsilonAt(step, 1_000, schedule))).toEqual([
      0.1, 0.1, 0.1, 0.1,
    ]);
  });

  it('is final from the first step where the fraction is 0', () => {
    expect(epsilonAt(0, 1_000, { ...schedule, explorationFraction: 0 })).toBe(0.1);
  });
});

describe('explore', () => {
  it('leaves all greedy actions at epsilon 0 and draws all uniformly at 1', () => {
    const greedy = new Int32Array(4_000).fill(7);
    explore(greedy, 4, 0, new RandomStream(1));
    expect(greedy.every((action) => action === 7)).toBe(true);
    explore(greedy, 4, 1, new RandomStream(1));
    for (let action = 0; action < 4; action++) {
      // 1,000 expected; five standard deviations are 137.
      expect(Math.abs(greedy.filter((drawn) => drawn === action).length - 1_000)).toBeLessThan(137);
    }
  });

  it('replaces a share epsilon of the actions', () => {
    const actions = new Int32Array(10_000).fill(-1);
    explore(actions, 2, 0.3, new RandomStream(2));
    // 3,000 expected; five standard deviations are 229.
    expect(Math.abs(actions.filter((action) => action >= 0).length - 3_000)).toBeLessThan(229);
  });

  it('draws the same actions from the same seed', () => {
    const [once, again] = [new Int32Array(100), new Int32Array(100)];
    explore(once, 4, 0.5, new RandomStream(3));
    explore(again, 4, 0.5, new RandomStream(3));
    expect(once).toEqual(again);
  });
});
