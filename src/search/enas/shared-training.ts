/**
 * A training that all architectures of a space share. They are slices of supernets and learn from shared replay buffers,
 * so that a transition gathered by one trains every other of its family (shared-networks.ts), with the agent's own
 * hyperparameters and schedules. Architectures visit the environment in turn, an episode each: the one whose turn it is
 * acts and has all updates that fall due. Whose turn it is, visitors.ts says; candidate-tuner.ts is what comes after.
 *
 * One-shot ENAS (one-shot.ts) runs several of them, replicas that differ in their seed alone.
 */
import { countActions, type DqnHyperparameters, updateOptions } from '../../agents/dqn.ts';
import { EpisodeLog, type EpisodeLogState } from '../../agents/episode-log.ts';
import { epsilonAt, explore } from '../../agents/exploration.ts';
import { type LearnerState, readLearner, readPart, writeLearner } from '../../agents/learner-state.ts';
import { NStepReturns, type NStepState } from '../../agents/n-step-returns.ts';
import type { Transitions } from '../../agents/replay-buffer.ts';
import { learningRateAt, updatesAt } from '../../agents/schedule.ts';
import { trainingSeeds } from '../../agents/seeds.ts';
import type { TrainingProgress } from '../../agents/train.ts';
import type { VectorEnvironment } from '../../environments/environment.ts';
import type { Kernels, NetworkShape } from '../../kernels/kernels.ts';
import type { RandomStream } from '../../random/random-stream.ts';
import type { Sample, SearchSpace } from '../space.ts';
import { updateWork, workPerStep } from '../work.ts';
import { CandidateTuner, type CandidateTunerState } from './candidate-tuner.ts';
import { GreedyPlayer } from './greedy-player.ts';
import {
  type NetworkScore,
  type SharedNetwork,
  SharedNetworks,
  type SharedNetworksState,
  smallestShape,
  supernetShape,
} from './shared-networks.ts';
import { Visitors, type VisitSettings } from './visitors.ts';

export interface SharedTrainingSettings extends VisitSettings {
  /** Families (shared-networks.ts) that may have weights and experience to themselves. */
  readonly maxFamilies: number;
  /** Greedy episodes that score a sample of the controller, and a candidate in the end. */
  readonly episodesPerSample: number;
  readonly candidateEpisodes: number;
  /** Environment steps that a candidate is tuned for (tuning.ts); 0 for none; an eightieth of `totalSteps` if absent. */
  readonly tuningSteps?: number | undefined;
}

/** Environment steps that a candidate is tuned for. */
export const tuningStepsOf = ({
  totalSteps,
  tuningSteps = Math.round(totalSteps / 80),
}: Pick<SharedTrainingSettings, 'totalSteps' | 'tuningSteps'>): number => tuningSteps;

/** As of a training; episodes and average return are of whichever architectures acted. */
export interface OneShotProgress extends Omit<TrainingProgress, 'solvedAt'> {
  /** Environment steps that candidates were tuned for so far. */
  readonly tuningSteps: number;
}

const streamNames = ['visits', 'exploration', 'replay'] as const;
type StreamName = (typeof streamNames)[number];

/** All that a training is between two steps. Restored into one of the same making it goes on bit for bit. */
export interface SharedTrainingState extends CandidateTunerState {
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
  readonly #settings: SharedTrainingSettings;
  readonly #hyperparameters: DqnHyperparameters;
  readonly #environment: VectorEnvironment;
  readonly #player: GreedyPlayer;
  readonly #tuner: CandidateTuner;
  readonly #actionCount: number;
  readonly #networks: SharedNetworks;
  /** Undefined where transitions span one step. */
  readonly #returns: NStepReturns | undefined;
  readonly #episodes: EpisodeLog;
  readonly #streams: Readonly<Record<StreamName, RandomStream>>;
  readonly #transitions: Transitions;
  readonly #indices: Int32Array;
  readonly #visitors: Visitors;
  #visitor: SharedNetwork | undefined;
  /** Parts of the visitor as they were when its visit began. */
  #before: LearnerState | undefined;
  #step = 0;
  #updates = 0;
  #work = 0;

