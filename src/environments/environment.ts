/**
 * The contract of environments, after Gymnasium: `terminated` (the task ended) apart from `truncated` (time ran
 * out), so that a learner bootstraps through the one and never through the other.
 */

/** So many actions, one of which is taken. */
export interface DiscreteSpace {
  /** Tells it from a box. */
  readonly kind: 'discrete';
  /** Actions are the integers 0 … n − 1. */
  readonly n: number;
}

/** So many real numbers. */
export interface BoxSpace {
  /** Tells it from a discrete space. */
  readonly kind: 'box';
  /** Lower bound per element; declared, not enforced on observations. */
  readonly low: readonly number[];
  /** Upper bound per element, likewise. */
  readonly high: readonly number[];
}

/** Where actions come from. */
export type Space = DiscreteSpace | BoxSpace;

/** What an environment is, apart from its state. */
export interface EnvironmentSpec {
  /** Its registered name, for example `LunarLander-v3`. */
  readonly id: string;
  /** Of an observation, with an element per number. */
  readonly observationSpace: BoxSpace;
  /** What an action is. */
  readonly actionSpace: Space;
  /** Steps after which an episode is truncated. */
  readonly maxEpisodeSteps: number;
  /** Average return at which the task counts as solved, if it has one. */
  readonly rewardThreshold: number | undefined;
  /** The options it was made with, complete: plain JSON that makes the same environment again. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What an environment has to say besides; LunarLander, as Gymnasium's, has nothing. */
export type Info = Readonly<Record<string, unknown>>;

/** What an episode begins with. */
export interface ResetResult {
  /** As many numbers as the observation space has; a copy, which later steps leave alone. */
  readonly observation: Float32Array;
  /** What the environment has to say besides. */
  readonly info: Info;
}

/** What a step led to. */
export interface StepResult extends ResetResult {
  /** Of this step, undiscounted. */
  readonly reward: number;
  /** Whether the task ended: nothing follows. */
  readonly terminated: boolean;
  /** Whether time ran out: what would have followed counts. */
  readonly truncated: boolean;
}

/** One environment with Gymnasium's interface. */
export interface Environment {
  /** What it is, apart from its state. */
  readonly spec: EnvironmentSpec;
  /** As in `spec`. */
  readonly observationSpace: BoxSpace;
  /** As in `spec`. */
  readonly actionSpace: Space;
  /**
   * Begins an episode. With a seed (an integer ≥ 0) the random stream starts afresh; without, it goes on.
   * @throws RangeError for a seed that is not a non-negative integer; Error for a first reset without a seed.
   */
  reset(options?: { readonly seed?: number | bigint }): ResetResult;
  /**
   * One step. `action` is an integer for a discrete space, an array of numbers for a box.
   * @throws RangeError when the action does not belong to the action space; Error before the first reset and
   * after the episode's end.
   */
  step(action: number | ArrayLike<number>): StepResult;
  /** The full state, random stream included. */
  save(): Uint8Array;
  /** Goes on from a saved state. @throws Error when the bytes are not a state of this kind of environment. */
  restore(state: Uint8Array): void;
}

/**
 * N environments in lockstep on typed arrays that are allocated once and rewritten by every step. An
 * environment whose episode ends is reset in the same step (its random stream going on), so `observations` is
 * always what the next action acts on.
 */
export interface VectorEnvironment {
  /** What each of them is, apart from its state. */
  readonly spec: EnvironmentSpec;
  /** How many there are. */
  readonly count: number;
  /** Numbers per observation. */
  readonly observationSize: number;
  /** count × observationSize: what the next action acts on. */
  readonly observations: Float32Array;
  /** count × observationSize: what the last step led to, before any autoreset. */
  readonly finalObservations: Float32Array;
  /** count: of the last step, undiscounted. */
  readonly rewards: Float64Array;
  /** count; 1 where the last step ended the episode. */
  readonly terminated: Uint8Array;
  /** count; 1 where the last step ran into the time limit. */
  readonly truncated: Uint8Array;
  /** Begins an episode in every environment; `count` seeds, integers ≥ 0. */
  reset(seeds: ArrayLike<number | bigint>): void;
  /** Begins an episode in one environment, leaving the others alone. */
  resetAt(index: number, seed: number | bigint): void;
  /** One step of all. Discrete: an Int32Array of `count`; box: a Float32Array of count × action size. */
  step(actions: Int32Array | Float32Array): void;
  /** The full state of one environment, random stream included. */
  save(index: number): Uint8Array;
  /** One environment goes on from a saved state. @throws Error when the bytes are not a state of this kind of environment. */
  restore(index: number, state: Uint8Array): void;
}
