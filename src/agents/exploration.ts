/**
 * Epsilon-greedy exploration, with the linear schedule of Stable-Baselines3 (`LinearSchedule`): epsilon falls from
 * its initial to its final value over the first `explorationFraction` of all environment steps, then stays.
 */
import type { RandomStream } from '../random/random-stream.ts';

export interface ExplorationSchedule {
  /** Share of the steps over which epsilon falls, in [0, 1]. */
  readonly explorationFraction: number;
  /** Probabilities of a random action, in [0, 1]. */
  readonly explorationInitialEps: number;
  readonly explorationFinalEps: number;
}

/** Epsilon after `step` of `totalSteps` environment steps. */
export function epsilonAt(step: number, totalSteps: number, schedule: ExplorationSchedule): number {
  const { explorationFraction, explorationInitialEps, explorationFinalEps } = schedule;
  const done = step / totalSteps;
  if (done >= explorationFraction) return explorationFinalEps;
  return explorationInitialEps + (done * (explorationFinalEps - explorationInitialEps)) / explorationFraction;
}

/** Replaces every greedy action, with probability `epsilon`, by one drawn uniformly from 0 … actionCount − 1. */
export function explore(
  actions: Int32Array,
  actionCount: number,
  epsilon: number,
  stream: RandomStream,
): void {
  for (let i = 0; i < actions.length; i++) {
    if (stream.random() < epsilon) actions[i] = stream.integers(0, actionCount);
  }
}
