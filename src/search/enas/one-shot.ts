/**
 * One-shot ENAS for off-policy reinforcement learning (after Pham et al. 2018, arXiv 1802.03268). Architectures are
 * slices of supernets and learn from shared replay buffers, so that a transition gathered by one trains every other of
 * its family (shared-networks.ts), with the agent's own hyperparameters and schedules. Architectures visit the environment in turn, an episode each: the one whose turn it is acts and has all
 * updates that fall due. After a warm-up the controller has a say in who comes next, and at even distances an
 * iteration: it samples architectures, greedy episodes with the shared weights score them, and REINFORCE moves it
 * towards the better ones. docs/algorithms/enas.md has the settings, what was tried, and where this differs from the
 * paper.
 */
import { countActions, type DqnHyperparameters, updateOptions } from '../../agents/dqn.ts';
import { EpisodeLog, type EpisodeLogState } from '../../agents/episode-log.ts';
import { evaluate } from '../../agents/evaluate.ts';
import { epsilonAt, explore } from '../../agents/exploration.ts';
import { NStepReturns, type NStepState } from '../../agents/n-step-returns.ts';
import type { Transitions } from '../../agents/replay-buffer.ts';
import { learningRateAt, updatesAt } from '../../agents/schedule.ts';
import { trainingSeeds, validationSeeds } from '../../agents/seeds.ts';
import type { TrainingProgress } from '../../agents/train.ts';
import type { VectorEnvironment } from '../../environments/environment.ts';
import { type Kernels, type LearnerPart, type NetworkShape, parameterCount } from '../../kernels/kernels.ts';
import type { RandomStream } from '../../random/random-stream.ts';
import { mean } from '../../statistics/sample.ts';
import {
  choiceCounts,
  drawSample,
  enumerateSamples,
  type Sample,
  type SearchSpace,
  sampleIndex,
  spaceSize,
} from '../space.ts';
import { updateWork, workPerStep } from '../work.ts';
import { Controller, controllerDefaults } from './controller.ts';
import { rankRewards } from './rank-rewards.ts';
import { Reinforce, type ReinforceState } from './reinforce.ts';
import {
  type NetworkParts,
  readParts,
  type SharedNetwork,
  SharedNetworks,
  type SharedNetworksState,
  smallestShape,
  supernetShape,
  writeParts,
} from './shared-networks.ts';

export interface OneShotSettings {
  /** Environment steps of the shared training. */
  readonly totalSteps: number;
  /** Share of them before the controller begins; architectures are drawn uniformly until then. In (0, 1). */
  readonly warmup: number;
  /** Steps of the controller. */
  readonly iterations: number;
  /** Architectures sampled and scored per iteration. */
  readonly samplesPerIteration: number;
  /** Greedy episodes that score each of them. */
  readonly episodesPerSample: number;
  /** Of REINFORCE. */
  readonly controllerLearningRate: number;
  readonly entropyWeight: number;
  readonly baselineDecay: number;
  /** Share of the visits that are drawn uniformly after the warm-up too. */
  readonly uniformShare: number;
  /** Architectures scored at the end, at most. */
  readonly candidates: number;
  /** Greedy episodes that score each of them. */
  readonly candidateEpisodes: number;
  /** Families (shared-networks.ts) that may have weights and experience to themselves. */
  readonly maxFamilies: number;
}

/** A network and how it did. */
export interface Score {
  readonly network: SharedNetwork;
  /** Mean undiscounted return; −Infinity for a network that is not trained any more. */
  readonly score: number;
}

export type OneShotEvent =
  | { readonly kind: 'sampled'; readonly scored: Score }
  /** The controller has learnt from the samples since the one before. @param iteration 1, 2, … */
  | { readonly kind: 'iteration'; readonly iteration: number }
  | { readonly kind: 'candidate'; readonly scored: Score }
  | { readonly kind: 'failed'; readonly network: SharedNetwork };

/** As of a training; episodes and average return are of whichever architectures acted. */
export type OneShotProgress = Omit<TrainingProgress, 'solvedAt'>;

/** Environments that score candidates in lockstep, at most. */
const maxLanes = 64;
/** Draws of candidates from the controller before it is taken to have no new ones. */
const maxDrawsPerCandidate = 100;
/** Draws of a visitor before there is taken to be none. */
const maxDrawsPerVisit = 1_000_000;

/** What is being scored. */
interface Scoring {
  readonly kind: 'sampled' | 'candidate';
  readonly samples: readonly Sample[];
  readonly seeds: readonly number[];
  readonly scored: Score[];
}

/** Layers of more units have a smaller step size. */
const stableUnits = 256;

/**
 * What the learning rate is multiplied by: the root of 256 units to those of the widest layer, at most 1. The same step
 * moves what a network computes the more, the wider it is, and here it moves what narrower ones compute too.
 */
function rateFactor({ layers }: NetworkShape): number {
  const widest = Math.max(...layers.map(({ units }) => units));
  return Math.sqrt(Math.min(1, stableUnits / widest));
}

