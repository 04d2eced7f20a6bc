/** The strategies by name, with the settings of each. */
import { z } from 'zod';
import type { RandomStream } from '../random/random-stream.ts';
import { ChildrenSearch, type Task } from './children.ts';
import { EvolutionSearch } from './evolution.ts';
import { GridSearch } from './grid.ts';
import { HalvingSearch } from './halving.ts';
import { RandomSearch } from './random.ts';
import type { SearchSpace } from './space.ts';
import type { Strategy } from './strategy.ts';
import { unknownName } from '../errors/unknown-name.ts';
import { validate } from '../errors/validate.ts';

const positiveInteger = z.int().positive();

const randomSchema = z.strictObject({
  /** Uniform draws; none comes again before all others have. */
  name: z.literal('random'),
  trials: positiveInteger.default(30).describe('architectures to try'),
});

const childrenSchema = z.strictObject({
  /** An LSTM controller trained by REINFORCE; children share layers (docs/algorithms/children.md). */
  name: z.literal('children'),
  iterations: positiveInteger.default(15).describe('steps of the controller'),
  samplesPerIteration: positiveInteger.default(5).describe('architectures per step of the controller'),
  learningRate: z.number().positive().default(0.03).describe("the controller's step size"),
  entropyWeight: z.number().nonnegative().default(0.1).describe('weight of the entropy bonus'),
  baselineDecay: z
    .number()
    .min(0)
    .lt(1)
    .default(0.8)
    .describe('share of the baseline that an iteration leaves'),
});

const share = z.number().min(0).max(1);
const openShare = z.number().gt(0).lt(1);

const enasSchema = z.strictObject({
  /** One-shot ENAS: all architectures at once, with shared weights (docs/algorithms/enas.md). */
  name: z.literal('enas'),
  replicas: positiveInteger
    .max(16)
    .default(2)
    .describe('shared trainings, alike but for their seeds, whose scores are averaged'),
  totalSteps: positiveInteger.default(1_600_000).describe('environment steps of the shared training'),
  warmup: openShare
    .default(0.6)
    .describe(
      'share of the steps before the controller begins; architectures are drawn uniformly until then',
    ),
  iterations: positiveInteger.default(20).describe('steps of the controller'),
  samplesPerIteration: positiveInteger.default(12).describe('architectures per step of the controller'),
  episodesPerSample: positiveInteger.max(1024).default(8).describe('greedy episodes that score a sample'),
  controllerLearningRate: z.number().positive().default(0.02).describe("the controller's step size"),
  entropyWeight: z.number().nonnegative().default(0.05).describe('weight of the entropy bonus'),
  baselineDecay: share.lt(1).default(0.8).describe('share of the baseline that an iteration leaves'),
  uniformShare: share
    .default(0.1)
    .describe('share of the episodes whose architecture is drawn uniformly after the warm-up too'),
  tooLargeShare: share
    .gt(0)
    .default(0.1)
    .describe(
      'visits of a network that is too large to be retrained (maxParameters of verification), as a share of those it would have else',
    ),
  candidates: positiveInteger
    .default(64)
    .describe(
      'architectures tuned and scored at the end, at most: all that are small enough to be retrained, or draws of the controller',
    ),
  tuningSteps: z
    .int()
    .nonnegative()
    .optional()
    .describe(
      'environment steps that each of them trains alone before; 0 scores it with the shared weights; an eightieth of totalSteps if left out',
    ),
  candidateEpisodes: positiveInteger
    .default(32)
    .describe('greedy episodes that score each of them, four times in the second half of its tuning'),
  maxFamilies: z
    .int()
    .nonnegative()
    .default(16)
    .describe(
      'combinations of depth and activations that may have weights and experience to themselves; in a space of more all networks share',
    ),
});

const evolutionSchema = z.strictObject({
  /** Regularised evolution (docs/algorithms/evolution.md). */
  name: z.literal('evolution'),
  trials: positiveInteger.default(75).describe('architectures to try'),
  population: positiveInteger.default(20).describe('random ones at first, and latest ones to choose from'),
  tournament: positiveInteger.default(5).describe('drawn from the population; the best is the parent'),
  lag: positiveInteger.default(8).describe('trials that can run at once; at most the population counts'),
});

const gridSchema = z.strictObject({
  /** Every architecture once (docs/algorithms/grid.md). */
  name: z.literal('grid'),
});

const halvingSchema = z.strictObject({
  /** Successive halving (docs/algorithms/halving.md). */
  name: z.literal('halving'),
  configurations: positiveInteger.default(27).describe('architectures at first'),
  eta: z.int().min(2).default(3).describe('one in so many goes on, trained so many times as long'),
  minimumSteps: positiveInteger.default(50_000).describe('environment steps of the shortest training'),
});

/** Those that propose one training after another follow the first. */
export const strategyNames = ['enas', 'children', 'evolution', 'grid', 'halving', 'random'] as const;

/** What strategies have to know of a trial. */
export interface TrialTask extends Task {
  /** Environment steps of a whole training. */
  readonly steps: number;
}

/** Says which strategies there are, for settings without the name of one. */
const unknownStrategy =
  (names: readonly string[]) =>
  ({ input }: { readonly input?: unknown }): string => {
    const name = (input as { readonly name?: unknown } | null | undefined)?.name;
    return typeof name === 'string'
      ? unknownName('strategy', name, names).message
      : `expected an object with the name of a strategy: ${names.join(', ')}`;
  };

const trialSchemas = [childrenSchema, evolutionSchema, gridSchema, halvingSchema, randomSchema] as const;
const trialStrategySchema = z
  .discriminatedUnion('name', trialSchemas, { error: unknownStrategy(strategyNames.slice(1)) })
  .readonly();

/** A strategy's name and settings; unknown keys are errors, absent settings take the default. */
export const strategySchema = z
  .discriminatedUnion('name', [enasSchema, ...trialSchemas], { error: unknownStrategy(strategyNames) })
  .readonly();

/**
 * Settings of strategies that propose one training after another, complete; `enas` trains all architectures at once.
 * @useDeclaredType
 */
export type TrialStrategySettings = z.output<typeof trialStrategySchema>;

/**
 * The same as they may be written: all but the name can be left out.
 * @useDeclaredType
 */
export type TrialStrategyInput = z.input<typeof trialStrategySchema>;

/**
 * Checks the settings of a strategy that proposes one training after another, and fills in defaults.
 * @throws RangeError in one line: where, value, what was expected.
 */
export function parseTrialStrategy(input: TrialStrategyInput): TrialStrategySettings {
  return validate(trialStrategySchema, input, 'strategy');
}

/**
 * The strategy of that name.
 * @param settings of a strategy that proposes one training after another, complete: `parseTrialStrategy` fills in
 * defaults.
 * @param random every draw of the strategy comes from it or a fork of it.
 * @throws RangeError when the strategy can't work on the task.
 */
export function createStrategy(
  settings: TrialStrategySettings,
  space: SearchSpace,
  task: TrialTask,
  random: RandomStream,
): Strategy {
  switch (settings.name) {
    case 'children':
      return new ChildrenSearch(space, settings, task, random);
    case 'evolution':
      return new EvolutionSearch(space, settings, random);
    case 'grid':
      return new GridSearch(space);
    case 'halving':
      return new HalvingSearch(space, settings, task.steps, random);
    case 'random':
      return new RandomSearch(space, settings, random);
    default:
      return settings satisfies never;
  }
}
