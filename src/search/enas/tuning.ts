/**
 * Fine-tuning: a network that shared a training goes on alone for a while, with a copy of its weights and of its family's
 * experience. Scores with shared weights say how a network fares under the updates of all others; after some of its own
 * they say more of what it can do (docs/algorithms/enas.md has how much).
 *
 * It trains as the agent does, in as many environments, with the exploration of the end of a training; the learning rate
 * begins at half the agent's and falls to 0, Adam's moments begin at 0. In its second half it plays greedy episodes at
 * even distances; the score is their mean, since the weights of one moment are luck.
 */
import type { DqnHyperparameters } from '../../agents/dqn.ts';
import type { ReplayState } from '../../agents/replay-buffer.ts';
import { Training, type TrainingProgress, type TrainingState } from '../../agents/train.ts';
import type { VectorEnvironment } from '../../environments/environment.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { Architecture } from '../../networks/architecture.ts';
import { mean } from '../../statistics/sample.ts';

/** What the learning rate begins with, as a share of the agent's. */
const initialRate = 0.5;
/** Times that it plays, at even distances in the second half. */
export const tuningScorings = 4;

export interface TuningTask {
  readonly architecture: Architecture;
  /** Of the agent. */
  readonly hyperparameters: DqnHyperparameters;
  /** Environment steps, counted over all environments. */
  readonly steps: number;
  /** A whole number ≥ 0, of everything random in it. */
  readonly seed: number;
}

/** What it begins with, in the flat order of `parameterCount`, and the experience. */
export interface TuningStart {
  readonly parameters: Float32Array;
  readonly target: Float32Array;
  readonly replay: ReplayState;
}

/** All that it is between two steps. */
export interface TuningState {
  readonly training: TrainingState;
  /** Mean returns so far. */
  readonly scores: readonly number[];
}

/** Plays greedy episodes with parameters. @returns their mean return. */
type Play = (parameters: Float32Array) => number;

export class Tuning {
  readonly #training: Training;
  readonly #steps: number;
  readonly #play: Play;
  readonly #scores: number[] = [];

  /** @param environment of as many environments as the hyperparameters say; it belongs to the tuning from here on. */
  constructor(
    kernels: Kernels,
    environment: VectorEnvironment,
    { architecture, hyperparameters, steps, seed }: TuningTask,
    { parameters, target, replay }: TuningStart,
    play: Play,
  ) {
    this.#steps = steps;
    this.#play = play;
    this.#training = new Training(kernels, environment, {
      architecture,
      hyperparameters: {
        ...hyperparameters,
        learningRate: initialRate * hyperparameters.learningRate,
        learningRateSchedule: 'linear',
        learningStarts: 0,
        explorationInitialEps: hyperparameters.explorationFinalEps,
      },
      totalSteps: steps,
      seed,
    });
    const fresh = this.#training.save();
    this.#training.restore({ ...fresh, learner: { ...fresh.learner, parameters, target }, replay });
  }

  get progress(): TrainingProgress {
    return this.#training.progress;
  }

  /** Mean return over all that was played. @throws RangeError before it is over. */
  get score(): number {
    return mean(this.#scores);
  }

  /**
   * Goes on by a step of all environments, and plays where that is due.
   * @returns whether there is more to do. @throws TrainingDivergedError when a loss or a parameter is not finite.
   */
  advance(): boolean {
    const more = this.#training.advance(1);
    const due = Math.floor((2 * tuningScorings * this.progress.step) / this.#steps) - tuningScorings;
    // The target network is a moving average of the parameters, and steadier.
    while (this.#scores.length < Math.min(due, tuningScorings)) {
      this.#scores.push(this.#play(this.#training.save().learner.target));
    }
    return more;
  }

  /** A copy of all that it is. */
  save(): TuningState {
    return { training: this.#training.save(), scores: [...this.#scores] };
  }

  /** Goes on from the state of one of the same task. */
  restore({ training, scores }: TuningState): void {
    this.#training.restore(training);
    this.#scores.splice(0, Number.POSITIVE_INFINITY, ...scores);
  }
}
