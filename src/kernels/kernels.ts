/**
 * The contract of the learning kernels: a Q-network with its Double-DQN learner, as fast as the target can and
 * with the same bits on every target. Implementations: `compiled.ts` over the native and WebAssembly backends,
 * `reference.ts` in plain TypeScript (the oracle). The order of additions that makes results independent of
 * the target is written down in docs/kernels.md.
 */
import type { BackendTarget } from './backend.ts';

export type KernelTarget = BackendTarget | 'reference';

export type Activation = 'relu' | 'sigmoid' | 'tanh';

/** A fully connected network: inputs, hidden layers, one linear output per action. */
export interface NetworkShape {
  readonly inputs: number;
  readonly layers: readonly { readonly units: number; readonly activation: Activation }[];
  readonly outputs: number;
}

/**
 * Number of parameters. Their flat order, everywhere outside the kernels: for every layer, input to output,
 * the weights `[out][in]` row by row, then the `out` biases (as PyTorch's `Linear`).
 */
export function parameterCount(shape: NetworkShape): number {
  let inputs = shape.inputs;
  let count = 0;
  for (const units of [...shape.layers.map((layer) => layer.units), shape.outputs]) {
    count += units * inputs + units;
    inputs = units;
  }
  return count;
}

export interface LearnerOptions {
  readonly shape: NetworkShape;
  /** Transitions per update: a multiple of 16, 16 to 512. */
  readonly batchSize: number;
  /** Transitions that the replay arrays hold, ≥ batchSize. */
  readonly replayCapacity: number;
  /** Discount per step, in [0, 1]. */
  readonly gamma: number;
  /** Share of the online parameters mixed into the target after every update, in (0, 1]. */
  readonly tau: number;
  /** On the TD error: half its square, or Huber's loss with its corner at 1 (gradient clipped to ±1). */
  readonly loss: 'squared' | 'huber';
  /** Adam (Kingma & Ba 2015), as in PyTorch. */
  readonly adam: { readonly beta1: number; readonly beta2: number; readonly epsilon: number };
}

/** Transitions side by side; row i of every array belongs to transition i. Written by the replay buffer. */
export interface ReplayArrays {
  /** capacity × inputs. */
  readonly observations: Float32Array;
  /** capacity × inputs: what followed, before any autoreset. */
  readonly nextObservations: Float32Array;
  /** capacity: the index of the action, 0 … outputs − 1. */
  readonly actions: Int32Array;
  readonly rewards: Float32Array;
  /** capacity: 1 where the episode terminated (nothing follows); 0 also where it was truncated. */
  readonly terminated: Uint8Array;
}

/** The parts of a learner that make up its state, each parameterCount long in the flat order. */
export type LearnerPart = 'parameters' | 'target' | 'firstMoment' | 'secondMoment';

/** A Q-network that acts. */
export interface Policy {
  readonly shape: NetworkShape;
  /** Q-values of `count` observations (count × inputs, row by row) into `values` (count × outputs). */
  qValues(observations: Float32Array, count: number, values: Float32Array): void;
  /** The index of the largest Q-value (the first on ties) of every observation, into `actions`. */
  act(observations: Float32Array, count: number, actions: Int32Array): void;
  readParameters(into: Float32Array): void;
  writeParameters(from: Float32Array): void;
}

/** A Q-network that also learns. Starts with all parts zero: write `parameters`, then `target`. */
export interface Learner extends Policy {
  readonly options: LearnerOptions;
  readonly replay: ReplayArrays;
  /** Updates so far: Adam's step count. */
  updates: number;
  /**
   * One Double-DQN update (van Hasselt et al. 2016) on the transitions at `indices` (batchSize of them):
   * target r + γ (1 − terminated) Q_target(s', argmax Q(s')), mean loss over the batch, Adam, soft target
   * update. No allocation. @returns the mean loss.
   */
  update(indices: Int32Array, learningRate: number): number;
  read(part: LearnerPart, into: Float32Array): void;
  write(part: LearnerPart, from: Float32Array): void;
}

export interface Kernels {
  readonly target: KernelTarget;
  /** @param maxCount the most observations that one call may carry, 1 to 4096. */
  createPolicy(shape: NetworkShape, maxCount: number): Policy;
  /** @param maxCount as for createPolicy, of its `act` and `qValues`. */
  createLearner(options: LearnerOptions, maxCount: number): Learner;
}
