/**
 * The memory of an off-policy learner (Lin 1992; Mnih et al. 2015): a ring over the replay arrays of a learner, where
 * the newest transitions overwrite the oldest. Sampling is uniform with replacement.
 */
import type { ReplayArrays, ReplayMemory } from '../kernels/kernels.ts';
import type { RandomStream } from '../random/random-stream.ts';

/** One transition per environment, side by side: what a vector environment's step led to. */
export interface Transitions {
  /** count × observation size: what was acted on. */
  readonly observations: Float32Array;
  /** count × observation size: what followed, before any autoreset. */
  readonly finalObservations: Float32Array;
  /** count */
  readonly actions: Int32Array;
  /** count; rounded to float32 when stored. */
  readonly rewards: Float64Array;
  /** count; 1 where nothing follows. A truncated episode is 0: its value goes on. */
  readonly terminated: Uint8Array;
}

/** Everything a replay buffer holds; of each array the first `size` rows. */
export interface ReplayState extends ReplayArrays {
  readonly size: number;
  /** Row that the next transition goes to. */
  readonly position: number;
}

export class ReplayBuffer {
  readonly #memory: ReplayMemory;
  readonly #width: number;
  readonly capacity: number;
  #size = 0;
  #position = 0;

  constructor(memory: ReplayMemory) {
    this.#memory = memory;
    this.capacity = memory.rewards.length;
    this.#width = memory.observations.length / this.capacity;
  }

  /** Transitions held now, 0 to capacity. */
  get size(): number {
    return this.#size;
  }

  /**
   * Stores a whole vector step; no allocation.
   * @throws RangeError when it has more transitions than the buffer holds.
   */
  add(transitions: Transitions): void {
    const count = transitions.actions.length;
    if (count > this.capacity) {
      throw new RangeError(`${count} transitions at once; expected at most ${this.capacity}`);
    }
    if (this.#position + count <= this.capacity) this.#addRows(transitions);
    else for (let i = 0; i < count; i++) this.#addRow(transitions, i, (this.#position + i) % this.capacity);
    this.#position = (this.#position + count) % this.capacity;
    this.#size = Math.min(this.#size + count, this.capacity);
  }

  #addRows(transitions: Transitions): void {
    const { observations, nextObservations, actions, rewards, terminated } = this.#memory;
    const position = this.#position;
    observations.set(transitions.observations, position * this.#width);
    nextObservations.set(transitions.finalObservations, position * this.#width);
    actions.set(transitions.actions, position);
    rewards.set(transitions.rewards, position);
    terminated.set(transitions.terminated, position);
  }

  #addRow(transitions: Transitions, from: number, to: number): void {
    const { observations, nextObservations, actions, rewards, terminated } = this.#memory;
    const width = this.#width;
    for (let k = 0; k < width; k++) {
      observations[to * width + k] = transitions.observations[from * width + k];
      nextObservations[to * width + k] = transitions.finalObservations[from * width + k];
    }
    actions[to] = transitions.actions[from];
    rewards[to] = transitions.rewards[from];
    terminated[to] = transitions.terminated[from];
  }

  /** Fills `indices` with rows drawn uniformly, with replacement. @throws RangeError when the buffer is empty. */
  sample(stream: RandomStream, indices: Int32Array): void {
    if (this.#size === 0)
      throw new RangeError('a sample of an empty replay buffer; expected transitions in it');
    this.#memory.drawIndices(stream.words, this.#size, indices);
  }

  /** A copy of what it holds. */
  save(): ReplayState {
    const { observations, nextObservations, actions, rewards, terminated } = this.#memory;
    const size = this.#size;
    return {
      size,
      position: this.#position,
      observations: observations.slice(0, size * this.#width),
      nextObservations: nextObservations.slice(0, size * this.#width),
      actions: actions.slice(0, size),
      rewards: rewards.slice(0, size),
      terminated: terminated.slice(0, size),
    };
  }

  /** Goes on from a saved state of a buffer of the same capacity. @throws RangeError when it doesn't fit. */
  restore(state: ReplayState): void {
    const { size, position } = state;
    const fits = size < this.capacity ? position === size : size === this.capacity && position < size;
    if (!fits || state.observations.length !== size * this.#width) {
      const seen = `${size} transitions (${state.observations.length} numbers), the next at ${position}`;
      throw new RangeError(`a replay state of ${seen}; expected capacity ${this.capacity} × ${this.#width}`);
    }
    const arrays = this.#memory;
    arrays.observations.set(state.observations);
    arrays.nextObservations.set(state.nextObservations);
    arrays.actions.set(state.actions);
    arrays.rewards.set(state.rewards);
    arrays.terminated.set(state.terminated);
    this.#size = size;
    this.#position = position;
  }
}