const streamNames = ['visits', 'exploration', 'replay', 'samples', 'validation', 'candidates'] as const;
type StreamName = (typeof streamNames)[number];

/** All that a search is between two calls of `advance`. Restored into one of the same making it goes on bit for bit. */
export interface OneShotState {
  readonly step: number;
  readonly updates: number;
  readonly iteration: number;
  readonly work: number;
  readonly finished: boolean;
  readonly networks: SharedNetworksState;
  /** The controller's parameters. */
  readonly controller: Float64Array;
  readonly reinforce: ReinforceState;
  readonly environment: Uint8Array;
  readonly returns: NStepState | undefined;
  readonly episodes: EpisodeLogState;
  readonly streams: Readonly<Record<StreamName, Uint32Array>>;
  /** Whose turn it is, and its parts as they were when its visit began. */
  readonly visitor: { readonly sample: Sample; readonly before: NetworkParts } | undefined;
  readonly scoring:
    | (Omit<Scoring, 'scored'> & {
        readonly scored: readonly { readonly sample: Sample; readonly score: number }[];
      })
    | undefined;
}

export class OneShotSearch {
  readonly #controller: Controller;
  readonly #kernels: Kernels;
  readonly #space: SearchSpace;
  readonly #settings: OneShotSettings;
  readonly #hyperparameters: DqnHyperparameters;
  readonly #environment: VectorEnvironment;
  readonly #scoringEnvironment: VectorEnvironment;
  readonly #actionCount: number;
  readonly #networks: SharedNetworks;
  /** Undefined where transitions span one step. */
  readonly #returns: NStepReturns | undefined;
  readonly #episodes: EpisodeLog;
  readonly #reinforce: Reinforce;
  readonly #streams: Readonly<Record<StreamName, RandomStream>>;
  readonly #transitions: Transitions;
  readonly #indices: Int32Array;
  /** Of an update of the smallest network. */
  readonly #leastWork: number;
  #visitor: SharedNetwork | undefined;
  /** Parts of the visitor as they were when its visit began. */
  #before: NetworkParts | undefined;
  #scoring: Scoring | undefined;
  #step = 0;
  #updates = 0;
  #iteration = 0;
  #work = 0;
  #finished = false;

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
    settings: OneShotSettings,
    hyperparameters: DqnHyperparameters,
    random: RandomStream,
  ) {
    this.#kernels = kernels;
    this.#space = space;
    this.#settings = settings;
    this.#hyperparameters = hyperparameters;
    this.#environment = createEnvironment(1);
    const lanes = Math.max(settings.episodesPerSample, Math.min(settings.candidateEpisodes, maxLanes));
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
      random.fork('controller'),
      controllerDefaults,
      space.decisions.map(({ condition }) => condition),
    );
    this.#reinforce = new Reinforce(this.#controller, {
      learningRate: settings.controllerLearningRate,
      entropyWeight: settings.entropyWeight,
      baselineDecay: settings.baselineDecay,
    });
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

  /** Probability of every choice per decision right now. */
  policy(): readonly (readonly number[])[] {
    return this.#controller.marginals();
  }

  get finished(): boolean {
    return this.#finished;
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

  /** A copy of all that it is. */
  save(): OneShotState {
    const scoring = this.#scoring;
    return {
      step: this.#step,
      updates: this.#updates,
      iteration: this.#iteration,
      work: this.#work,
      finished: this.#finished,
      networks: this.#networks.save(),
      controller: this.#controller.parameters.slice(),
      reinforce: this.#reinforce.save(),
      environment: this.#environment.save(0),
      returns: this.#returns?.save(),
      episodes: this.#episodes.save(),
      streams: Object.fromEntries(
        streamNames.map((name) => [name, this.#streams[name].save()]),
      ) as OneShotState['streams'],
      visitor: this.#visitor && this.#before && { sample: this.#visitor.sample, before: this.#before },
      scoring: scoring && {
        ...scoring,
        scored: scoring.scored.map(({ network, score }) => ({ sample: network.sample, score })),
      },
    };
  }

  /** Goes on from the state of a search of the same making. To be called before `advance`. */
  restore(state: OneShotState): void {
    const { visitor, scoring, returns } = state;
    this.#networks.restore(state.networks);
    this.#controller.parameters.set(state.controller);
    this.#reinforce.restore(state.reinforce);
    this.#environment.restore(0, state.environment);
    if (returns) this.#returns?.restore(returns);
    this.#episodes.restore(state.episodes);
    for (const name of streamNames) this.#streams[name].restore(state.streams[name]);
    this.#visitor = visitor && this.#networks.of(visitor.sample);
    this.#before = visitor?.before;
    this.#scoring = scoring && {
      ...scoring,
      scored: scoring.scored.map(({ sample, score }) => ({ network: this.#networks.of(sample), score })),
    };
    this.#step = state.step;
    this.#updates = state.updates;
    this.#iteration = state.iteration;
    this.#work = state.work;
    this.#finished = state.finished;
  }

  /** Goes on by a little: one environment step with its updates, or the scoring of one network. */
  advance(): OneShotEvent | undefined {
    if (this.#finished) return undefined;
    if (this.#scoring) return this.#score(this.#scoring);
    if (this.#visitor === undefined) {
      if (this.#startScoring()) return undefined;
      this.#visitor = this.#drawVisitor();
    }
    return this.#visit(this.#visitor);
  }

  get #epsilon(): number {
    return epsilonAt(this.#step, this.#settings.totalSteps, this.#hyperparameters);
  }

  get #learningRate(): number {
    return learningRateAt(this.#step, this.#settings.totalSteps, this.#hyperparameters);
  }

  /** The step after which iteration 1, 2, … begins, as soon as an episode ends; the last one when training is over. */
  #iterationStart(iteration: number): number {
    const { totalSteps, warmup, iterations } = this.#settings;
    return totalSteps * (warmup + ((1 - warmup) * iteration) / iterations);
  }

  /** Between visits: whether it is time to score. */
  #startScoring(): boolean {
    const { totalSteps, iterations } = this.#settings;
    if (this.#iteration < iterations && this.#step >= this.#iterationStart(this.#iteration + 1)) {
      const { samplesPerIteration, episodesPerSample } = this.#settings;
      const samples = Array.from({ length: samplesPerIteration }, () =>
        this.#controller.sample(this.#streams.samples),
      );
      this.#scoring = { kind: 'sampled', samples, seeds: this.#drawSeeds(episodesPerSample), scored: [] };
    } else if (this.#step >= totalSteps) {
      const seeds = this.#drawSeeds(this.#settings.candidateEpisodes);
      this.#scoring = { kind: 'candidate', samples: this.#drawCandidates(), seeds, scored: [] };
    }
    return this.#scoring !== undefined;
  }

  #drawSeeds(count: number): number[] {
    return validationSeeds(this.#streams.validation, count);
  }

  /** The whole space where it isn't too large, else what the controller draws. */
  #drawCandidates(): readonly Sample[] {
    const { candidates } = this.#settings;
    if (spaceSize(this.#space) <= candidates) return [...enumerateSamples(this.#space)];
    const drawn = new Map<number, Sample>();
    for (let i = 0; i < maxDrawsPerCandidate * candidates && drawn.size < candidates; i++) {
      const sample = this.#controller.sample(this.#streams.candidates);
      drawn.set(sampleIndex(this.#space, sample), sample);
    }
    return [...drawn.values()];
  }

  /** Scores the next network; of one that was sampled before in the same iteration the score is known. */
  #score(scoring: Scoring): OneShotEvent {
    const { kind, samples, seeds, scored } = scoring;
    if (scored.length === samples.length) return this.#endIteration(scoring);
    const network = this.#networks.of(samples[scored.length]);
    const known = scored.find((other) => other.network === network);
    const result: Score = known ?? { network, score: this.#play(network, seeds) };
    scored.push(result);
    if (kind === 'candidate' && scored.length === samples.length) {
      this.#scoring = undefined;
      this.#finished = true;
    }
    return { kind, scored: result };
  }

  #play(network: SharedNetwork, seeds: readonly number[]): number {
    if (network.failure !== undefined) return Number.NEGATIVE_INFINITY;
    const policy = this.#kernels.createPolicy(network.shape, this.#scoringEnvironment.count);
    policy.writeParameters(readPart(network, 'target'));
    const { returns, lengths } = evaluate(policy, this.#scoringEnvironment, seeds);
    const steps = lengths.reduce((sum, length) => sum + length, 0);
    this.#work += steps * (workPerStep + parameterCount(network.shape));
    return mean([...returns]);
  }

  #endIteration({ samples, scored }: Scoring): OneShotEvent {
    this.#reinforce.update(samples, rankRewards(scored.map(({ score }) => score)));
    this.#scoring = undefined;
    this.#iteration += 1;
    return { kind: 'iteration', iteration: this.#iteration };
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
      this.#before = readParts(network);
      return network;
    }
    throw new Error('the training of every network drawn has diverged; expected one that goes on');
  }

  #visit(network: SharedNetwork): OneShotEvent | undefined {
    const { episodes } = this.#episodes;
    this.#act(network);
    if (!this.#learn(network)) return this.#stopTraining(network, 'the loss is not a finite number');
    if (this.#episodes.episodes === episodes) return undefined;
    network.episodes += 1;
    this.#visitor = undefined;
    return areFinite(network) ? undefined : this.#stopTraining(network, 'a parameter is not a finite number');
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
    const rate = this.#learningRate * rateFactor(network.shape);
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
  #stopTraining(network: SharedNetwork, what: string): OneShotEvent {
    network.failure = `training diverged: ${what} after ${network.updates} updates, step ${this.#step}; expected a finite number`;
    if (this.#before) writeParts(network.learner, this.#before);
    this.#visitor = undefined;
    return { kind: 'failed', network };
  }
}

function readPart({ learner, shape }: SharedNetwork, part: LearnerPart): Float32Array {
  const values = new Float32Array(parameterCount(shape));
  learner.read(part, values);
  return values;
}

const areFinite = (network: SharedNetwork): boolean => readPart(network, 'parameters').every(Number.isFinite);
