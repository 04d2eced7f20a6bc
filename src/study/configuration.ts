/** The configuration of a study: everything, besides the versions of the program, that its result depends on. */
import { z } from 'zod';
import { type DqnHyperparameters, dqnHyperparametersSchema } from '../agents/dqn.ts';
import { environmentIds, environmentOptionsSchema } from '../environments/registry.ts';
import { suggestion } from '../errors/unknown-name.ts';
import { validate } from '../errors/validate.ts';
import { publishedSchemas, toJsonSchema } from '../files/json-schema.ts';
import type { SpaceDefinition } from '../search/decisions.ts';
import { findSpace, spaces } from '../search/space.ts';
import {
  parseSpaceDefinition,
  resolveSpace,
  spaceDefinitionSchema,
  type SpaceInput,
} from '../search/space-definition.ts';
import { strategySchema } from '../search/strategies.ts';

const positiveInteger = z.int().positive();

export const environmentSchema = z
  .strictObject({
    id: z
      .string()
      .min(1)
      .register(publishedSchemas, { publish: () => ({ enum: [...environmentIds] }) })
      .default('LunarLander-v3')
      .describe('what the agent acts in'),
    options: z
      .record(z.string(), z.json())
      .register(publishedSchemas, { publish: () => toJsonSchema(environmentOptionsSchema) })
      .readonly()
      .default({})
      .describe("the environment's own settings"),
  })
  .readonly();

const trialSchema = z
  .strictObject({
    steps: positiveInteger.default(600_000).describe('environment steps that a trial may train'),
    stopWhenSolved: z
      .boolean()
      .default(true)
      .describe('whether a trial ends as soon as its average of 100 episodes reaches the threshold'),
    validationEpisodes: positiveInteger.default(500).describe('greedy episodes that score a trial'),
  })
  .readonly();

const verificationSchema = z
  .strictObject({
    finalists: positiveInteger
      .default(3)
      .describe("the search's best architectures, to be retrained from scratch"),
    seeds: positiveInteger
      .default(5)
      .describe(
        'training seeds of a finalist that races to the end: after each the best third stay, two at least',
      ),
    steps: positiveInteger.default(600_000).describe('environment steps of a retraining, all of them taken'),
    episodes: positiveInteger.default(100).describe('fresh test episodes after every retraining'),
    maxParameters: positiveInteger
      .optional()
      .describe(
        'architectures with more parameters are not retrained; enas trains them less (tooLargeShare)',
      ),
    control: z
      .boolean()
      .default(false)
      .describe('whether random search gets the same work, and its best the same retraining'),
  })
  .readonly();

const budgetSchema = z
  .strictObject({
    work: z
      .number()
      .positive()
      .describe(
        'multiply-adds (src/search/work.ts) that the trials of the search may take, in whole trainings',
      ),
  })
  .readonly();

const spaceNames = spaces.map(({ name }) => name);

