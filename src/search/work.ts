/**
 * What a training costs: a model in multiply-adds, not a clock, so that the same searches have the same budget on
 * every machine. It is there to compare searches with one another: a search and its control get equal work.
 */
import { type NetworkShape, parameterCount } from '../kernels/kernels.ts';
import { linearLayers } from '../networks/linear-layers.ts';

/** Per parameter and update: Adam, and the target network following. */
const workPerParameter = 16;
/** Per update, whatever the network: drawing and gathering the minibatch, losses. */
const workPerUpdate = 200_000;
/** One environment step with the choice of its action. */
export const workPerStep = 150_000;

/**
 * One update of Double DQN. A minibatch goes forward three times (Q-network on both observations, target network)
 * and backward twice (weights, inputs); the first layer has no inputs to go back to.
 * @param batchSize transitions.
 */
export function updateWork(shape: NetworkShape, batchSize: number): number {
  const [first, ...others] = linearLayers(shape).map(({ inputs, outputs }) => inputs * outputs);
  const passes = 4 * first + 5 * others.reduce((sum, weights) => sum + weights, 0);
  return batchSize * passes + workPerParameter * parameterCount(shape) + workPerUpdate;
}

/** A training of so many updates and environment steps (counted over all environments). */
export function trainingWork(shape: NetworkShape, batchSize: number, updates: number, steps: number): number {
  return updates * updateWork(shape, batchSize) + steps * workPerStep;
}
