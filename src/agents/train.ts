/**
 * Training of an agent by Double DQN (Mnih et al. 2015; van Hasselt et al. 2016): act epsilon-greedily in all
 * environments, store the transitions, update the Q-network from the replay buffer. The result is a function of the
 * specification alone: not of the kernel target, nor of how the work is cut into calls of `advance`.
 */
import type { VectorEnvironment } from '../environments/environment.ts';
import type { Kernels, Learner } from '../kernels/kernels.ts';
import { type Architecture, countParameters, networkShape } from '../networks/architecture.ts';
import { initialiseParameters } from '../networks/initialisers.ts';
import { RandomStream } from '../random/random-stream.ts';
import { countActions, type DqnHyperparameters, learnerOptions } from './dqn.ts';
import { EpisodeLog, type EpisodeLogState } from './episode-log.ts';
import { epsilonAt, explore } from './exploration.ts';
import { type LearnerState, readLearner, readPart, writeLearner } from './learner-state.ts';
import { NStepReturns, type NStepState } from './n-step-returns.ts';
import { ReplayBuffer, type ReplayState, type Transitions } from './replay-buffer.ts';
import { learningRateAt, updatesAt } from './schedule.ts';
import { trainingSeeds } from './seeds.ts';

/** What decides a training: the same specification gives the same bits. */
export interface TrainingSpec {
  /** Of the Q-network, between the environment's observations and its actions. */
  readonly architecture: Architecture;
  /** Of the agent, complete: `parseDqnHyperparameters` fills in defaults. */
  readonly hyperparameters: DqnHyperparameters;
  /** Environment steps, counted over all environments; rounded up to whole vector steps. */
  readonly totalSteps: number;
  /** A whole number ≥ 0, from which every random stream is forked. */
  readonly seed: number;
  /** To begin from instead of fresh ones; in the flat order of `parameterCount`. */
  readonly initialParameters?: Float32Array;
  /** Ends the training as soon as the task is solved. */
  readonly stopWhenSolved?: boolean;
}

/** A point of the learning curve. */
export interface CurvePoint {
  /** Environment steps so far, counted over all environments. */
  readonly step: number;
  /** Complete episodes so far. */
  readonly episodes: number;
  /** Mean return of the last 100 complete episodes (of all while they are fewer). */
  readonly averageReturn: number;
}

/** How far a training is. */
export interface TrainingProgress {
  /** Environment steps so far, counted over all environments. */
  readonly step: number;
  /** Environment steps that it may take in all. */
  readonly totalSteps: number;
  /** Complete episodes so far. */
  readonly episodes: number;
  /** Of the Q-network, so far. */
  readonly updates: number;
  /** Mean return of the last 100 complete episodes (of all while they are fewer); undefined before the first. */
  readonly averageReturn: number | undefined;
  /** Probability of a random action at this step, 0 to 1. */
  readonly epsilon: number;
  /** Adam's step size at this step. */
  readonly learningRate: number;
  /** The step at which the average over 100 episodes first reached the environment's reward threshold. */
  readonly solvedAt: number | undefined;
}

/** All that a training is between two steps. Restored into one of the same specification it goes on bit for bit. */
export interface TrainingState {
  readonly step: number;
  readonly updates: number;
  readonly solvedAt: number | undefined;
  readonly curve: readonly CurvePoint[];
  readonly learner: LearnerState;
  readonly replay: ReplayState;
  /** Where transitions span several steps. */
  readonly returns: NStepState | undefined;
  readonly episodes: EpisodeLogState;
  /** Of every environment. */
  readonly environments: readonly Uint8Array[];
  /** Random states. */
  readonly exploration: Uint32Array;
  readonly minibatches: Uint32Array;
}

/** A loss or a parameter is no longer a finite number: this training has no result. */
export class TrainingDivergedError extends Error {
  /** Tells it from other errors. */
  override readonly name = 'TrainingDivergedError';
}

/** Points that a learning curve has at most: one per percent of the steps. */
const curvePoints = 100;

