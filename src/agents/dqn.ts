/**
 * The settings of the agent: Double DQN (van Hasselt et al. 2016) with a soft target, Adam and epsilon-greedy
 * exploration. Names are those of Stable-Baselines3, in camel case; docs/algorithms/double-dqn.md explains them and
 * has the measurements behind the defaults.
 */
import { z } from 'zod';
import type { EnvironmentSpec } from '../environments/environment.ts';
import type { LearnerOptions, NetworkShape } from '../kernels/kernels.ts';
import { validate } from '../errors/validate.ts';

const share = z.number().min(0).max(1);
const positiveInteger = z.int().positive();
const maxNSteps = 100;

/** Unknown keys are errors; absent ones take the default. */
export const dqnHyperparametersSchema = z
  .strictObject({
    learningRate: z.number().positive().default(1e-3).describe("Adam's step size at the start"),
    learningRateSchedule: z
      .enum(['constant', 'linear'])
      .default('linear')
      .describe('whether the learning rate stays or falls to 0 over the training'),
    bufferSize: positiveInteger.default(50_000).describe('transitions that the replay buffer holds'),
    learningStarts: z
      .int()
      .nonnegative()
      .default(2_000)
      .describe('environment steps before the first update'),
    batchSize: z
      .int()
      .min(16)
      .max(512)
      .multipleOf(16)
      .default(64)
      .describe('transitions per update: a multiple of 16, up to 512'),
    tau: z
      .number()
      .positive()
      .max(1)
      .default(5e-3)
      .describe('share of the target network renewed per update'),
    gamma: share.default(0.99).describe('discount per step'),
    nSteps: z
      .int()
      .min(1)
      .max(maxNSteps)
      .default(1)
      .describe('rewards that a target adds up before it bootstraps'),
    trainFrequency: positiveInteger
      .default(2)
      .describe('environment steps, counted over all environments, per training'),
    gradientSteps: positiveInteger.default(1).describe('updates per training'),
    explorationFraction: share.default(0.2).describe('share of the steps over which epsilon falls'),
    explorationInitialEps: share.default(1).describe('probability of a random action at first'),
    explorationFinalEps: share.default(0.02).describe('probability of a random action in the end'),
    loss: z
      .enum(['squared', 'huber'])
      .default('squared')
      .describe('of the TD error: half its square, or Huber'),
    huberDelta: z
      .number()
      .positive()
      .default(1)
      .describe("TD error beyond which Huber's loss is linear; as PyTorch's HuberLoss(delta)"),
    environments: positiveInteger.max(4096).default(8).describe('environments stepped in lockstep'),
  })
  .refine(({ bufferSize, batchSize, environments }) => bufferSize >= Math.max(batchSize, environments), {
    path: ['bufferSize'],
    error: 'expected at least batchSize and environments',
  });

/** The settings of the agent, complete; docs/algorithms/double-dqn.md explains them. */
export interface DqnHyperparameters extends Readonly<z.output<typeof dqnHyperparametersSchema>> {}

/** PyTorch's defaults. */
export const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Checks hyperparameters and fills in defaults. @throws RangeError in one line: name, value, what was expected. */
export function parseDqnHyperparameters(input: unknown): DqnHyperparameters {
  return Object.freeze(validate(dqnHyperparametersSchema, input, 'hyperparameters'));
}

/** How many actions there are. @throws RangeError for an environment whose actions are not discrete. */
export function countActions({ id, actionSpace }: EnvironmentSpec): number {
  if (actionSpace.kind === 'discrete') return actionSpace.n;
  throw new RangeError(`${id} has actions of kind "${actionSpace.kind}"; DQN expects "discrete"`);
}

/** gamma to the power of nSteps, by multiplications: the last bits of `**` are the engine's choice. */
function bootstrapDiscount({ gamma, nSteps }: DqnHyperparameters): number {
  let discount = gamma;
  for (let i = 1; i < nSteps; i++) discount *= gamma;
  return discount;
}

/** What kernels need to know of the settings, whatever the network. Transitions span `nSteps` steps each. */
export function updateOptions(hyperparameters: DqnHyperparameters): Omit<LearnerOptions, 'shape'> {
  const { batchSize, bufferSize, tau, loss, huberDelta } = hyperparameters;
  const gamma = bootstrapDiscount(hyperparameters);
  return { batchSize, replayCapacity: bufferSize, gamma, tau, loss, huberDelta, adam };
}

/** What a kernel's learner needs to know of the settings. */
export const learnerOptions = (shape: NetworkShape, hyperparameters: DqnHyperparameters): LearnerOptions => ({
  shape,
  ...updateOptions(hyperparameters),
});
