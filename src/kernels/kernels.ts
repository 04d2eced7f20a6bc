/**
 * The contract of the learning kernels: a Q-network with its Double-DQN learner, as fast as the target can and
 * with the same bits on every target. Implementations: `compiled.ts` over the native and WebAssembly backends,
 * `reference.ts` in plain TypeScript (the oracle). The order of additions that makes results independent of
 * the target is written down in docs/kernels.md.
 */
import type { BackendTarget } from './backend.ts';

/** What kernels run on: compiled code, or plain TypeScript, slow and easy to check. */
export type KernelTarget = BackendTarget | 'reference';

/**
 * Of hidden layers, as PyTorch's with their default settings: `leaky-relu` has a slope of 0.01 below 0, `elu` an alpha
 * of 1 (Clevert et al. 2016), `silu` is z · sigmoid(z) (Elfwing et al. 2018). docs/kernels.md has the formulas.
 */
export const activations = ['relu', 'leaky-relu', 'elu', 'silu', 'sigmoid', 'tanh'] as const;
/**
 * One of `activations`: relu, leaky-relu, elu, silu, sigmoid, tanh.
 * @useDeclaredType
 */
export type Activation = (typeof activations)[number];

/**
 * What makes Q-values of the last hidden layer. `plain`: one linear output per action. `dueling`: a linear value V of
 * the state and a linear advantage A of every action, Q = V + A − mean of A (Wang et al. 2016, eq. 9).
 */
export type Head = 'plain' | 'dueling';

/** A fully connected network: inputs, hidden layers, a head with one Q-value per action. */
export interface NetworkShape {
  /** Numbers per observation. */
  readonly inputs: number;
  /** The hidden ones, input to output; at least 1. */
  readonly layers: readonly {
    /** A whole number from 1 to 65,536. */
    readonly units: number;
    /** Of all units of the layer. */
    readonly activation: Activation;
  }[];
  /** Actions. */
  readonly outputs: number;
  /** `plain` if absent. */
  readonly head?: Head;
}

/**
 * Number of parameters. Their flat order, everywhere outside the kernels: for every hidden layer, input to output,
 * and then for the head the weights `[out][in]` row by row, then the `out` biases (as PyTorch's `Linear`). A dueling
 * head is two such layers: the value's (one output), then the advantages'.
 */
export function parameterCount(shape: NetworkShape): number {
  let inputs = shape.inputs;
  let count = 0;
  for (const { units } of shape.layers) {
    count += units * inputs + units;
    inputs = units;
  }
  const outputs = shape.head === 'dueling' ? shape.outputs + 1 : shape.outputs;
  return count + outputs * (inputs + 1);
}

/** What a learner is, apart from its state. */
export interface LearnerOptions {
  /** Of its Q-network. */
  readonly shape: NetworkShape;
  /** Transitions per update: a multiple of 16, 16 to 512. */
  readonly batchSize: number;
  /** Transitions that the replay arrays hold, ≥ batchSize. */
  readonly replayCapacity: number;
  /** Discount per step, in [0, 1]. */
  readonly gamma: number;
  /** Share of the online parameters mixed into the target after every update, in (0, 1]. */
  readonly tau: number;
  /** On the TD error: half its square, or Huber's loss (Huber 1964), whose gradient is the error clipped to ±delta. */
  readonly loss: 'squared' | 'huber';
  /** Huber's delta, > 0, as that of PyTorch's `HuberLoss`; 1 if absent. The squared loss has none and ignores it. */
  readonly huberDelta?: number;
  /** Adam (Kingma & Ba 2015), as in PyTorch. */
  readonly adam: {
    /** Decay of the mean of gradients, in [0, 1). */
    readonly beta1: number;
    /** Decay of the mean of their squares, in [0, 1). */
    readonly beta2: number;
    /** What is added to the denominator, > 0. */
    readonly epsilon: number;
  };
  /**
   * The most that the norm of the whole gradient may be, > 0; a longer one is scaled down before Adam sees it, as by
   * `torch.nn.utils.clip_grad_norm_`. No limit if absent, which is faster: Adam then need not wait for the norm.
   */
  readonly maxGradientNorm?: number;
}

/** Transitions side by side; row i of every array belongs to transition i. Written by the replay buffer. */
export interface ReplayArrays {
  /** capacity × inputs. */
  readonly observations: Float32Array;
  /** capacity × inputs: what followed, before any autoreset. */
  readonly nextObservations: Float32Array;
  /** capacity: the index of the action, 0 … outputs − 1. */
  readonly actions: Int32Array;
  /** capacity. */
  readonly rewards: Float32Array;
  /** capacity: 1 where the episode terminated (nothing follows); 0 also where it was truncated. */
  readonly terminated: Uint8Array;
}

/** A learner's replay: its transitions, and the draws that minibatches are made of. */
export interface ReplayMemory extends ReplayArrays {
  /**
   * Fills `indices` with independent integers in [0, limit), each drawn as NumPy's `Generator.integers` does. No
   * allocation.
   * @param random the ten words of a PCG64 (src/random/pcg64.ts), which goes on.
   * @param limit 1 to 2^31 − 1. @param indices batchSize of them.
   */
  drawIndices(random: Uint32Array, limit: number, indices: Int32Array): void;
}

