/** What every vector environment promises (src/environments/environment.ts), run against each implementation. */
import { describe, expect, test } from 'vitest';
import type { VectorEnvironment } from '../../src/environments/environment.ts';
import { RandomStream } from '../../src/random/random-stream.ts';

export interface VectorEnvironmentCase {
  readonly name: string;
  /** A fresh one of `count` environments whose episodes, under random actions, end within some hundreds of steps. */
  readonly create: (count: number) => VectorEnvironment;
}

type Actions = Int32Array | Float32Array;

/** Random actions for `count` environments, sometimes a little outside of a box. */
function drawActions(environment: VectorEnvironment, random: RandomStream): Actions {
  const { actionSpace } = environment.spec;
  if (actionSpace.kind === 'discrete') {
    return Int32Array.from({ length: environment.count }, () => random.integers(0, actionSpace.n));
  }
  const size = actionSpace.low.length;
  return Float32Array.from({ length: environment.count * size }, (_, i) =>
    random.uniform(1.2 * actionSpace.low[i % size], 1.2 * actionSpace.high[i % size]),
  );
}

/** The part of all actions that belongs to one environment. */
function actionOf(actions: Actions, index: number, count: number): Actions {
  const size = actions.length / count;
  return actions.slice(index * size, (index + 1) * size);
}

/** What a step left in the arrays, for one environment. */
function outcomeOf(environment: VectorEnvironment, index: number) {
  const size = environment.observationSize;
  const row = (rows: Float32Array) => [...rows.subarray(index * size, (index + 1) * size)];
  return {
    observation: row(environment.observations),
    finalObservation: row(environment.finalObservations),
    reward: environment.rewards[index],
    terminated: environment.terminated[index],
    truncated: environment.truncated[index],
  };
}

function play(environment: VectorEnvironment, steps: number, random: RandomStream) {
  const outcomes = [];
  for (let i = 0; i < steps; i++) {
    environment.step(drawActions(environment, random));
    outcomes.push(outcomeOf(environment, 0));
  }
  return outcomes;
}

export function testVectorEnvironment({ name, create }: VectorEnvironmentCase): void {
  describe(`${name} as a vector environment`, () => {
    test('has arrays for its count that are never replaced', () => {
      const environment = create(3);
      const { observations, finalObservations, rewards, terminated, truncated } = environment;
      expect(environment.count).toBe(3);
      expect(environment.observationSize).toBe(environment.spec.observationSpace.low.length);
      expect(observations).toHaveLength(3 * environment.observationSize);
      expect(finalObservations).toHaveLength(observations.length);
      environment.reset([1, 2, 3]);
      play(environment, 2, new RandomStream(0));
      expect(environment.observations).toBe(observations);
      expect(environment.finalObservations).toBe(finalObservations);
      expect([environment.rewards, environment.terminated, environment.truncated]).toEqual([
        rewards,
        terminated,
        truncated,
      ]);
    });

    test('does in every lane what it does alone, autoresets included', () => {
      const together = create(3);
      const alone = [create(1), create(1), create(1)];
      together.reset([5, 6, 7]);
      for (const [i, environment] of alone.entries()) environment.reset([5 + i]);
      const random = new RandomStream(1);
      let ends = 0;
      for (let n = 0; n < 1000; n++) {
        const actions = drawActions(together, random);
        together.step(actions);
        for (const [i, environment] of alone.entries()) {
          environment.step(actionOf(actions, i, 3));
          expect(outcomeOf(together, i)).toEqual(outcomeOf(environment, 0));
          ends += together.terminated[i] | together.truncated[i];
        }
      }
      expect(ends).toBeGreaterThan(3);
    });

    test('shows what ended an episode apart from the start of the next', () => {
      const environment = create(1);
      environment.reset([8]);
      const outcomes = play(environment, 1000, new RandomStream(2));
      const ends = outcomes.filter((outcome) => outcome.terminated === 1 || outcome.truncated === 1);
      expect(ends.length).toBeGreaterThan(0);
      const isApart = (outcome: (typeof outcomes)[number]) =>
        String(outcome.observation) !== String(outcome.finalObservation);
      expect(outcomes.filter(isApart)).toEqual(ends);
    });

    test('goes on with its random stream when it begins the next episode, and differently each time', () => {
      const environment = create(1);
      environment.reset([9]);
      const starts = [outcomeOf(environment, 0).observation];
      for (const outcome of play(environment, 1000, new RandomStream(3))) {
        if (outcome.terminated === 1 || outcome.truncated === 1) starts.push(outcome.observation);
      }
      expect(new Set(starts.map(String)).size).toBe(starts.length);
    });

    test('repeats itself from the same seeds', () => {
      const [first, second] = [create(1), create(1)];
      first.reset([10]);
      second.reset([11]);
      play(second, 10, new RandomStream(4));
      second.resetAt(0, 10n);
      expect(play(second, 300, new RandomStream(5))).toEqual(play(first, 300, new RandomStream(5)));
    });

    test('resets one environment and leaves the others alone', () => {
      const environment = create(2);
      environment.reset([12, 13]);
      play(environment, 5, new RandomStream(6));
      const other = outcomeOf(environment, 1);
      environment.resetAt(0, 14);
      expect(outcomeOf(environment, 1)).toEqual(other);
      const fresh = create(1);
      fresh.reset([14]);
      expect(outcomeOf(environment, 0).observation).toEqual(outcomeOf(fresh, 0).observation);
    });

    test('goes on from a saved state as from the state itself, at any time and in any lane', () => {
      const environment = create(1);
      environment.reset([15]);
      const actions = new RandomStream(7);
      for (let n = 0; n < 20; n++) {
        play(environment, 17, actions);
        const copy = create(2);
        copy.reset([0, 1]);
        copy.restore(0, environment.save(0));
        expect(outcomeOf(copy, 0).observation).toEqual(outcomeOf(environment, 0).observation);
        const single = create(1);
        single.restore(0, copy.save(0));
        const ahead = actions.fork(String(n));
        const before = environment.save(0);
        expect(play(single, 120, actions.fork(String(n)))).toEqual(play(environment, 120, ahead));
        environment.restore(0, before);
      }
    });

    test('refuses bytes that are no state of it', () => {
      const environment = create(1);
      environment.reset([16]);
      const state = environment.save(0);
      const broken = state.slice();
      broken[broken.length - 1] ^= 1;
      for (const bytes of [new Uint8Array(0), new Uint8Array(100), state.slice(0, -1), broken]) {
        expect(() => environment.restore(0, bytes)).toThrow(/state/);
      }
      expect(environment.save(0)).toEqual(state);
    });

    test('refuses wrong numbers of seeds and actions, seeds that are none, and lanes that it lacks', () => {
      const environment = create(2);
      expect(() => environment.reset([1])).toThrow(RangeError);
      expect(() => environment.reset([1, -1])).toThrow('seed -1');
      expect(() => environment.resetAt(2, 0)).toThrow('environment 2');
      expect(() => environment.resetAt(0, 1.5)).toThrow('seed 1.5');
      environment.reset([1, 2]);
      const short = actionOf(drawActions(environment, new RandomStream(0)), 0, 2);
      expect(() => environment.step(short)).toThrow(RangeError);
      expect(() => environment.save(-1)).toThrow('environment -1');
    });
  });
}
