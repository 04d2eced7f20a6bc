import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainEnvironment } from '../../test/learning/chain-environment.ts';
import { type BatchActor, evaluate } from './evaluate.ts';

const states = 9;
const corridor = (lanes: number) => chainEnvironment(lanes, { states, maxEpisodeSteps: 6 });

const position = (observations: Float32Array, lane: number) =>
  observations.subarray(lane * states, (lane + 1) * states).indexOf(1);

const right: BatchActor = (_observations, count, actions) => {
  actions.fill(1, 0, count);
};
/** Episodes of many lengths: left of the middle it goes left for ever, right of it right. */
const nearest: BatchActor = (observations, count, actions) => {
  for (let lane = 0; lane < count; lane++) actions[lane] = Number(position(observations, lane) >= 4);
};

/** The state in which a seed's episode begins. */
function startOf(seed: number): number {
  const environment = corridor(1);
  environment.reset([seed]);
  return position(environment.observations, 0);
}

describe('evaluate', () => {
  it('plays one whole episode per seed, in the order of the seeds', () => {
    const seeds = [5, 3, 8, 3, 2 ** 49];
    const { returns, lengths } = evaluate(right, corridor(2), seeds);
    const distances = seeds.map((seed) => states - 1 - startOf(seed));
    expect([...lengths]).toEqual(distances.map((distance) => Math.min(distance, 6)));
    expect([...returns]).toEqual(distances.map((distance) => Number(distance <= 6)));
    expect(new Set(lengths).size).toBeGreaterThan(1);
  });

  it('gives the same results, bit for bit, on 1, 7 and 64 lanes and on any other number', () => {
    const seeds = Array.from({ length: 30 }, (_, n) => n * n);
    const alone = evaluate(nearest, corridor(1), seeds);
    expect(new Set(alone.lengths).size).toBeGreaterThan(2);
    for (const lanes of [7, 64]) expect(evaluate(nearest, corridor(lanes), seeds)).toEqual(alone);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), fc.integer({ min: 1, max: 15 }), (some, lanes) => {
        expect(evaluate(nearest, corridor(lanes), some)).toEqual(evaluate(nearest, corridor(1), some));
      }),
      { numRuns: 30 },
    );
  });

  it('gives no results for no seeds', () => {
    expect(evaluate(right, corridor(3), []).returns).toHaveLength(0);
  });
});