  /**
   * @param createEnvironment of so many environments, with a discrete action space.
   * @param hyperparameters of the agent; `environments` counts where a network trains alone: here one acts in one.
   * @param maxParameters of a network that may be retrained.
   * @param random every draw comes from a fork of it.
   * @throws RangeError for a space whose networks can't share weights.
   */
  constructor(
    kernels: Kernels,
    createEnvironment: (count: number) => VectorEnvironment,
    space: SearchSpace,
    settings: SharedTrainingSettings,
    hyperparameters: DqnHyperparameters,
    maxParameters: number,
    random: RandomStream,
  ) {
    this.#settings = settings;
    this.#hyperparameters = hyperparameters;
    this.#environment = createEnvironment(1);
    this.#player = new GreedyPlayer(kernels, createEnvironment);
    this.#tuner = new CandidateTuner({
      kernels,
      createEnvironment,
      space,
      hyperparameters,
      steps: tuningStepsOf(settings),
      random,
      play: (network, parameters, seeds) => this.#play(network.shape, parameters, seeds),
      spend: (work) => {
        this.#work += work;
      },
    });
    this.#actionCount = countActions(this.#environment.spec);
    const shape = supernetShape(space, this.#environment.observationSize, this.#actionCount);
    this.#networks = new SharedNetworks(
      kernels,
      space,
      {
        shape,
        learning: updateOptions(hyperparameters),
        maxFamilies: settings.maxFamilies,
        maxCount: this.#environment.count,
      },
      random.fork('initialisation'),
    );
    const { nSteps, gamma, batchSize } = hyperparameters;
    this.#returns = nSteps > 1 ? new NStepReturns(nSteps, gamma, this.#environment) : undefined;
    this.#episodes = new EpisodeLog(this.#environment.count);
    this.#streams = Object.fromEntries(streamNames.map((name) => [name, random.fork(name)])) as Record<
      StreamName,
      RandomStream
    >;
    this.#visitors = new Visitors(
      space,
      this.#networks,
      { ...settings, maxParameters, leastWork: updateWork(smallestShape(space, shape), batchSize) },
      random.fork('policy'),
      this.#streams.visits,
    );
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
      tuningSteps: this.#tuner.steps,
    };
  }

  /** The parameters of the controller that visitors are drawn from after the warm-up. */
  setPolicy(parameters: Float64Array): void {
    this.#visitors.setPolicy(parameters);
  }

  /**
   * Goes on by an environment step with the updates that fall due.
   * @returns false, without a step, once so many steps are over and no episode is under way.
   */
  advance(untilStep: number): boolean {
    if (this.#visitor === undefined) {
      if (this.#step >= untilStep) return false;
      this.#visitor = this.#visitors.draw(this.#step);
      this.#before = readLearner(this.#visitor.learner);
    }
    this.#visit(this.#visitor);
    return true;
  }

  /** Plays a greedy episode per seed with the target network, a moving average of the parameters. */
  score(sample: Sample, seeds: readonly number[]): NetworkScore {
    const network = this.#networks.of(sample);
    const { steps, episodes, updates, failure } = network;
    const score =
      failure === undefined
        ? this.#play(network.shape, readPart(network.learner, 'target'), seeds)
        : Number.NEGATIVE_INFINITY;
    return { score, steps, episodes, updates, failure };
  }

  /**
   * Begins to tune a network alone, which leaves those that share the training as they are, or goes on with the one that
   * was being tuned when the state was saved. `advanceTuning` does the work, `endTuning` has the score.
   * @param seeds of the greedy episodes that score it.
   */
  startTuning(sample: Sample, seeds: readonly number[]): void {
    this.#tuner.start(this.#networks.of(sample), seeds);
  }

  /** Goes on by a step of all environments. @returns whether there is more to do. */
  advanceTuning(): boolean {
    return this.#tuner.advance();
  }

  /** The score of the network that was tuned, and what it was trained for, the tuning with the rest. */
  endTuning(sample: Sample): NetworkScore {
    return this.#tuner.end(this.#networks.of(sample));
  }

  /** A copy of all that it is. */
  save(): SharedTrainingState {
    return {
      step: this.#step,
      updates: this.#updates,
      work: this.#work,
      networks: this.#networks.save(),
      policy: this.#visitors.policy,
      environment: this.#environment.save(0),
      returns: this.#returns?.save(),
      episodes: this.#episodes.save(),
      streams: Object.fromEntries(
        streamNames.map((name) => [name, this.#streams[name].save()]),
      ) as SharedTrainingState['streams'],
      visitor: this.#visitor && this.#before && { sample: this.#visitor.sample, before: this.#before },
      ...this.#tuner.save(),
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
    this.#tuner.restore(state);
  }

  get #epsilon(): number {
    return epsilonAt(this.#step, this.#settings.totalSteps, this.#hyperparameters);
  }

  get #learningRate(): number {
    return learningRateAt(this.#step, this.#settings.totalSteps, this.#hyperparameters);
  }

  /** @returns the mean return. */
  #play(shape: NetworkShape, parameters: Float32Array, seeds: readonly number[]): number {
    const { score, work } = this.#player.play(shape, parameters, seeds);
    this.#work += work;
    return score;
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
