/** How fast this machine trains and plays: a short look at the beginning of a training. */
import type { DqnHyperparameters } from '../agents/dqn.ts';
import { Training } from '../agents/train.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { createVectorEnvironment } from '../environments/registry.ts';
import type { Kernels } from '../kernels/kernels.ts';
import { parseArchitecture } from '../networks/architecture.ts';

/** Seconds per environment step on one thread. */
export interface Speed {
  /** Acting, stepping and the updates that fall due. */
  readonly training: number;
  /** Acting and stepping. */
  readonly playing: number;
}

/** Advances for at least so many milliseconds, one vector step at a time. @returns seconds per environment step. */
function time(training: Training, atLeast: number): number {
  const begun = training.progress.step;
  const start = performance.now();
  let milliseconds: number;
  do {
    training.advance(1);
    milliseconds = performance.now() - start;
  } while (milliseconds < atLeast);
  return milliseconds / 1000 / (training.progress.step - begun);
}

/** Takes 0.2 seconds, or as long as two vector steps with their updates where that is more. */
export function measureSpeed(
  kernels: Kernels,
  { id, options }: EnvironmentSpec,
  architecture: string,
  hyperparameters: DqnHyperparameters,
): Speed {
  const begin = (learningStarts: number) =>
    new Training(kernels, createVectorEnvironment(id, hyperparameters.environments, options), {
      architecture: parseArchitecture(architecture),
      hyperparameters: { ...hyperparameters, learningStarts },
      totalSteps: Number.MAX_SAFE_INTEGER,
      seed: 0,
    });
  const player = begin(Number.MAX_SAFE_INTEGER);
  player.advance(1);
  // The steps before the first update are few in a whole training.
  const learner = begin(hyperparameters.batchSize);
  while (learner.progress.updates === 0) learner.advance(1);
  return { playing: time(player, 30), training: time(learner, 150) };
}
