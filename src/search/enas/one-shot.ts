/**
 * One-shot ENAS for off-policy reinforcement learning (after Pham et al. 2018, arXiv 1802.03268). All architectures of a
 * space train at once, with shared weights and shared experience (shared-training.ts). After a warm-up the controller
 * has a say in who trains, and at even distances an iteration: it samples architectures, greedy episodes with the shared
 * weights score them, and REINFORCE moves it towards the better ones.
 *
 * One training is as lucky or unlucky as any. So there are several replicas of it, which know nothing of one another; a
 * score is the mean over them, and one controller learns from it. In the end every candidate is tuned alone for a while
 * (tuning.ts). Its score and the value that it gives to its experience say how it did (rank-by-value.ts); estimates from
 * all candidates together (shrink-scores.ts) decide.
 * docs/algorithms/enas.md has the settings, what was tried, and where this differs from the paper.
 */
import { validationSeeds } from '../../agents/seeds.ts';
import type { RandomStream } from '../../random/random-stream.ts';
import { mean } from '../../statistics/sample.ts';
import { enumerateSamples, type Sample, type SearchSpace, sampleIndex, spaceSize } from '../space.ts';
import { type Controller, createController } from './controller.ts';
import { averageWithValues } from './rank-by-value.ts';
import { rankRewards } from './rank-rewards.ts';
import { Reinforce } from './reinforce.ts';
import type { NetworkScore } from './shared-networks.ts';
import { type SharedTrainingSettings, tuningStepsOf } from './shared-training.ts';
import { shrinkScores } from './shrink-scores.ts';

export interface OneShotSettings extends SharedTrainingSettings {
  /** Trainings side by side whose scores are averaged. */
  readonly replicas: number;
  /** Steps of the controller. */
  readonly iterations: number;
  /** Architectures sampled and scored per iteration. */
  readonly samplesPerIteration: number;
  /** Of REINFORCE. */
  readonly controllerLearningRate: number;
  readonly entropyWeight: number;
  readonly baselineDecay: number;
  /** Architectures tuned and scored at the end, at most. */
  readonly candidates: number;
}

/** Spaces up to this size are gone through for candidates; in a larger one the controller draws them. */
const mostEnumerated = 1000;

/** A shared training, wherever it runs. */
export interface Replica {
  /**
   * Trains until so many steps are over, and the episode under way by then.
   * @param policy the parameters of the controller that visitors are drawn from after the warm-up.
   */
  train(untilStep: number, policy: Float64Array): Promise<void>;
  /** Plays a greedy episode per seed with every network. @returns in the order of the samples. */
  score(samples: readonly Sample[], seeds: readonly number[]): Promise<readonly NetworkScore[]>;
  /** Tunes a network alone and plays a greedy episode per seed meanwhile; those that share the training stay as they are. */
  tune(sample: Sample, seeds: readonly number[]): Promise<NetworkScore>;
  /** The last thing it is asked. @returns the work of everything, in the multiply-adds of src/search/work.ts. */
  finish(): Promise<number>;
}

/**
 * A network and how it did, over all replicas: the mean score, of a candidate the estimate of rank-by-value.ts and
 * shrink-scores.ts; sums of the rest. What failed in one has failed.
 */
export interface Score extends Omit<NetworkScore, 'value'> {
  readonly sample: Sample;
}

export interface OneShotListener {
  /** In order, networks that the controller sampled. */
  readonly onSampled: (score: Score) => Promise<void>;
  /** The controller has learnt from the samples since the one before. @param iteration 1, 2, … */
  readonly onIteration: (iteration: number) => Promise<void>;
  /** In order, networks that the search is judged by. */
  readonly onCandidate: (score: Score) => Promise<void>;
}

/** Draws of candidates from the controller before it is taken to have no new ones. */
const maxDrawsPerCandidate = 100;

function combine(sample: Sample, scores: readonly NetworkScore[]): Score {
  const sum = (of: 'steps' | 'episodes' | 'updates') => scores.reduce((total, score) => total + score[of], 0);
  const failure = scores.find((score) => score.failure !== undefined)?.failure;
  return {
    sample,
    score: failure === undefined ? mean(scores.map(({ score }) => score)) : Number.NEGATIVE_INFINITY,
    steps: sum('steps'),
    episodes: sum('episodes'),
    updates: sum('updates'),
    failure,
  };
}

/** The scores of a replica's networks, averaged with their values where they were tuned: then all have one. */
function withValues(networks: readonly NetworkScore[]): readonly number[] {
  const scores = networks.map(({ score }) => score);
  const values = networks.map(({ value }) => value).filter((value) => value !== undefined);
  return values.length < scores.length ? scores : averageWithValues(scores, values);
}

/** All samples of a small space that may win; undefined for a large space. @returns all where none may. */
function listFitting(space: SearchSpace, mayWin: (sample: Sample) => boolean): readonly Sample[] | undefined {
  if (spaceSize(space) > mostEnumerated) return undefined;
  const all = [...enumerateSamples(space)];
  const fitting = all.filter(mayWin);
  return fitting.length > 0 ? fitting : all;
}

/** Candidates that a search has, at most. @param mayWin whether a network may be put forward. */
export const countCandidates = (
  space: SearchSpace,
  { candidates }: Pick<OneShotSettings, 'candidates'>,
  mayWin: (sample: Sample) => boolean,
): number => Math.min(candidates, listFitting(space, mayWin)?.length ?? candidates);