/** A space that has a name, or a definition: written out in full, so that a study needs no file but its own. */
const spaceSchema = z
  .custom<string | SpaceInput>()
  .register(publishedSchemas, {
    publish: () => ({
      anyOf: [
        { enum: spaceNames },
        { type: 'string', pattern: '\\.([yY][aA]?[mM][lL]|[jJ][sS][oO][nN])$', description: 'a file' },
        toJsonSchema(spaceDefinitionSchema),
      ],
    }),
  })
  .transform((space: unknown, context): string | SpaceDefinition => {
    try {
      return typeof space === 'string' ? findSpace(space).name : parseSpaceDefinition(space);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });

/** What a hyperparameter may be in a trial: the choices of the space, and the study's own where those don't count. */
function possibleValues(
  space: string | SpaceDefinition,
  hyperparameters: DqnHyperparameters,
  name: 'bufferSize' | 'batchSize' | 'environments',
): readonly number[] {
  const decisions = resolveSpace(space).decisions.filter(
    (decision) => decision.kind === 'hyperparameter' && decision.hyperparameter === name,
  );
  const decided = decisions.flatMap(({ choices }) => choices.map(Number));
  return decisions.some(({ condition }) => !condition) ? decided : [...decided, hyperparameters[name]];
}

/** Every sample has to give hyperparameters that fit together. */
function checkBufferSize(
  { space, hyperparameters }: { space: string | SpaceDefinition; hyperparameters: DqnHyperparameters },
  context: z.RefinementCtx,
): void {
  const values = (name: 'bufferSize' | 'batchSize' | 'environments') =>
    possibleValues(space, hyperparameters, name);
  const smallest = Math.min(...values('bufferSize'));
  const largest = Math.max(...values('batchSize'), ...values('environments'));
  if (smallest >= largest) return;
  const message = `bufferSize can be ${smallest} and batchSize or environments ${largest}; expected bufferSize to be at least as large`;
  context.addIssue({ code: 'custom', path: ['space'], message });
}

/** What a one-shot search takes is known only when it is over. */
function checkBudget(
  { strategy, budget }: { strategy: z.output<typeof strategySchema>; budget?: { work: number } | undefined },
  context: z.RefinementCtx,
): void {
  if (budget === undefined || strategy.name !== 'enas') return;
  const message =
    "strategy enas can't keep to a budget: it trains all architectures at once; expected a strategy that trains one after another";
  context.addIssue({ code: 'custom', path: ['budget'], message });
}

export const maxSeed = 2 ** 32 - 1;

export const seedSchema = z.int().min(0).max(maxSeed).default(0).describe('seed of everything random');

const studyShape = {
  /** What agents act in. */
  environment: environmentSchema.prefault({}),
  space: spaceSchema
    .default('lunar-lander-100')
    .describe('what to choose from: its name, a file, or its definition (docs/search-spaces.md)'),
  strategy: strategySchema.prefault({ name: 'enas' }).describe('how to search'),
  seed: seedSchema,
  trial: trialSchema
    .prefault({})
    .describe('a training of the search or of its control; enas trains all architectures at once instead'),
  budget: budgetSchema
    .optional()
    .describe(
      "ends the search, in place of the strategy's trials, iterations or configurations: as many as fit; architectures that are too large to be retrained are not trained then",
    ),
  hyperparameters: dqnHyperparametersSchema.prefault({}).describe('of the agent, in search and retraining'),
  verification: verificationSchema.prefault({}).describe("how the search's finalists are retrained"),
};

/** Unknown keys are errors; absent ones take the default. */
export const studyConfigurationSchema = z
  .strictObject(studyShape)
  .superRefine(checkBufferSize)
  .superRefine(checkBudget)
  .readonly();

/** Of the configurations in presets.ts. */
export const presetNames = ['quick', 'standard', 'thorough'] as const;

/**
 * The name of a ready-made configuration: `quick`, `standard` or `thorough`.
 * @useDeclaredType
 */
export type PresetName = (typeof presetNames)[number];

/** As people write it in a file: a configuration, and what to begin from. */
export const studyFileSchema = z
  .strictObject({
    preset: z
      .enum(presetNames, {
        error: ({ input }) =>
          `unknown preset${typeof input === 'string' ? suggestion(input, presetNames) : ''}; expected one of ${presetNames.join(', ')}`,
      })
      .optional()
      .describe('what to begin from; without one, from the defaults that are named here'),
    ...studyShape,
  })
  .superRefine(checkBufferSize)
  .superRefine(checkBudget)
  .readonly();

/**
 * A study as people write it (docs/configuration.md): what is left out has the value of the preset, or else its default.
 */
export interface StudyFile extends z.input<typeof studyFileSchema> {}

/** As it may be written: everything can be left out. */
export type StudyConfigurationInput = z.input<typeof studyConfigurationSchema>;

/** A study's configuration, complete: plain JSON that, parsed again, gives the same. */
export interface StudyConfiguration extends z.output<typeof studyConfigurationSchema> {}

/** Checks a configuration and fills in defaults. @throws RangeError in one line: where, value, what was expected. */
export function parseStudyConfiguration(input: unknown): StudyConfiguration {
  return validate(studyConfigurationSchema, input, 'study configuration');
}
