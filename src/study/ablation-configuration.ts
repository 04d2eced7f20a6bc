/** The configuration of an ablation: everything, besides the version of the program, that its runs depend on. */
import { z } from 'zod';
import { dqnHyperparametersSchema } from '../agents/dqn.ts';
import { show, validate } from '../errors/validate.ts';
import { formatArchitecture, parseArchitecture } from '../networks/architecture.ts';
import { environmentSchema, seedSchema } from './configuration.ts';

const positiveInteger = z.int().positive();

const architectureSchema = z.string().transform((text, context) => {
  try {
    return formatArchitecture(parseArchitecture(text));
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const entrySchema = z
  .strictObject({
    architecture: architectureSchema,
    seeds: positiveInteger.describe('trainings of this architecture, each on a seed of its own'),
  })
  .readonly();

/** Unknown keys are errors; absent ones take the default. */
export const ablationConfigurationSchema = z
  .strictObject({
    environment: environmentSchema.prefault({}),
    hyperparameters: dqnHyperparametersSchema.prefault({}),
    steps: positiveInteger.default(300_000).describe('environment steps of a training, all of them taken'),
    episodes: positiveInteger.default(100).describe('test episodes after every training'),
    seed: seedSchema,
    architectures: z.array(entrySchema).min(1).readonly(),
  })
  .readonly();

/** Complete: plain JSON that, parsed again, gives the same. */
export type AblationConfiguration = z.output<typeof ablationConfigurationSchema>;

/**
 * Checks a configuration, fills in defaults and writes architectures in their one way.
 * @throws RangeError in one line: where, value, what was expected; also for an architecture that is there twice.
 */
export function parseAblationConfiguration(input: unknown): AblationConfiguration {
  const configuration = validate(ablationConfigurationSchema, input, 'ablation');
  const seen = new Set<string>();
  for (const { architecture } of configuration.architectures) {
    if (seen.has(architecture)) {
      throw new RangeError(`architecture "${architecture}" is there twice; expected every one once`);
    }
    seen.add(architecture);
  }
  return configuration;
}

/** Everything but the architectures, name by name. */
function settingsOf(configuration: AblationConfiguration): ReadonlyMap<string, unknown> {
  const { environment, hyperparameters, steps, episodes, seed } = configuration;
  return new Map<string, unknown>([
    ['environment.id', environment.id],
    ['environment.options', environment.options],
    ...Object.entries(hyperparameters),
    ['steps', steps],
    ['episodes', episodes],
    ['seed', seed],
  ]);
}

/**
 * Why an ablation that was begun with one configuration can't go on with another, in words; undefined where it can:
 * all settings are the same, and every architecture is still asked for, on at least as many seeds.
 */
export function findConflict(begun: AblationConfiguration, asked: AblationConfiguration): string | undefined {
  const settings = settingsOf(asked);
  for (const [name, value] of settingsOf(begun)) {
    const other = settings.get(name);
    if (JSON.stringify(value) !== JSON.stringify(other)) {
      return `${name} is ${show(value)} there and ${show(other)} here`;
    }
  }
  const seedsOf = new Map(asked.architectures.map(({ architecture, seeds }) => [architecture, seeds]));
  for (const { architecture, seeds } of begun.architectures) {
    const now = seedsOf.get(architecture);
    if (now === undefined) return `${architecture} is among its architectures and not asked for here`;
    if (now < seeds) return `${architecture} has ${seeds} seeds there and only ${now} here`;
  }
  return undefined;
}
