/**
 * How long a search will take on this machine, before it starts. A few architectures of the space train for
 * a moment; the time that others take is taken to be linear in between, by number of parameters.
 */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { countActions, type DqnHyperparameters } from '../agents/dqn.ts';
import { evaluationLanes } from '../agents/evaluate.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { measureSpeed, type Speed } from '../execution/training-speed.ts';
import { loadKernels } from '../kernels/load.ts';
import { countParameters, formatArchitecture, networkShape } from '../networks/architecture.ts';
import type { OneShotSettings } from '../search/enas/one-shot.ts';
import { scoringLanes } from '../search/enas/greedy-player.ts';
import { tuningStepsOf } from '../search/enas/shared-training.ts';
import { tuningScorings } from '../search/enas/tuning.ts';
import { representativeSamples } from '../search/representatives.ts';
import { decodeHyperparameters, decodeSample, type SearchSpace } from '../search/space.ts';
import { updateWork, workPerStep } from '../search/work.ts';
import { countRuns } from '../study/racing.ts';
import type { Study } from '../study/study.ts';

/** Architectures that are measured, at most. */
const measuredArchitectures = 5;

/** An architecture that stands for others of about its size. */
interface Representative {
  readonly architecture: string;
  readonly parameterCount: number;
  /** With what the sample decides of them. */
  readonly hyperparameters: DqnHyperparameters;
  /** Of an update, in the multiply-adds of src/search/work.ts. */
  readonly updateWork: number;
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
  general: DqnHyperparameters,
): Representative[] {
  const inputs = observationSpace.low.length;
  const outputs = countActions({ observationSpace, ...environment });
  return representativeSamples(space)
    .map((sample) => {
      const architecture = decodeSample(space, sample);
      const hyperparameters = { ...general, ...decodeHyperparameters(space, sample) };
      return {
        architecture: formatArchitecture(architecture),
        parameterCount: countParameters(architecture, inputs, outputs),
        hyperparameters,
        updateWork: updateWork(networkShape(architecture, inputs, outputs), hyperparameters.batchSize),
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

/** What has been measured in this process. */
const knownSpeeds = new Map<string, Speed>();

function speedOf(
  { environment, lanes }: Measurements,
  { architecture, hyperparameters }: Pick<Representative, 'architecture' | 'hyperparameters'>,
): Speed {
  const { id, options } = environment;
  const key = JSON.stringify([id, options, lanes, architecture, hyperparameters]);
  const known = knownSpeeds.get(key);
  if (known) return known;
  const speed = measureSpeed(loadKernels(), environment, architecture, hyperparameters, lanes);
  knownSpeeds.set(key, speed);
  return speed;
}

/** What an environment step takes on average: seconds as of `Speed`, and multiply-adds of src/search/work.ts. */
interface MeanCost extends Speed {
  /** Of training. */
  readonly work: number;
  readonly parameterCount: number;
}

interface Measurements {
  readonly environment: EnvironmentSpec;
  /** Greedy episodes at once. */
  readonly lanes: number;
  /** An abort cuts them short. */
  readonly signal: AbortSignal;
}

/** Measures some of the candidates; after an abort no more than one. @param weightOf what each counts in the mean. */
async function measureMean(
  measurements: Measurements,
  candidates: readonly Representative[],
  weightOf: (candidate: Representative) => number,
): Promise<MeanCost> {
  const speeds: (Speed & { readonly parameterCount: number })[] = [];
  for (const candidate of spread(candidates)) {
    // Signals are heard between measurements.
    await setImmediate();
    if (measurements.signal.aborted && speeds.length > 0) break;
    speeds.push({ parameterCount: candidate.parameterCount, ...speedOf(measurements, candidate) });
  }
  const total = candidates.reduce((sum, candidate) => sum + weightOf(candidate), 0);
  const average = (valueOf: (candidate: Representative) => number) =>
    candidates.reduce((sum, candidate) => sum + weightOf(candidate) * valueOf(candidate), 0) / total;
  const averageSeconds = (kind: keyof Speed) => {
    const costs = speeds.map(
      ({ parameterCount, ...speed }): Cost => ({ parameterCount, seconds: speed[kind] }),
    );
    return average(({ parameterCount }) => interpolateCost(costs, parameterCount));
  };
  return {
    training: averageSeconds('training'),
    playing: averageSeconds('playing'),
    work: average(
      ({ hyperparameters: { gradientSteps, trainFrequency }, ...candidate }) =>
        (candidate.updateWork * gradientSteps) / trainFrequency + workPerStep,
    ),
    parameterCount: average(({ parameterCount }) => parameterCount),
  };
}

/** Trainings with the greedy episodes that score them. */
interface Effort {
  /** Environment steps of training. */
  readonly steps: number;
  readonly episodes: number;
}

/** Greedy episodes are taken to be half as long as they may be. */
const playedSteps = (episodes: number, { maxEpisodeSteps }: EnvironmentSpec): number =>
  (episodes * maxEpisodeSteps) / 2;

/** On one thread. */
const secondsOf = (cost: MeanCost, { steps, episodes }: Effort, environment: EnvironmentSpec): number =>
  steps * cost.training + playedSteps(episodes, environment) * cost.playing;

const equally = () => 1;

/** What trials of a mean architecture take that have so much work in all. */
function effortOfWork(cost: MeanCost, work: number, { trial }: Study['configuration']): Effort {
  const steps = work / cost.work;
  return { steps, episodes: Math.ceil(steps / trial.steps) * trial.validationEpisodes };
}

/** The smaller one of what the strategy wants to do and what a budget has room for. */
function effortOfTrials(study: Study, cost: MeanCost): Effort {
  const { configuration, searchSteps, trialCount } = study;
  const { budget, trial } = configuration;
  const wanted = { steps: searchSteps, episodes: trialCount * trial.validationEpisodes };
  if (budget === undefined) return wanted;
  const possible = effortOfWork(cost, budget.work, configuration);
  return possible.steps < wanted.steps ? possible : wanted;
}

interface SearchEstimate {
  readonly seconds: number;
  /** Of these, those of the greedy episodes that score the controller's samples, while no network trains. */
  readonly scoring: number;
  /** Of these, those of the candidates' tuning and scoring. */
  readonly tuning: number;
  readonly work: number;
}

/** What the networks of a space cost on average: all of it, and those that may win. */
interface Candidates {
  readonly all: readonly Representative[];
  readonly fitting: readonly Representative[];
}

/** Of a one-shot search, whose updates are taken not to be shared by threads. @param trainers replicas at once. */
async function estimateOneShot(
  study: Study,
  settings: OneShotSettings,
  { environment, signal }: Measurements,
  { all, fitting }: Candidates,
  trainers: number,
): Promise<SearchEstimate> {
  const { totalSteps, tooLargeShare, iterations, episodesPerSample, candidateEpisodes, replicas } = settings;
  const tuningSteps = tuningStepsOf(settings);
  const sampled = { steps: 0, episodes: iterations * study.iterationSize * episodesPerSample };
  const plays = study.candidateCount * candidateEpisodes * (tuningSteps === 0 ? 1 : tuningScorings);
  const tuned = { steps: study.candidateCount * tuningSteps, episodes: plays };
  const oneByOne = all.map((candidate) => ({
    ...candidate,
    hyperparameters: { ...candidate.hyperparameters, environments: 1 },
  }));
  const measurementsOf = (episodes: number) => ({ environment, lanes: scoringLanes(episodes), signal });
  const sampling = measurementsOf(episodesPerSample);
  const { maxParameters = Infinity } = study.configuration.verification;
  const visits = await measureMean(
    sampling,
    oneByOne,
    (one) => (one.parameterCount > maxParameters ? tooLargeShare : 1) / one.updateWork,
  );
  const samples = await measureMean(sampling, all, equally);
  const candidates = await measureMean(measurementsOf(candidateEpisodes), fitting, equally);
  const turns = Math.ceil(replicas / trainers);
  const training = turns * totalSteps * visits.training;
  const scoring = turns * secondsOf(samples, sampled, environment);
  const tuning = turns * secondsOf(candidates, tuned, environment);
  const playingWork = (cost: MeanCost, episodes: number) =>
    playedSteps(episodes, environment) * (workPerStep + cost.parameterCount);
  return {
    seconds: training + scoring + tuning,
    scoring,
    tuning,
    work:
      replicas *
      (totalSteps * visits.work +
        playingWork(samples, sampled.episodes) +
        tuned.steps * candidates.work +
        playingWork(candidates, tuned.episodes)),
  };
}

/** Seconds of every part of a study, and the work of its search. */
export interface TimeEstimate {
  readonly search: number;
  /** Of the search, those in which a one-shot search scores the controller's samples; 0 with any other. */
  readonly scoring: number;
  /** Of the search, those in which a one-shot search tunes and scores its candidates; 0 with any other. */
  readonly tuning: number;
  /** 0 without one. */
  readonly control: number;
  /** All retrainings, the control's among them. */
  readonly verification: number;
  /** Of the search, in the multiply-adds of src/search/work.ts. */
  readonly work: number;
}

/** Seconds of all parts together. */
export const totalTime = ({ search, control, verification }: TimeEstimate): number =>
  search + control + verification;

/**
 * How long a study is about to take, if every training goes on to its last step, no finalist is shown to be behind, greedy
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
  const { configuration, trialCount } = study;
  const { hyperparameters, verification, strategy, budget } = configuration;
  const { maxParameters = Infinity, finalists, seeds, steps, episodes, control } = verification;
  const measurements = { environment, lanes: evaluationLanes, signal };
  const trainers = Math.min(workers, availableParallelism());
  const all = representSpace(study.space, environment, hyperparameters);
  const fitting = all.filter(({ parameterCount }) => parameterCount <= maxParameters);
  const smaller = fitting.length > 0 ? fitting : all;
  const estimateTrials = async (): Promise<SearchEstimate> => {
    // With a budget, those that are too large to be retrained are not trained.
    const cost = await measureMean(measurements, budget === undefined ? all : smaller, equally);
    const effort = effortOfTrials(study, cost);
    const atOnce = Math.min(trainers, trialCount);
    const seconds = secondsOf(cost, effort, environment) / atOnce;
    return { seconds, scoring: 0, tuning: 0, work: effort.steps * cost.work };
  };
  const search = await (strategy.name === 'enas'
    ? estimateOneShot(study, strategy, measurements, { all, fitting: smaller }, trainers)
    : estimateTrials());
  const retrained = await measureMean(measurements, smaller, equally);
  const controlled = control
    ? secondsOf(retrained, effortOfWork(retrained, search.work, configuration), environment) / trainers
    : 0;
  const runs = fitting.length > 0 ? (control ? 2 : 1) * countRuns(finalists, seeds) : 0;
  const retraining = { steps: runs * steps, episodes: runs * episodes };
  return {
    search: search.seconds,
    scoring: search.scoring,
    tuning: search.tuning,
    control: controlled,
    verification: secondsOf(retrained, retraining, environment) / trainers,
    work: search.work,
  };
}
