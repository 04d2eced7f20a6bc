/**
 * The contract of environments, after Gymnasium: `terminated` (the task ended) apart from `truncated` (time ran
 * out), so that a learner bootstraps through the one and never through the other.
 */

export interface DiscreteSpace {
  readonly kind: 'discrete';
  /** Actions are the integers 0 … n − 1. */
  readonly n: number;
}

export interface BoxSpace {
  readonly kind: 'box';
  /** Bounds per element; declared, not enforced on observations. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export type Space = DiscreteSpace | BoxSpace;

/** What an environment is, apart from its state. */
export interface EnvironmentSpec {
  /** Its registered name, for example `LunarLander-v3`. */
  readonly id: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: Space;
  /** Steps after which an episode is truncated. */
  readonly maxEpisodeSteps: number;
  /** Average return at which the task counts as solved, if it has one. */
  readonly rewardThreshold: number | undefined;
  /** The options it was made with, complete: plain JSON that makes the same environment again. */
  readonly options: Readonly<Record<string, unknown>>;
}

export type Info = Readonly<Record<string, unknown>>;

export interface ResetResult {
  readonly observation: Float32Array;
  readonly info: Info;
}

export interface StepResult extends ResetResult {
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

/** One environment with Gymnasium's interface. */
export interface Environment {
  readonly spec: EnvironmentSpec;
  readonly observationSpace: BoxSpace;
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
  /** @throws Error when the bytes are not a state of this kind of environment. */
  restore(state: Uint8Array): void;
}

/**
 * N environments in lockstep on typed arrays that are allocated once and rewritten by every step. An
 * environment whose episode ends is reset in the same step (its random stream going on), so `observations` is
 * always what the next action acts on.
 */
export interface VectorEnvironment {
  readonly spec: EnvironmentSpec;
  readonly count: number;
  /** Numbers per observation. */
  readonly observationSize: number;
  /** count × observationSize: what the next action acts on. */
  readonly observations: Float32Array;
  /** count × observationSize: what the last step led to, before any autoreset. */
  readonly finalObservations: Float32Array;
  /** count */
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
  restore(index: number, state: Uint8Array): void;
}
