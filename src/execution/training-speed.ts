/** How fast this machine trains and plays: a short look at the beginning of a training, and at greedy episodes. */
import { countActions, type DqnHyperparameters } from '../agents/dqn.ts';
import { Training } from '../agents/train.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { createVectorEnvironment } from '../environments/registry.ts';
import type { Kernels } from '../kernels/kernels.ts';
import { type Architecture, networkShape, parseArchitecture } from '../networks/architecture.ts';
import { initialiseParameters } from '../networks/initialisers.ts';
import { RandomStream } from '../random/random-stream.ts';

/** Seconds per environment step on one thread. */
export interface Speed {
  /** Acting, stepping and the updates that fall due. */
  readonly training: number;
  /** Acting and stepping in greedy episodes, many of them at once. */
  readonly playing: number;
}

/** Repeats a step for at least so many milliseconds, after once for nothing. @returns seconds per step. */
function time(step: () => void, atLeast: number): number {
  step();
  const start = performance.now();
  let [milliseconds, steps] = [0, 0];
  do {
    step();
    steps += 1;
    milliseconds = performance.now() - start;
  } while (milliseconds < atLeast);
  return milliseconds / 1000 / steps;
}

function timeTraining(
  kernels: Kernels,
  { id, options }: EnvironmentSpec,
  architecture: Architecture,
  hyperparameters: DqnHyperparameters,
): number {
  const { environments, batchSize } = hyperparameters;
  const training = new Training(kernels, createVectorEnvironment(id, environments, options), {
    architecture,
    // The steps before the first update are few in a whole training.
    hyperparameters: { ...hyperparameters, learningStarts: batchSize },
    totalSteps: Number.MAX_SAFE_INTEGER,
    seed: 0,
  });
  while (training.progress.updates === 0) training.advance(1);
  return time(() => training.advance(1), 150) / environments;
}

function timePlaying(
  kernels: Kernels,
  { id, options }: EnvironmentSpec,
  architecture: Architecture,
  lanes: number,
): number {
  const environment = createVectorEnvironment(id, lanes, options);
  const shape = networkShape(architecture, environment.observationSize, countActions(environment.spec));
  const policy = kernels.createPolicy(shape, lanes);
  policy.writeParameters(initialiseParameters(shape, new RandomStream(0)));
  environment.reset(Array.from({ length: lanes }, (_, i) => i));
  const actions = new Int32Array(lanes);
  const step = () => {
    policy.act(environment.observations, lanes, actions);
    environment.step(actions);
  };
  return time(step, 30) / lanes;
}

/**
 * Takes 0.2 seconds, or as long as two vector steps with their updates where that is more.
 * @param lanes greedy episodes at once.
 */
export function measureSpeed(
  kernels: Kernels,
  environment: EnvironmentSpec,
  architecture: string,
  hyperparameters: DqnHyperparameters,
  lanes: number,
): Speed {
  const parsed = parseArchitecture(architecture);
  return {
    training: timeTraining(kernels, environment, parsed, hyperparameters),
    playing: timePlaying(kernels, environment, parsed, lanes),
  };
}
