/**
 * How long a search will take on this machine, before it starts. A few architectures of the space train for
 * a moment; the time that others take is taken to be linear in between, by number of parameters.
 */
import { availableParallelism } from 'node:os';
import { countActions, type DqnHyperparameters } from '../agents/dqn.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { measureSpeed } from '../execution/training-speed.ts';
import { loadKernels } from '../kernels/load.ts';
import { countParameters, formatArchitecture, networkShape } from '../networks/architecture.ts';
import { representativeSamples } from '../search/representatives.ts';
import { decodeHyperparameters, decodeSample, type SearchSpace } from '../search/space.ts';
import { updateWork } from '../search/work.ts';
import type { OneShotSettings } from '../search/enas/one-shot.ts';
import type { Study } from '../study/study.ts';

/** Architectures that are measured, at most. */
const measuredArchitectures = 5;

/** An architecture that stands for others of about its size. */
interface Representative {
  readonly architecture: string;
  readonly parameterCount: number;
  /** Of an update, in the multiply-adds of src/search/work.ts. */
  readonly work: number;
  /** Decided by the sample. */
  readonly hyperparameters: Partial<DqnHyperparameters>;
}

/** How long something takes with a network of so many parameters. */
export interface Cost {
  readonly parameterCount: number;
  readonly seconds: number;
}

/** The architectures that stand for a space, by increasing number of parameters. */
function representSpace(
  space: SearchSpace,
  { observationSpace, ...environment }: EnvironmentSpec,
  batchSize: number,
): Representative[] {
  const inputs = observationSpace.low.length;
  const outputs = countActions({ observationSpace, ...environment });
  return representativeSamples(space)
    .map((sample) => {
      const architecture = decodeSample(space, sample);
      return {
        architecture: formatArchitecture(architecture),
        parameterCount: countParameters(architecture, inputs, outputs),
        hyperparameters: decodeHyperparameters(space, sample),
        work: updateWork(networkShape(architecture, inputs, outputs), batchSize),
      };
    })
    .sort((a, b) => a.parameterCount - b.parameterCount);
}

/** The smallest, the largest and those at equal distances in between, none twice. */
function spread(candidates: readonly Representative[]): Representative[] {
  const places = Array.from({ length: measuredArchitectures }, (_, i) =>
    Math.round((i * (candidates.length - 1)) / (measuredArchitectures - 1)),
  );
  const picked = places.map((place) => candidates[place]);
  return picked.filter(({ parameterCount }, i) => parameterCount !== picked[i - 1]?.parameterCount);
}

/**
 * Seconds with a network of so many parameters: linear between the measured ones, beyond them as with the nearest.
 * @param measured at least one, by increasing number of parameters.
 */
export function interpolateCost(measured: readonly Cost[], parameterCount: number): number {
  const above = measured.findIndex((cost) => cost.parameterCount >= parameterCount);
  if (above <= 0) return measured.at(above)?.seconds ?? Number.NaN;
  const [low, high] = [measured[above - 1], measured[above]];
  const share = (parameterCount - low.parameterCount) / (high.parameterCount - low.parameterCount);
  return low.seconds + share * (high.seconds - low.seconds);
}

/** What a step of training and of playing cost on average, in seconds. */
interface MeanCost {
  readonly training: number;
  readonly playing: number;
}

/** Measures some of the candidates. @param weightOf what each counts in the mean. */
function measureMean(
  environment: EnvironmentSpec,
  hyperparameters: DqnHyperparameters,
  candidates: readonly Representative[],
  weightOf: (candidate: Representative) => number,
): MeanCost {
  const kernels = loadKernels();
  const speeds = spread(candidates).map(({ architecture, parameterCount, hyperparameters: decided }) => ({
    parameterCount,
    ...measureSpeed(kernels, environment, architecture, { ...hyperparameters, ...decided }),
  }));
  const weights = candidates.map(weightOf);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const average = (kind: keyof MeanCost) => {
    const costs = speeds.map(
      (speed): Cost => ({ parameterCount: speed.parameterCount, seconds: speed[kind] }),
    );
    const sum = candidates.reduce(
      (soFar, { parameterCount }, i) => soFar + weights[i] * interpolateCost(costs, parameterCount),
      0,
    );
    return sum / total;
  };
  return { training: average('training'), playing: average('playing') };
}

/** Greedy episodes are taken to be half as long as they may be. */
const secondsOf = (
  { training, playing }: MeanCost,
  steps: number,
  episodes: number,
  { maxEpisodeSteps }: EnvironmentSpec,
): number => steps * training + ((episodes * maxEpisodeSteps) / 2) * playing;

/** Of a one-shot search, whose updates are taken not to be shared by threads. @param trainers replicas at once. */
function estimateOneShot(
  study: Study,
  settings: OneShotSettings,
  environment: EnvironmentSpec,
  candidates: readonly Representative[],
  trainers: number,
): number {
  const { hyperparameters } = study.configuration;
  const { totalSteps, iterations, episodesPerSample, candidateEpisodes } = settings;
  const samples = iterations * study.iterationSize;
  const episodes = samples * episodesPerSample + (study.trialCount - samples) * candidateEpisodes;
  const measured = { ...hyperparameters, environments: 1 };
  const visits = measureMean(environment, measured, candidates, ({ work }) => 1 / work);
  const scoring = measureMean(environment, hyperparameters, candidates, () => 1);
  const rounds = settings.replicas / Math.min(trainers, settings.replicas);
  return rounds * secondsOf({ ...scoring, training: visits.training }, totalSteps, episodes, environment);
}

/** Seconds of every part of a study. */
export interface TimeEstimate {
  readonly search: number;
  /** 0 without one. */
  readonly control: number;
  /** All retrainings, the control's among them. */
  readonly verification: number;
}

/**
 * How long a study is about to take, if every training goes on to its last step, no finalist drops out, greedy
 * episodes are half as long as they may be, and the architectures tried are on average as costly as those of the space
 * (which is exact for `grid`). That trainings side by side may slow each other down is not in it. Takes a second, more
 * for very wide networks.
 * @param workers trials that run at once.
 */
export function estimateTime(study: Study, environment: EnvironmentSpec, workers: number): TimeEstimate {
  const { hyperparameters, trial, verification, strategy } = study.configuration;
  const { maxParameters = Infinity } = verification;
  const trainers = Math.min(workers, availableParallelism());
  const all = representSpace(study.space, environment, hyperparameters.batchSize);
  const fitting = all.filter(({ parameterCount }) => parameterCount <= maxParameters);
  const equally = () => 1;
  const searchCost = () => {
    const atOnce = Math.min(trainers, study.trialCount);
    const mean = measureMean(environment, hyperparameters, all, equally);
    const { searchSteps, trialCount } = study;
    return secondsOf(
      mean,
      searchSteps / atOnce,
      (trialCount * trial.validationEpisodes) / atOnce,
      environment,
    );
  };
  const search =
    strategy.name === 'enas' ? estimateOneShot(study, strategy, environment, all, trainers) : searchCost();
  const control = verification.control ? search : 0;
  if (fitting.length === 0) return { search, control, verification: 0 };
  const fields = verification.control ? 2 : 1;
  const runs = (fields * verification.finalists * verification.seeds) / trainers;
  const finalists = measureMean(environment, hyperparameters, fitting, equally);
  const { steps, episodes } = verification;
  const verifying = secondsOf(finalists, runs * steps, runs * episodes, environment);
  return { search, control, verification: verifying };
}
