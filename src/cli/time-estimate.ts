/**
 * How long a search will take on this machine, before it starts. A few architectures of the space train for
 * a moment; the time that others take is taken to be linear in between, by number of parameters.
 */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { countActions, type DqnHyperparameters } from '../agents/dqn.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { measureSpeed, type Speed } from '../execution/training-speed.ts';
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

/** What a measurement needs to know besides the candidates. */
interface Conditions {
  readonly environment: EnvironmentSpec;
  readonly hyperparameters: DqnHyperparameters;
  readonly signal: AbortSignal;
}

/** Measures some of the candidates; after an abort no more than one. @param weightOf what each counts in the mean. */
async function measureMean(
  { environment, hyperparameters, signal }: Conditions,
  candidates: readonly Representative[],
  weightOf: (candidate: Representative) => number,
): Promise<Speed> {
  const kernels = loadKernels();
  const speeds: (Speed & { readonly parameterCount: number })[] = [];
  for (const { architecture, parameterCount, hyperparameters: decided } of spread(candidates)) {
    // Signals are heard between measurements.
    await setImmediate();
    if (signal.aborted && speeds.length > 0) break;
    const speed = measureSpeed(kernels, environment, architecture, { ...hyperparameters, ...decided });
    speeds.push({ parameterCount, ...speed });
  }
  const weights = candidates.map(weightOf);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const average = (kind: keyof Speed) => {
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
  { training, playing }: Speed,
  steps: number,
  episodes: number,
  { maxEpisodeSteps }: EnvironmentSpec,
): number => steps * training + ((episodes * maxEpisodeSteps) / 2) * playing;

/** Of a one-shot search, whose updates are taken not to be shared by threads. @param trainers replicas at once. */
async function estimateOneShot(
  study: Study,
  settings: OneShotSettings,
  conditions: Conditions,
  candidates: readonly Representative[],
  trainers: number,
): Promise<number> {
  const { environment, hyperparameters } = conditions;
  const { totalSteps, iterations, episodesPerSample, candidateEpisodes, replicas } = settings;
  const samples = iterations * study.iterationSize;
  const episodes = samples * episodesPerSample + (study.trialCount - samples) * candidateEpisodes;
  const oneByOne = { ...conditions, hyperparameters: { ...hyperparameters, environments: 1 } };
  const visits = await measureMean(oneByOne, candidates, ({ work }) => 1 / work);
  const scoring = await measureMean(conditions, candidates, () => 1);
  const rounds = Math.ceil(replicas / trainers);
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

/** Seconds of all parts together. */
export const totalTime = ({ search, control, verification }: TimeEstimate): number =>
  search + control + verification;

/**
 * How long a study is about to take, if every training goes on to its last step, no finalist drops out, greedy
 * episodes are half as long as they may be, and the architectures tried are on average as costly as those of the space
 * (which is exact for `grid`). That trainings side by side may slow each other down is not in it. Takes a second, more
 * for very wide networks.
 * @param workers trials that run at once. @param signal an abort cuts the measurements short; the estimate is rough then.
 */
export async function estimateTime(
  study: Study,
  environment: EnvironmentSpec,
  workers: number,
  signal: AbortSignal,
): Promise<TimeEstimate> {
  const { hyperparameters, trial, verification, strategy } = study.configuration;
  const { maxParameters = Infinity } = verification;
  const conditions = { environment, hyperparameters, signal };
  const trainers = Math.min(workers, availableParallelism());
  const all = representSpace(study.space, environment, hyperparameters.batchSize);
  const fitting = all.filter(({ parameterCount }) => parameterCount <= maxParameters);
  const equally = () => 1;
  const searchCost = async () => {
    const atOnce = Math.min(trainers, study.trialCount);
    const mean = await measureMean(conditions, all, equally);
    const { searchSteps, trialCount } = study;
    return secondsOf(
      mean,
      searchSteps / atOnce,
      (trialCount * trial.validationEpisodes) / atOnce,
      environment,
    );
  };
  const search = await (strategy.name === 'enas'
    ? estimateOneShot(study, strategy, conditions, all, trainers)
    : searchCost());
  const control = verification.control ? search : 0;
  if (fitting.length === 0) return { search, control, verification: 0 };
  const fields = verification.control ? 2 : 1;
  const runs = (fields * verification.finalists * verification.seeds) / trainers;
  const finalists = await measureMean(conditions, fitting, equally);
  const { steps, episodes } = verification;
  const verifying = secondsOf(finalists, runs * steps, runs * episodes, environment);
  return { search, control, verification: verifying };
}
