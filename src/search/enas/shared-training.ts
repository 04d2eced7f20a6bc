/**
 * A training that all architectures of a space share. They are slices of supernets and learn from shared replay buffers,
 * so that a transition gathered by one trains every other of its family (shared-networks.ts), with the agent's own
 * hyperparameters and schedules. Architectures visit the environment in turn, an episode each: the one whose turn it is
 * acts and has all updates that fall due. In the warm-up they are drawn uniformly, afterwards by a controller's policy.
 *
 * One-shot ENAS (one-shot.ts) runs several of them, replicas that differ in their seed alone.
 */
import { countActions, type DqnHyperparameters, updateOptions } from '../../agents/dqn.ts';
import { EpisodeLog, type EpisodeLogState } from '../../agents/episode-log.ts';
import { evaluate } from '../../agents/evaluate.ts';
import { epsilonAt, explore } from '../../agents/exploration.ts';
import { type LearnerState, readLearner, readPart, writeLearner } from '../../agents/learner-state.ts';
import { NStepReturns, type NStepState } from '../../agents/n-step-returns.ts';
import type { Transitions } from '../../agents/replay-buffer.ts';
import { learningRateAt, updatesAt } from '../../agents/schedule.ts';
import { trainingSeeds } from '../../agents/seeds.ts';
import type { TrainingProgress } from '../../agents/train.ts';
import type { VectorEnvironment } from '../../environments/environment.ts';
import { type Kernels, parameterCount } from '../../kernels/kernels.ts';
import type { RandomStream } from '../../random/random-stream.ts';
import { mean } from '../../statistics/sample.ts';
import { choiceCounts, drawSample, type Sample, type SearchSpace } from '../space.ts';
import { updateWork, workPerStep } from '../work.ts';
import { Controller, controllerDefaults } from './controller.ts';
import {
  type SharedNetwork,
  SharedNetworks,
  type SharedNetworksState,
  smallestShape,
  supernetShape,
} from './shared-networks.ts';

export interface SharedTrainingSettings {
  /** Environment steps. */
  readonly totalSteps: number;
  /** Share of them before the controller has a say; architectures are drawn uniformly until then. In (0, 1). */
  readonly warmup: number;
  /** Share of the visits that are drawn uniformly after the warm-up too. */
  readonly uniformShare: number;
  /** Families (shared-networks.ts) that may have weights and experience to themselves. */
  readonly maxFamilies: number;
  /** Greedy episodes that score a sample of the controller, and a candidate in the end. */
  readonly episodesPerSample: number;
  readonly candidateEpisodes: number;
}

/** As of a training; episodes and average return are of whichever architectures acted. */
export type OneShotProgress = Omit<TrainingProgress, 'solvedAt'>;

/** How a network did in one training or several, and what it was trained for. */
export interface NetworkScore {
  /** Mean undiscounted return; −Infinity for a network that is not trained any more. */
  readonly score: number;
  readonly steps: number;
  readonly episodes: number;
  readonly updates: number;
  /** Why it is not trained any more, in one line; undefined while it is. */
  readonly failure: string | undefined;
}

/** Environments that score networks in lockstep, at most, where a sample of the controller has no more episodes. */
const maxLanes = 64;

/** Environments that score networks in lockstep. */
export const scoringLanes = ({
  episodesPerSample,
  candidateEpisodes,
}: Pick<SharedTrainingSettings, 'episodesPerSample' | 'candidateEpisodes'>): number =>
  Math.max(episodesPerSample, Math.min(candidateEpisodes, maxLanes));
/** Draws of a visitor before there is taken to be none. */
const maxDrawsPerVisit = 1_000_000;

const streamNames = ['visits', 'exploration', 'replay'] as const;
type StreamName = (typeof streamNames)[number];

/** All that a training is between two steps. Restored into one of the same making it goes on bit for bit. */
export interface SharedTrainingState {
  readonly step: number;
  readonly updates: number;
  readonly work: number;
  readonly networks: SharedNetworksState;
  /** The controller's parameters. */
  readonly policy: Float64Array;
  readonly environment: Uint8Array;
  readonly returns: NStepState | undefined;
  readonly episodes: EpisodeLogState;
  readonly streams: Readonly<Record<StreamName, Uint32Array>>;
  /** Whose turn it is, and its parts as they were when its visit began. */
  readonly visitor: { readonly sample: Sample; readonly before: LearnerState } | undefined;
}

