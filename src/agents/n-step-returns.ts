/**
 * Transitions that span several steps (Sutton 1988; Watkins 1989; in DQN: Hessel et al. 2018, "Rainbow"): from what was
 * acted on to what followed n steps later, with the discounted sum of the n rewards. Stands between a vector
 * environment and the replay buffer.
 *
 * At the end of an episode fewer than n rewards are left. Where it terminated nothing follows, so the shorter sums are
 * whole and are stored. Where it was truncated they would have to be bootstrapped with another power of the discount
 * than the learner's gamma^n: those at most n − 1 transitions are left out.
 */
import type { VectorEnvironment } from '../environments/environment.ts';
import type { ReplayBuffer, Transitions } from './replay-buffer.ts';

/** The steps whose sums are not whole yet. */
export interface NStepState {
  readonly observations: Float32Array;
  readonly actions: Int32Array;
  readonly rewards: Float64Array;
  readonly waiting: Int32Array;
  readonly row: number;
}

export class NStepReturns {
  readonly #steps: number;
  readonly #gamma: number;
  readonly #count: number;
  readonly #width: number;
  /** What was acted on, the actions and the rewards of the last n vector steps; step t is in row t modulo n. */
  readonly #observations: Float32Array;
  readonly #actions: Int32Array;
  readonly #rewards: Float64Array;
  /** How many of the last steps of every environment wait for their sum to be whole: 0 to n. */
  readonly #waiting: Int32Array;
  /** Discounted sums of the last 1, 2, … n rewards. */
  readonly #sums: Float64Array;
  /** The transition that is stored. */
  readonly #whole: Transitions;
  /** Row of the current vector step. */
  #row = 0;

  /** @param steps n, ≥ 1. @param gamma discount per step. */
  constructor(
    steps: number,
    gamma: number,
    { count, observationSize }: Pick<VectorEnvironment, 'count' | 'observationSize'>,
  ) {
    this.#steps = steps;
    this.#gamma = gamma;
    this.#count = count;
    this.#width = observationSize;
    this.#observations = new Float32Array(steps * count * observationSize);
    this.#actions = new Int32Array(steps * count);
    this.#rewards = new Float64Array(steps * count);
    this.#waiting = new Int32Array(count);
    this.#sums = new Float64Array(steps);
    this.#whole = {
      observations: new Float32Array(observationSize),
      finalObservations: new Float32Array(observationSize),
      actions: new Int32Array(1),
      rewards: new Float64Array(1),
      terminated: new Uint8Array(1),
    };
  }

  /**
   * Takes in a vector step and stores the transitions that it makes whole: in order of environment, the earliest
   * first.
   * @param truncated count; 1 where an episode was cut short.
   */
  add(transitions: Transitions, truncated: Uint8Array, replay: ReplayBuffer): void {
    const { observations, actions, rewards, terminated } = transitions;
    this.#observations.set(observations, this.#row * observations.length);
    this.#actions.set(actions, this.#row * this.#count);
    this.#rewards.set(rewards, this.#row * this.#count);
    for (let i = 0; i < this.#count; i++) {
      const waiting = this.#waiting[i] + 1;
      const ends = terminated[i] === 1 || truncated[i] === 1;
      this.#addUp(i, waiting);
      const shortest = terminated[i] === 1 ? 1 : this.#steps;
      for (let length = waiting; length >= shortest; length--) this.#store(transitions, i, length, replay);
      if (ends) this.#waiting[i] = 0;
      else this.#waiting[i] = Math.min(waiting, this.#steps - 1);
    }
    this.#row = (this.#row + 1) % this.#steps;
  }

  /** A copy of what it holds. */
  save(): NStepState {
    return {
      observations: this.#observations.slice(),
      actions: this.#actions.slice(),
      rewards: this.#rewards.slice(),
      waiting: this.#waiting.slice(),
      row: this.#row,
    };
  }

  /** Goes on from a saved state. @throws RangeError when it is of another n or of other environments. */
  restore({ observations, actions, rewards, waiting, row }: NStepState): void {
    const fits =
      observations.length === this.#observations.length &&
      waiting.length === this.#count &&
      row < this.#steps;
    if (!fits) {
      const expected = `expected ${this.#steps} steps of ${this.#count} environments`;
      throw new RangeError(
        `a state of ${waiting.length} environments and ${observations.length} numbers; ${expected}`,
      );
    }
    this.#observations.set(observations);
    this.#actions.set(actions);
    this.#rewards.set(rewards);
    this.#waiting.set(waiting);
    this.#row = row;
  }

  /** Where the step of environment `i` that was `length` − 1 steps ago lies. */
  #indexOf(i: number, length: number): number {
    return ((this.#row - length + 1 + this.#steps) % this.#steps) * this.#count + i;
  }

  #addUp(i: number, waiting: number): void {
    let sum = 0;
    for (let length = 1; length <= waiting; length++) {
      sum = this.#rewards[this.#indexOf(i, length)] + this.#gamma * sum;
      this.#sums[length - 1] = sum;
    }
  }

  /** The transition of environment `i` over the last `length` steps. */
  #store(transitions: Transitions, i: number, length: number, replay: ReplayBuffer): void {
    const whole = this.#whole;
    const from = this.#indexOf(i, length);
    for (let k = 0; k < this.#width; k++) {
      whole.observations[k] = this.#observations[from * this.#width + k];
      whole.finalObservations[k] = transitions.finalObservations[i * this.#width + k];
    }
    whole.actions[0] = this.#actions[from];
    whole.rewards[0] = this.#sums[length - 1];
    whole.terminated[0] = transitions.terminated[i];
    replay.add(whole);
  }
}