function checkSpec(spec: TrainingSpec, environment: VectorEnvironment): number {
  const actionCount = countActions(environment.spec);
  if (environment.count !== spec.hyperparameters.environments) {
    const expected = `expected ${spec.hyperparameters.environments}, the hyperparameter`;
    throw new RangeError(`a vector environment of ${environment.count} environments; ${expected}`);
  }
  if (!(Number.isSafeInteger(spec.totalSteps) && spec.totalSteps > 0)) {
    throw new RangeError(`totalSteps is ${spec.totalSteps}; expected a whole number ≥ 1`);
  }
  const count = countParameters(spec.architecture, environment.observationSize, actionCount);
  const initial = spec.initialParameters?.length ?? count;
  if (initial !== count) throw new RangeError(`${initial} initial parameters; expected ${count}`);
  return actionCount;
}

/**
 * One training, which goes on as far as `advance` is told. Between two calls it can be looked at, saved, and restored
 * into another one of the same specification.
 */
export class Training {
  readonly #spec: TrainingSpec;
  readonly #environment: VectorEnvironment;
  readonly #actionCount: number;
  readonly #learner: Learner;
  readonly #replay: ReplayBuffer;
  /** Undefined where transitions span one step: then they go into the replay buffer as they are. */
  readonly #returns: NStepReturns | undefined;
  readonly #episodes: EpisodeLog;
  readonly #explorationStream: RandomStream;
  readonly #replayStream: RandomStream;
  readonly #curve: CurvePoint[] = [];
  /** Observations and actions of this step beside the environment's own arrays of what it led to. */
  readonly #transitions: Transitions;
  readonly #indices: Int32Array;
  #step = 0;
  #solvedAt: number | undefined;
  #failure: TrainingDivergedError | undefined;

  /**
   * @param environment of as many environments as the hyperparameters say, with a discrete action space. It belongs
   * to the training from here on.
   * @throws RangeError when specification and environment don't fit together.
   */
  constructor(kernels: Kernels, environment: VectorEnvironment, spec: TrainingSpec) {
    this.#spec = spec;
    this.#environment = environment;
    this.#actionCount = checkSpec(spec, environment);
    const { architecture, hyperparameters, seed } = spec;
    const shape = networkShape(architecture, environment.observationSize, this.#actionCount);
    const random = new RandomStream(seed);
    this.#learner = kernels.createLearner(learnerOptions(shape, hyperparameters), environment.count);
    const parameters = spec.initialParameters ?? initialiseParameters(shape, random.fork('initialisation'));
    this.#learner.write('parameters', parameters);
    this.#learner.write('target', parameters);
    this.#replay = new ReplayBuffer(this.#learner.replay);
    const { nSteps, gamma } = hyperparameters;
    this.#returns = nSteps > 1 ? new NStepReturns(nSteps, gamma, environment) : undefined;
    this.#episodes = new EpisodeLog(environment.count);
    this.#explorationStream = random.fork('exploration');
    this.#replayStream = random.fork('replay');
    this.#indices = new Int32Array(hyperparameters.batchSize);
    this.#transitions = {
      observations: new Float32Array(environment.observations.length),
      finalObservations: environment.finalObservations,
      actions: new Int32Array(environment.count),
      rewards: environment.rewards,
      terminated: environment.terminated,
    };
    environment.reset(trainingSeeds(random.fork('environments'), environment.count));
  }

