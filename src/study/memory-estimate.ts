/**
 * How much memory a study takes for networks, experience and environments, before it runs. Node itself and its threads
 * come on top, as does the record of a very long study.
 */
import { countActions, type DqnHyperparameters, learnerOptions, updateOptions } from '../agents/dqn.ts';
import { evaluationLanes } from '../agents/evaluate.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { vectorEnvironmentBytes } from '../environments/registry.ts';
import { learnerParts, type NetworkShape, parameterCount } from '../kernels/kernels.ts';
import { learnerBytes, policyBytes, supernetBytes } from '../kernels/memory.ts';
import { networkShape } from '../networks/architecture.ts';
import type { OneShotSettings } from '../search/enas/one-shot.ts';
import { familyShapes, supernetShape } from '../search/enas/shared-networks.ts';
import { scoringLanes } from '../search/enas/greedy-player.ts';
import { representativeSamples } from '../search/representatives.ts';
import { decodeHyperparameters, decodeSample, type SearchSpace } from '../search/space.ts';
import type { Study } from './study.ts';

/**
 * Bytes of one training from scratch, its evaluation among them: parameters, target and both moments of Adam with what
 * an update works on, the replay buffer, and the environments.
 * @param episodes that evaluate it.
 */
export function trainingBytes(
  shape: NetworkShape,
  hyperparameters: DqnHyperparameters,
  episodes: number,
): number {
  const { environments } = hyperparameters;
  const lanes = Math.min(evaluationLanes, episodes);
  return (
    learnerBytes(learnerOptions(shape, hyperparameters), environments) +
    vectorEnvironmentBytes(environments) +
    policyBytes(shape, lanes) +
    vectorEnvironmentBytes(lanes)
  );
}

/** A space in an environment. */
interface Place {
  readonly space: SearchSpace;
  readonly inputs: number;
  readonly outputs: number;
}

/** Bytes of one replica of a one-shot search, without the tuning of candidates: every family's supernet and replay buffer, and the environments. */
export function replicaBytes(
  { space, inputs, outputs }: Place,
  settings: OneShotSettings,
  hyperparameters: DqnHyperparameters,
): number {
  const shape = supernetShape(space, inputs, outputs);
  const { episodesPerSample, candidateEpisodes } = settings;
  const lanes = [scoringLanes(episodesPerSample), scoringLanes(candidateEpisodes)];
  const options = updateOptions(hyperparameters);
  const families = familyShapes(space, shape, settings.maxFamilies);
  const supernets = families.map((family) => supernetBytes({ shape: family, ...options }, 1));
  const layers = shape.layers.map(({ units, activations }) => ({ units, activation: activations[0] }));
  const widest = { ...shape, layers };
  // What the network whose turn it is was before.
  const visitor = learnerParts.length * 4 * parameterCount(widest);
  return (
    supernets.reduce((sum, bytes) => sum + bytes, 0) +
    visitor +
    policyBytes(widest, Math.max(...lanes)) +
    [1, ...lanes].reduce((sum, count) => sum + vectorEnvironmentBytes(count), 0)
  );
}

export interface MemoryEstimate {
  /** Bytes of the search: its trainings that run at once, or all replicas. */
  readonly search: number;
  /** Bytes of the retrainings that run at once; 0 where no architecture is small enough to be retrained. */
  readonly verification: number;
}

/** The most that is in use at a time, in bytes. */
export const peakMemory = ({ search, verification }: MemoryEstimate): number =>
  Math.max(search, verification);

/**
 * As much as a study can take if the largest architectures of its space (of a thousand samples of it, where there are
 * more) train at the same time.
 * @param workers trials that run at once.
 * @throws RangeError for a network or supernet of more than 4 GiB.
 */
export function estimateMemory(study: Study, environment: EnvironmentSpec, workers: number): MemoryEstimate {
  const { configuration, space, trialCount } = study;
  const { strategy, hyperparameters, trial, verification } = configuration;
  const { maxParameters = Infinity, finalists, seeds, control } = verification;
  const place = {
    space,
    inputs: environment.observationSpace.low.length,
    outputs: countActions(environment),
  };
  const trainings = representativeSamples(space).map((sample) => ({
    shape: networkShape(decodeSample(space, sample), place.inputs, place.outputs),
    hyperparameters: { ...hyperparameters, ...decodeHyperparameters(space, sample) },
  }));
  const largest = (episodes: number, limit: number) =>
    trainings.reduce(
      (most, { shape, hyperparameters: own }) =>
        parameterCount(shape) > limit ? most : Math.max(most, trainingBytes(shape, own, episodes)),
      0,
    );
  const ofTrials = largest(trial.validationEpisodes, Infinity);
  const search =
    strategy.name === 'enas'
      ? Math.max(
          strategy.replicas *
            (replicaBytes(place, strategy, hyperparameters) +
              largest(strategy.candidateEpisodes, maxParameters)),
          control ? workers * ofTrials : 0,
        )
      : Math.min(workers, control ? Infinity : trialCount) * ofTrials;
  const runs = Math.min(workers, (control ? 2 : 1) * finalists * seeds);
  return { search, verification: runs * largest(verification.episodes, maxParameters) };
}

/** What the rest of the program, its threads and the system are left. */
const usableShare = 0.9;

/**
 * As many workers as were asked for, or as many as there is memory for.
 * @param available bytes.
 * @throws RangeError where it is not enough for one.
 */
export function fitWorkers(
  study: Study,
  environment: EnvironmentSpec,
  workers: number,
  available: number,
): number {
  for (let fitting = workers; fitting >= 1; fitting--) {
    if (peakMemory(estimateMemory(study, environment, fitting)) <= usableShare * available) return fitting;
  }
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  const needed = megabytes(peakMemory(estimateMemory(study, environment, 1)) / usableShare);
  throw new RangeError(
    `the study takes up to ${needed} of memory; expected at most the ${megabytes(available)} that are free`,
  );
}
