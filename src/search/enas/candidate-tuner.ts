/**
 * Tunes the candidates of a shared training, one after another (tuning.ts); what they share stays as it is. In the end a
 * candidate says what it expects itself: the mean value that it gives to the states of its experience.
 */
import type { DqnHyperparameters } from '../../agents/dqn.ts';
import { expectedValue } from '../../agents/expected-value.ts';
import { readPart } from '../../agents/learner-state.ts';
import { TrainingDivergedError } from '../../agents/train.ts';
import type { VectorEnvironment } from '../../environments/environment.ts';
import { type Kernels, parameterCount } from '../../kernels/kernels.ts';
import type { RandomStream } from '../../random/random-stream.ts';
import { decodeSample, type Sample, type SearchSpace } from '../space.ts';
import { workPerStep } from '../work.ts';
import type { NetworkScore, SharedNetwork } from './shared-networks.ts';
import { Tuning, type TuningState } from './tuning.ts';

/** Seeds of tunings are below. */
const seedLimit = 2 ** 32;

export interface CandidateTunerOptions {
  readonly kernels: Kernels;
  /** Of so many environments, with a discrete action space. */
  readonly createEnvironment: (count: number) => VectorEnvironment;
  readonly space: SearchSpace;
  /** Of the agent. */
  readonly hyperparameters: DqnHyperparameters;
  /** Environment steps per candidate. */
  readonly steps: number;
  /** Every seed comes from a fork of it. */
  readonly random: RandomStream;
  /** Plays a greedy episode per seed. @returns the mean return. */
  readonly play: (network: SharedNetwork, parameters: Float32Array, seeds: readonly number[]) => number;
  /** Hears of work other than playing, in the multiply-adds of src/search/work.ts. */
  readonly spend: (work: number) => void;
}

/** All that a tuner is between two steps. */
export interface CandidateTunerState {
  /** Environment steps of all tunings so far. */
  readonly tuningSteps: number;
  /** The candidate that is being tuned. */
  readonly tuning: (TuningState & { readonly sample: Sample }) | undefined;
}

export class CandidateTuner {
  readonly #options: CandidateTunerOptions;
  #current: { readonly network: SharedNetwork; readonly tuning: Tuning } | undefined;
  /** What is left to restore of a tuning until it is asked for again. */
  #saved: CandidateTunerState['tuning'];
  #steps = 0;

  constructor(options: CandidateTunerOptions) {
    this.#options = options;
  }

  /** Environment steps of all tunings so far. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Begins to tune a network, or goes on with the one that was being tuned when the state was saved. `advance` does the
   * work, `end` has the score.
   * @param seeds of the greedy episodes that score it.
   */
  start(network: SharedNetwork, seeds: readonly number[]): void {
    if (network.failure !== undefined) return;
    const { kernels, createEnvironment, space, hyperparameters, steps, random, play } = this.#options;
    const { learner, family, index, sample } = network;
    const tuning = new Tuning(
      kernels,
      createEnvironment(hyperparameters.environments),
      {
        architecture: decodeSample(space, sample),
        hyperparameters,
        steps,
        seed: random.fork(`tuning/${index}`).integers(0, seedLimit),
      },
      {
        parameters: readPart(learner, 'parameters'),
        target: readPart(learner, 'target'),
        replay: family.replay.save(),
      },
      (parameters) => play(network, parameters, seeds),
    );
    if (this.#saved) tuning.restore(this.#saved);
    this.#saved = undefined;
    this.#current = { network, tuning };
  }

  /** Goes on by a step of all environments. @returns whether there is more to do. */
  advance(): boolean {
    if (this.#current === undefined) return false;
    const { network, tuning } = this.#current;
    const before = tuning.progress;
    let more = false;
    try {
      more = tuning.advance();
    } catch (error) {
      if (!(error instanceof TrainingDivergedError)) throw error;
      network.failure = error.message;
      this.#current = undefined;
    }
    const { step, updates } = tuning.progress;
    this.#steps += step - before.step;
    this.#options.spend((updates - before.updates) * network.work + (step - before.step) * workPerStep);
    return more;
  }

  /** Score and value of the network that was tuned, and what it was trained for, the tuning with the rest. */
  end({ shape, steps, episodes, updates, failure }: SharedNetwork): NetworkScore {
    const tuned = this.#current?.tuning;
    this.#current = undefined;
    if (failure !== undefined || tuned === undefined) {
      return { score: Number.NEGATIVE_INFINITY, steps, episodes, updates, failure };
    }
    const { progress, score } = tuned;
    const { learner, replay } = tuned.save().training;
    this.#options.spend(replay.size * parameterCount(shape));
    return {
      score,
      steps: steps + progress.step,
      episodes: episodes + progress.episodes,
      updates: updates + progress.updates,
      failure,
      value: expectedValue(this.#options.kernels, shape, learner.target, replay.observations),
    };
  }

  /** A copy of all that it is. */
  save(): CandidateTunerState {
    return {
      tuningSteps: this.#steps,
      tuning: this.#current && { sample: this.#current.network.sample, ...this.#current.tuning.save() },
    };
  }

  /** Goes on from the state of one of the same making. */
  restore({ tuningSteps, tuning }: CandidateTunerState): void {
    this.#steps = tuningSteps;
    this.#saved = tuning;
  }
}