  /** How far it is. */
  get progress(): TrainingProgress {
    const { totalSteps, hyperparameters } = this.#spec;
    return {
      step: this.#step,
      totalSteps,
      episodes: this.#episodes.episodes,
      updates: this.#learner.updates,
      averageReturn: this.#episodes.averageReturn,
      epsilon: epsilonAt(this.#step, totalSteps, hyperparameters),
      learningRate: learningRateAt(this.#step, totalSteps, hyperparameters),
      solvedAt: this.#solvedAt,
    };
  }

  /** The learning curve so far: at most one point per percent of the steps, from the first complete episode on. */
  get curve(): readonly CurvePoint[] {
    return this.#curve;
  }

  /** Whether there is nothing left to do. */
  get finished(): boolean {
    const solved = this.#solvedAt !== undefined && this.#spec.stopWhenSolved === true;
    return solved || this.#step >= this.#spec.totalSteps;
  }

  /** A copy of all that it is. @throws TrainingDivergedError when the training diverged. */
  save(): TrainingState {
    if (this.#failure) throw this.#failure;
    return {
      step: this.#step,
      updates: this.#learner.updates,
      solvedAt: this.#solvedAt,
      curve: [...this.#curve],
      learner: readLearner(this.#learner),
      replay: this.#replay.save(),
      returns: this.#returns?.save(),
      episodes: this.#episodes.save(),
      environments: Array.from({ length: this.#environment.count }, (_, i) => this.#environment.save(i)),
      exploration: this.#explorationStream.save(),
      minibatches: this.#replayStream.save(),
    };
  }

  /**
   * Goes on from a saved state, whatever was done before.
   * @throws RangeError or Error when it is of another specification; the training is of no use then.
   */
  restore(state: TrainingState): void {
    const { environments, returns } = state;
    if (environments.length !== this.#environment.count || (returns === undefined) !== !this.#returns) {
      const expected = `expected ${this.#environment.count}, and transitions of the same number of steps`;
      throw new RangeError(`the state of a training in ${environments.length} environments; ${expected}`);
    }
    writeLearner(this.#learner, state.learner);
    this.#learner.updates = state.updates;
    this.#replay.restore(state.replay);
    if (returns) this.#returns?.restore(returns);
    this.#episodes.restore(state.episodes);
    for (const [i, environment] of environments.entries()) this.#environment.restore(i, environment);
    this.#explorationStream.restore(state.exploration);
    this.#replayStream.restore(state.minibatches);
    this.#curve.splice(0, Number.POSITIVE_INFINITY, ...state.curve);
    this.#step = state.step;
    this.#solvedAt = state.solvedAt;
    this.#failure = undefined;
  }

  /** A copy of the Q-network's parameters, flat. @throws TrainingDivergedError when the training diverged. */
  parameters(): Float32Array {
    if (this.#failure) throw this.#failure;
    return readPart(this.#learner, 'parameters');
  }

  /**
   * Goes on for at most so many steps of all environments.
   * @returns whether there is more to do.
   * @throws TrainingDivergedError, now and ever after, when a loss or a parameter is not finite.
   */
  advance(maxVectorSteps: number): boolean {
    if (this.#failure) throw this.#failure;
    if (this.finished) return false;
    for (let i = 0; i < maxVectorSteps && !this.finished; i++) {
      this.#act();
      this.#update();
      this.#extendCurve();
    }
    if (!this.finished) return true;
    this.#checkParameters();
    return false;
  }

  /** One step of all environments into the replay buffer. */
  #act(): void {
    const { hyperparameters, totalSteps } = this.#spec;
    const environment = this.#environment;
    const { observations, actions } = this.#transitions;
    this.#learner.act(environment.observations, environment.count, actions);
    const epsilon = epsilonAt(this.#step, totalSteps, hyperparameters);
    explore(actions, this.#actionCount, epsilon, this.#explorationStream);
    observations.set(environment.observations);
    environment.step(actions);
    if (this.#returns) this.#returns.add(this.#transitions, environment.truncated, this.#replay);
    else this.#replay.add(this.#transitions);
    this.#step += environment.count;
    const solved = this.#episodes.record(environment, environment.spec.rewardThreshold ?? Infinity);
    if (solved) this.#solvedAt ??= this.#step;
  }

  /** The updates that have fallen due: `gradientSteps` for every `trainFrequency` steps after `learningStarts`. */
  #update(): void {
    const { hyperparameters, totalSteps } = this.#spec;
    const due = updatesAt(this.#step, hyperparameters);
    const learningRate = learningRateAt(this.#step, totalSteps, hyperparameters);
    // The first transition of several steps is complete only after as many.
    if (this.#replay.size === 0) return;
    while (this.#learner.updates < due) {
      this.#replay.sample(this.#replayStream, this.#indices);
      const loss = this.#learner.update(this.#indices, learningRate);
      if (!Number.isFinite(loss)) this.#diverge(`the loss is ${loss}`);
    }
  }

  #extendCurve(): void {
    const percent = (step: number) => Math.floor((step * curvePoints) / this.#spec.totalSteps);
    const averageReturn = this.#episodes.averageReturn;
    const isDue = percent(this.#step) > percent(this.#step - this.#environment.count) || this.finished;
    if (averageReturn === undefined || !isDue) return;
    this.#curve.push({ step: this.#step, episodes: this.#episodes.episodes, averageReturn });
  }

  #checkParameters(): void {
    const parameters = this.parameters();
    const bad = parameters.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) this.#diverge(`parameter ${bad} is ${parameters[bad]}`);
  }

  #diverge(what: string): never {
    const when = `after ${this.#learner.updates} updates, ${this.#step} steps`;
    this.#failure = new TrainingDivergedError(`training diverged: ${what} ${when}; expected a finite number`);
    throw this.#failure;
  }
}