export class OneShotSearch {
  readonly #space: SearchSpace;
  readonly #mayWin: (sample: Sample) => boolean;
  readonly #settings: OneShotSettings;
  readonly #controller: Controller;
  readonly #reinforce: Reinforce;
  readonly #samples: RandomStream;
  readonly #validation: RandomStream;
  readonly #candidates: RandomStream;

  /**
   * @param mayWin whether a network may be put forward: only such are candidates, unless there is none.
   * @param random every draw of the controller comes from a fork of it.
   */
  constructor(
    space: SearchSpace,
    settings: OneShotSettings,
    mayWin: (sample: Sample) => boolean,
    random: RandomStream,
  ) {
    this.#space = space;
    this.#mayWin = mayWin;
    this.#settings = settings;
    this.#controller = createController(space, random.fork('controller'));
    this.#reinforce = new Reinforce(this.#controller, {
      learningRate: settings.controllerLearningRate,
      entropyWeight: settings.entropyWeight,
      baselineDecay: settings.baselineDecay,
    });
    this.#samples = random.fork('samples');
    this.#validation = random.fork('validation');
    this.#candidates = random.fork('candidates');
  }

  /** Probability of every choice per decision right now. */
  policy(): readonly (readonly number[])[] {
    return this.#controller.marginals();
  }

  /**
   * The whole search; to be called once.
   * @throws what a replica or the listener throws.
   */
  async run(replicas: readonly Replica[], listener: OneShotListener): Promise<void> {
    const { totalSteps, warmup, iterations } = this.#settings;
    for (let iteration = 1; iteration <= iterations; iteration++) {
      const untilStep = totalSteps * (warmup + ((1 - warmup) * iteration) / iterations);
      const policy = this.#controller.parameters.slice();
      await Promise.all(replicas.map((replica) => replica.train(untilStep, policy)));
      await this.#iterate(replicas, listener);
      await listener.onIteration(iteration);
    }
    for (const score of await this.#scoreCandidates(replicas)) await listener.onCandidate(score);
  }

  /** Every replica goes from candidate to candidate by itself; then what they found is put together. */
  async #scoreCandidates(replicas: readonly Replica[]): Promise<readonly Score[]> {
    const { candidateEpisodes } = this.#settings;
    const isTuned = tuningStepsOf(this.#settings) > 0;
    const seeds = validationSeeds(this.#validation, candidateEpisodes);
    const candidates = this.#drawCandidates();
    const scoreAll = async (replica: Replica): Promise<readonly NetworkScore[]> => {
      if (!isTuned) return replica.score(candidates, seeds);
      const scores: NetworkScore[] = [];
      for (const sample of candidates) scores.push(await replica.tune(sample, seeds));
      return scores;
    };
    const scores = await Promise.all(replicas.map(scoreAll));
    return this.#estimate(
      candidates.map((sample, i) =>
        combine(
          sample,
          scores.map((ofReplica) => ofReplica[i]),
        ),
      ),
      scores,
    );
  }

  /** With better estimates than the means over the replicas. */
  #estimate(combined: readonly Score[], replicas: readonly (readonly NetworkScore[])[]): readonly Score[] {
    const complete = combined.flatMap(({ failure }, i) => (failure === undefined ? [i] : []));
    const estimates = shrinkScores(
      this.#space,
      complete.map((i) => combined[i].sample),
      replicas.map((scores) => withValues(complete.map((i) => scores[i]))),
    );
    const byCandidate = new Map(complete.map((i, k) => [i, estimates[k]]));
    return combined.map((one, i) => ({ ...one, score: byCandidate.get(i) ?? one.score }));
  }

  async #iterate(replicas: readonly Replica[], { onSampled }: OneShotListener): Promise<void> {
    const { samplesPerIteration, episodesPerSample } = this.#settings;
    const samples = Array.from({ length: samplesPerIteration }, () => this.#controller.sample(this.#samples));
    const scores = await this.#score(replicas, samples, validationSeeds(this.#validation, episodesPerSample));
    for (const score of scores) await onSampled(score);
    this.#reinforce.update(samples, rankRewards(scores.map(({ score }) => score)));
  }

  /** Of a sample that is there twice the score is known. */
  async #score(
    replicas: readonly Replica[],
    samples: readonly Sample[],
    seeds: readonly number[],
  ): Promise<readonly Score[]> {
    const distinct = new Map(samples.map((sample) => [sampleIndex(this.#space, sample), sample]));
    const scores = await Promise.all(replicas.map((replica) => replica.score([...distinct.values()], seeds)));
    const combined = new Map(
      [...distinct].map(([index, sample], i) => [
        index,
        combine(
          sample,
          scores.map((ofReplica) => ofReplica[i]),
        ),
      ]),
    );
    return samples.map((sample) => combined.get(sampleIndex(this.#space, sample)) as Score);
  }

  /** All that may win where they are few enough, else what the controller draws of them. */
  #drawCandidates(): readonly Sample[] {
    const { candidates } = this.#settings;
    const fitting = listFitting(this.#space, this.#mayWin);
    if (fitting && fitting.length <= candidates) return fitting;
    const drawn = { fitting: new Map<number, Sample>(), others: new Map<number, Sample>() };
    for (let i = 0; i < maxDrawsPerCandidate * candidates && drawn.fitting.size < candidates; i++) {
      const sample = this.#controller.sample(this.#candidates);
      const kind = this.#mayWin(sample) ? 'fitting' : 'others';
      drawn[kind].set(sampleIndex(this.#space, sample), sample);
    }
    const all = drawn.fitting.size > 0 ? drawn.fitting : drawn.others;
    return [...all.values()].slice(0, candidates);
  }
}