export class SharedTraining {
  readonly #controller: Controller;
  readonly #kernels: Kernels;
  readonly #space: SearchSpace;
  readonly #settings: SharedTrainingSettings;
  readonly #hyperparameters: DqnHyperparameters;
  readonly #environment: VectorEnvironment;
  readonly #scoringEnvironment: VectorEnvironment;
  readonly #actionCount: number;
  readonly #networks: SharedNetworks;
  /** Undefined where transitions span one step. */
  readonly #returns: NStepReturns | undefined;
  readonly #episodes: EpisodeLog;
  readonly #streams: Readonly<Record<StreamName, RandomStream>>;
  readonly #transitions: Transitions;
  readonly #indices: Int32Array;
  /** Of an update of the smallest network. */
  readonly #leastWork: number;
  #visitor: SharedNetwork | undefined;
  /** Parts of the visitor as they were when its visit began. */
  #before: LearnerState | undefined;
  #step = 0;
  #updates = 0;
  #work = 0;

  /**
   * @param createEnvironment of so many environments, with a discrete action space.
   * @param hyperparameters of the agent; `environments` counts for retrainings alone: here one architecture acts in one.
   * @param random every draw comes from a fork of it.
   * @throws RangeError for a space whose networks can't share weights.
   */
  constructor(
    kernels: Kernels,
    createEnvironment: (count: number) => VectorEnvironment,
    space: SearchSpace,
    settings: SharedTrainingSettings,
    hyperparameters: DqnHyperparameters,
    random: RandomStream,
  ) {
    this.#kernels = kernels;
    this.#space = space;
    this.#settings = settings;
    this.#hyperparameters = hyperparameters;
    this.#environment = createEnvironment(1);
    const lanes = scoringLanes(settings);
    this.#scoringEnvironment = createEnvironment(lanes);
    this.#actionCount = countActions(this.#environment.spec);
    const shape = supernetShape(space, this.#environment.observationSize, this.#actionCount);
    this.#networks = new SharedNetworks(
      kernels,
      space,
      {
        shape,
        learning: updateOptions(hyperparameters),
        maxFamilies: settings.maxFamilies,
        maxCount: lanes,
      },
      random.fork('initialisation'),
    );
    const { nSteps, gamma, batchSize } = hyperparameters;
    this.#returns = nSteps > 1 ? new NStepReturns(nSteps, gamma, this.#environment) : undefined;
    this.#episodes = new EpisodeLog(this.#environment.count);
    this.#controller = new Controller(
      choiceCounts(space),
      random.fork('policy'),
      controllerDefaults,
      space.decisions.map(({ condition }) => condition),
    );
    this.#streams = Object.fromEntries(streamNames.map((name) => [name, random.fork(name)])) as Record<
      StreamName,
      RandomStream
    >;
    this.#leastWork = updateWork(smallestShape(space, shape), batchSize);
    this.#indices = new Int32Array(batchSize);
    this.#transitions = {
      observations: new Float32Array(this.#environment.observations.length),
      finalObservations: this.#environment.finalObservations,
      actions: new Int32Array(this.#environment.count),
      rewards: this.#environment.rewards,
      terminated: this.#environment.terminated,
    };
    this.#environment.reset(trainingSeeds(random.fork('environments'), this.#environment.count));
  }

  /** Of updates, environment steps and scoring so far, in the multiply-adds of src/search/work.ts. */
  get work(): number {
    return this.#work;
  }

  get progress(): OneShotProgress {
    return {
      step: this.#step,
      totalSteps: this.#settings.totalSteps,
      episodes: this.#episodes.episodes,
      updates: this.#updates,
      averageReturn: this.#episodes.averageReturn,
      epsilon: this.#epsilon,
      learningRate: this.#learningRate,
    };
  }

  /** The parameters of the controller that visitors are drawn from after the warm-up. */
  setPolicy(parameters: Float64Array): void {
    this.#controller.parameters.set(parameters);
  }