/** The parts of a learner that make up its state, each parameterCount long in the flat order. */
export const learnerParts = ['parameters', 'target', 'firstMoment', 'secondMoment'] as const;
/**
 * A part of a learner's state: the network's parameters, those of its target, Adam's moments.
 * @useDeclaredType
 */
export type LearnerPart = (typeof learnerParts)[number];

/** A Q-network that acts. */
export interface Policy {
  /** Of the network. */
  readonly shape: NetworkShape;
  /** Q-values of `count` observations (count × inputs, row by row) into `values` (count × outputs). */
  qValues(observations: Float32Array, count: number, values: Float32Array): void;
  /** The index of the largest Q-value (the first on ties) of every observation, into `actions`. */
  act(observations: Float32Array, count: number, actions: Int32Array): void;
  /** Copies the parameters, in the flat order of `parameterCount`. @throws RangeError for another length. */
  readParameters(into: Float32Array): void;
  /** Replaces the parameters, in the same order. @throws RangeError for another length. */
  writeParameters(from: Float32Array): void;
}

/** A Q-network that also learns. Starts with all parts zero: write `parameters`, then `target`. */
export interface Learner extends Policy {
  /** What it was made with. */
  readonly options: LearnerOptions;
  /** The transitions that it learns from. */
  readonly replay: ReplayMemory;
  /** batchSize: r + γ (1 − terminated) Q_target(s', a*) − Q(s, a) of the last update's transitions, before it. */
  readonly tdErrors: Float32Array;
  /** Updates so far: Adam's step count. */
  updates: number;
  /**
   * One Double-DQN update (van Hasselt et al. 2016) on the transitions at `indices` (batchSize of them):
   * target r + γ (1 − terminated) Q_target(s', argmax Q(s')), mean loss over the batch, Adam, soft target
   * update. No allocation.
   * @param weights batchSize numbers ≥ 0 by which the transitions' losses are multiplied (importance weights of a
   * prioritised replay); all 1 if absent.
   * @returns the mean loss.
   */
  update(indices: Int32Array, learningRate: number, weights?: Float32Array): number;
  /** Copies a part, in the flat order of `parameterCount`. @throws RangeError for another length. */
  read(part: LearnerPart, into: Float32Array): void;
  /** Replaces a part, in the same order. @throws RangeError for another length. */
  write(part: LearnerPart, from: Float32Array): void;
}

/** The networks that share a supernet's parameters: at most so many hidden layers, units and activations. */
export interface SupernetShape {
  /** Numbers per observation. */
  readonly inputs: number;
  /** The most hidden layers, input to output. */
  readonly layers: readonly {
    /** The most units. */
    readonly units: number;
    /** Distinct; every network chooses one. */
    readonly activations: readonly Activation[];
  }[];
  /** Actions. */
  readonly outputs: number;
  /** `plain` if absent. */
  readonly head?: Head;
}

/** Of a learner, but for the shape; the same for all networks of the supernet. */
export interface SupernetOptions extends Omit<LearnerOptions, 'shape'> {
  /** Of the largest network. */
  readonly shape: SupernetShape;
}

/**
 * Shared parameters of many networks (one-shot ENAS, Pham et al. 2018). A unit is known by its layer, its activation
 * and its number, a weight by the two units that it joins: networks that have the same two units share the weight,
 * both moments and the target. So a network is the leading rows and columns of the supernet's matrices, of which
 * there is one for every pair of activations that may follow each other.
 *
 * Working with a slice costs what working with the same network stored alone costs, and gives the same bits.
 */
export interface Supernet {
  /** What it was made with. */
  readonly options: SupernetOptions;
  /** One replay for all networks. */
  readonly replay: ReplayMemory;
  /**
   * Updates so far, of whichever network: Adam's step count for all of them. (Weights that were used late start with
   * moments of zero that the bias correction no longer makes up for; their first steps are up to 1 − β₁ over the root
   * of 1 − β₂ times, 3.2 for the usual β, as long as with a count of their own.)
   */
  updates: number;
  /**
   * The learner of one network: 1 to all of the supernet's hidden layers, each no wider and of one of its activations,
   * with the same inputs, outputs and head. Asked twice, the same object. Its replay, TD errors and `updates` are the
   * supernet's; `read` and `write` are about its slice. Learners may be used in any order without preparation.
   * @throws RangeError when the supernet does not contain the network.
   */
  learner(shape: NetworkShape): Learner;
}

/**
 * Makes networks that act and learn, with the same bits whatever the target.
 *
 * Its methods throw a RangeError that names what is out of range.
 */
export interface Kernels {
  /** What they run on. */
  readonly target: KernelTarget;
  /** A network that acts, all parameters zero. @param maxCount the most observations that one call may carry, 1 to 4096. */
  createPolicy(shape: NetworkShape, maxCount: number): Policy;
  /** A network that learns, all parts zero. @param maxCount as for createPolicy, of its `act` and `qValues`. */
  createLearner(options: LearnerOptions, maxCount: number): Learner;
  /** Networks that share parameters, all zero. @param maxCount as for createPolicy, of the learners' `act` and `qValues`. */
  createSupernet(options: SupernetOptions, maxCount: number): Supernet;
}
