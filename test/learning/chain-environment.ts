/**
 * A corridor whose optimal values are known: states 0 … n − 1 in a row, seen one-hot; action 1 goes right, action 0
 * left (and stays at 0). An episode begins anywhere but in the last state, reaching which pays 1 and terminates;
 * everything else pays 0. The time limit is so short that many episodes are truncated on the way, at a state whose
 * value goes on: a learner that bootstraps through termination, or fails to bootstrap through truncation, gets
 * other values.
 */
import type { EnvironmentSpec, VectorEnvironment } from '../../src/environments/environment.ts';
import { RandomStream } from '../../src/random/random-stream.ts';

export interface ChainOptions {
  readonly states: number;
  readonly maxEpisodeSteps: number;
  readonly rewardThreshold?: number;
}

/** Q*(state, action) of the corridor for states 0 … n − 2. */
export function optimalValue(states: number, gamma: number, state: number, action: number): number {
  const after = action === 1 ? state + 1 : Math.max(0, state - 1);
  return gamma ** (states - 1 - after);
}

class Chain implements VectorEnvironment {
  readonly spec: EnvironmentSpec;
  readonly count: number;
  readonly observationSize: number;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly #streams: RandomStream[];
  readonly #positions: Int32Array;
  readonly #ages: Int32Array;

  constructor(count: number, options: ChainOptions) {
    const { states, maxEpisodeSteps, rewardThreshold } = options;
    this.spec = {
      id: 'Chain',
      observationSpace: { kind: 'box', low: Array(states).fill(0), high: Array(states).fill(1) },
      actionSpace: { kind: 'discrete', n: 2 },
      maxEpisodeSteps,
      rewardThreshold,
      options: { ...options },
    };
    this.count = count;
    this.observationSize = states;
    this.observations = new Float32Array(count * states);
    this.finalObservations = new Float32Array(count * states);
    this.rewards = new Float64Array(count);
    this.terminated = new Uint8Array(count);
    this.truncated = new Uint8Array(count);
    this.#streams = Array.from({ length: count }, () => new RandomStream(0));
    this.#positions = new Int32Array(count);
    this.#ages = new Int32Array(count);
  }

  reset(seeds: ArrayLike<number | bigint>): void {
    for (let i = 0; i < this.count; i++) this.resetAt(i, seeds[i]);
  }

  resetAt(index: number, seed: number | bigint): void {
    this.#streams[index] = new RandomStream(seed);
    this.#begin(index);
  }

  #begin(index: number): void {
    this.#positions[index] = this.#streams[index].integers(0, this.observationSize - 1);
    this.#ages[index] = 0;
    this.#see(index, this.observations);
  }

  #see(index: number, into: Float32Array): void {
    const first = index * this.observationSize;
    into.fill(0, first, first + this.observationSize);
    into[first + this.#positions[index]] = 1;
  }

  step(actions: Int32Array | Float32Array): void {
    for (let i = 0; i < this.count; i++) {
      const position = actions[i] === 1 ? this.#positions[i] + 1 : Math.max(0, this.#positions[i] - 1);
      this.#positions[i] = position;
      this.#ages[i]++;
      const goal = position === this.observationSize - 1;
      const late = this.#ages[i] >= this.spec.maxEpisodeSteps;
      this.rewards[i] = Number(goal);
      this.terminated[i] = Number(goal);
      this.truncated[i] = Number(late && !goal);
      this.#see(i, this.finalObservations);
      if (goal || late) this.#begin(i);
      else this.#see(i, this.observations);
    }
  }

  save(index: number): Uint8Array {
    const words = [this.#positions[index], this.#ages[index], ...this.#streams[index].save()];
    return new Uint8Array(Uint32Array.from(words).buffer);
  }

  restore(index: number, state: Uint8Array): void {
    const words = new Uint32Array(state.slice().buffer);
    this.#positions[index] = words[0];
    this.#ages[index] = words[1];
    this.#streams[index].restore(words.subarray(2));
    this.#see(index, this.observations);
  }
}

export function chainEnvironment(count: number, options: ChainOptions): VectorEnvironment {
  return new Chain(count, options);
}