  /**
   * Goes on by an environment step with the updates that fall due.
   * @returns false, without a step, once so many steps are over and no episode is under way.
   */
  advance(untilStep: number): boolean {
    if (this.#visitor === undefined) {
      if (this.#step >= untilStep) return false;
      this.#visitor = this.#drawVisitor();
    }
    this.#visit(this.#visitor);
    return true;
  }

  /** Plays a greedy episode per seed with the target network, a moving average of the parameters. */
  score(sample: Sample, seeds: readonly number[]): NetworkScore {
    const network = this.#networks.of(sample);
    const { steps, episodes, updates, failure } = network;
    return { score: this.#play(network, seeds), steps, episodes, updates, failure };
  }

  /** A copy of all that it is. */
  save(): SharedTrainingState {
    return {
      step: this.#step,
      updates: this.#updates,
      work: this.#work,
      networks: this.#networks.save(),
      policy: this.#controller.parameters.slice(),
      environment: this.#environment.save(0),
      returns: this.#returns?.save(),
      episodes: this.#episodes.save(),
      streams: Object.fromEntries(
        streamNames.map((name) => [name, this.#streams[name].save()]),
      ) as SharedTrainingState['streams'],
      visitor: this.#visitor && this.#before && { sample: this.#visitor.sample, before: this.#before },
    };
  }

  /** Goes on from the state of a training of the same making. To be called before `advance`. */
  restore(state: SharedTrainingState): void {
    const { visitor, returns } = state;
    this.#networks.restore(state.networks);
    this.setPolicy(state.policy);
    this.#environment.restore(0, state.environment);
    if (returns) this.#returns?.restore(returns);
    this.#episodes.restore(state.episodes);
    for (const name of streamNames) this.#streams[name].restore(state.streams[name]);
    this.#visitor = visitor && this.#networks.of(visitor.sample);
    this.#before = visitor?.before;
    this.#step = state.step;
    this.#updates = state.updates;
    this.#work = state.work;
  }

  get #epsilon(): number {
    return epsilonAt(this.#step, this.#settings.totalSteps, this.#hyperparameters);
  }

  get #learningRate(): number {
    return learningRateAt(this.#step, this.#settings.totalSteps, this.#hyperparameters);
  }

  #play(network: SharedNetwork, seeds: readonly number[]): number {
    if (network.failure !== undefined) return Number.NEGATIVE_INFINITY;
    const policy = this.#kernels.createPolicy(network.shape, this.#scoringEnvironment.count);
    policy.writeParameters(readPart(network.learner, 'target'));
    const { returns, lengths } = evaluate(policy, this.#scoringEnvironment, seeds);
    const steps = lengths.reduce((sum, length) => sum + length, 0);
    this.#work += steps * (workPerStep + parameterCount(network.shape));
    return mean([...returns]);
  }

  /**
   * Whose visit is next: drawn uniformly or from the controller, and accepted with a probability in inverse proportion
   * to the work of its updates, so that every network has equal work, not equally many updates.
   */
  #drawVisitor(): SharedNetwork {
    const { warmup, totalSteps, uniformShare } = this.#settings;
    const { visits } = this.#streams;
    for (let i = 0; i < maxDrawsPerVisit; i++) {
      const uniform = this.#step < warmup * totalSteps || visits.random() < uniformShare;
      const sample = uniform ? drawSample(this.#space, visits) : this.#controller.sample(visits);
      const network = this.#networks.of(sample);
      const accepted = visits.random() < this.#leastWork / network.work;
      if (!accepted || network.failure !== undefined) continue;
      this.#before = readLearner(network.learner);
      return network;
    }
    throw new Error('the training of every network drawn has diverged; expected one that goes on');
  }

  #visit(network: SharedNetwork): void {
    const { episodes } = this.#episodes;
    this.#act(network);
    if (!this.#learn(network)) {
      this.#stopTraining(network, 'the loss is not a finite number');
      return;
    }
    if (this.#episodes.episodes === episodes) return;
    network.episodes += 1;
    this.#visitor = undefined;
    if (!areFinite(network)) this.#stopTraining(network, 'a parameter is not a finite number');
  }

  #act(network: SharedNetwork): void {
    const environment = this.#environment;
    const { observations, actions } = this.#transitions;
    network.learner.act(environment.observations, environment.count, actions);
    explore(actions, this.#actionCount, this.#epsilon, this.#streams.exploration);
    observations.set(environment.observations);
    environment.step(actions);
    const { replay } = network.family;
    if (this.#returns) this.#returns.add(this.#transitions, environment.truncated, replay);
    else replay.add(this.#transitions);
    this.#episodes.record(environment, Number.POSITIVE_INFINITY);
    this.#step += environment.count;
    network.steps += environment.count;
    network.family.steps += environment.count;
    this.#work += environment.count * workPerStep;
  }

  /** The updates that have fallen due in its family; they are its own. @returns whether their losses were finite. */
  #learn(network: SharedNetwork): boolean {
    const { supernet, replay, steps } = network.family;
    // The first transition of several steps is complete only after as many.
    if (replay.size === 0) return true;
    const due = updatesAt(steps, this.#hyperparameters);
    const rate = this.#learningRate * network.rateFactor;
    while (supernet.updates < due) {
      replay.sample(this.#streams.replay, this.#indices);
      const loss = network.learner.update(this.#indices, rate);
      network.updates += 1;
      this.#updates += 1;
      this.#work += network.work;
      if (!Number.isFinite(loss)) return false;
    }
    return true;
  }

  /** Ends the training of a network that diverged, and takes back what its visit did to the weights of others. */
  #stopTraining(network: SharedNetwork, what: string): void {
    network.failure = `training diverged: ${what} after ${network.updates} updates, step ${this.#step}; expected a finite number`;
    if (this.#before) writeLearner(network.learner, this.#before);
    this.#visitor = undefined;
  }
}

const areFinite = (network: SharedNetwork): boolean =>
  readPart(network.learner, 'parameters').every(Number.isFinite);
