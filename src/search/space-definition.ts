/**
 * Search spaces as people write them, in a file or in a study's configuration: a list of decisions, or in short what
 * all layers may be. docs/search-spaces.md has both with examples.
 */
import { z } from 'zod';
import { dqnHyperparametersSchema, type DqnHyperparameters } from '../agents/dqn.ts';
import { suggestion } from '../errors/unknown-name.ts';
import { validate } from '../errors/validate.ts';
import { type JsonSchema, publishedSchemas, toJsonSchema } from '../files/json-schema.ts';
import { activations, type Head } from '../kernels/kernels.ts';
import { maxLayers, maxUnits } from '../networks/architecture.ts';
import { createSpace } from './create-space.ts';
import { type DecisionDefinition, defaultName, fullyConnected, type SpaceDefinition } from './decisions.ts';
import { findSpace, type SearchSpace } from './space.ts';

const heads = ['plain', 'dueling'] as const satisfies readonly Head[];
const kinds = ['depth', 'units', 'activation', 'head', 'hyperparameter'] as const;
const hyperparameterNames = Object.keys(dqnHyperparametersSchema.shape);

const maxDecisions = 200;
const maxChoices = 1000;

/** A name that fits into a line of text. */
const name = z
  .string()
  .regex(/^[^\p{C}\s]([^\p{C}]{0,62}[^\p{C}\s])?$/u, 'expected 1 to 64 characters on one line')
  .register(publishedSchemas, {
    // Validators differ in whether they know classes of Unicode, and in what they count as a character.
    publish: ({ description }) => ({
      ...(description !== undefined && { description }),
      type: 'string',
      pattern: '^\\S(.{0,126}\\S)?$',
    }),
  });

const guess = (word: unknown, words: readonly string[]) =>
  typeof word === 'string' ? suggestion(word, words) : '';

/** One of some words; for another one, the nearest. */
const oneOf = <const Words extends readonly [string, ...string[]]>(what: string, words: Words) =>
  z.enum(words, {
    error: ({ input }) => `unknown ${what}${guess(input, words)}; expected one of ${words.join(', ')}`,
  });

/** A list of choices, or a single one without its list. */
const publishChoices = ({ description, ...list }: JsonSchema): JsonSchema => ({
  ...(description !== undefined && { description }),
  anyOf: [list.items as JsonSchema, { ...list, uniqueItems: true }],
});

/** At least one choice, all different. */
const choicesOf = <Choice extends z.ZodType>(choice: Choice, description?: string) => {
  const choices = z
    .array(choice)
    .min(1, 'expected at least one choice')
    .max(maxChoices)
    .superRefine((values, context) => {
      const twin = values.findIndex((one, i) => values.indexOf(one) < i);
      if (twin < 0) return;
      context.addIssue({ code: 'custom', path: [twin], message: 'expected each choice once' });
    });
  return (description === undefined ? choices : choices.describe(description))
    .register(publishedSchemas, { publish: publishChoices })
    .readonly();
};

const layerNumber = z.int().min(1).max(maxLayers);
const layer = layerNumber.describe('of the hidden layers, from 1');
const units = choicesOf(z.int().min(1).max(maxUnits), 'units of a hidden layer');
const activationChoices = choicesOf(oneOf('activation', activations), 'activations of a hidden layer');
const headChoices = choicesOf(oneOf('head', heads), 'what makes Q-values of the last hidden layer');
const depths = choicesOf(layerNumber, 'numbers of hidden layers');
const value = z.union([z.number(), z.string()], 'expected a number or a word');

const isHyperparameter = (key: string): key is keyof DqnHyperparameters =>
  Object.hasOwn(dqnHyperparametersSchema.shape, key);

const unknownHyperparameter = (key: string) =>
  `unknown hyperparameter${guess(key, hyperparameterNames)}; expected one of ${hyperparameterNames.join(', ')}`;

const hyperparameterName = z
  .string()
  .refine(isHyperparameter, {
    error: ({ input }) => unknownHyperparameter(String(input)),
    abort: true,
  })
  .register(publishedSchemas, { publish: () => ({ enum: hyperparameterNames }) });

/** Adds what is wrong with the choices of a hyperparameter. */
function checkValues(
  key: keyof DqnHyperparameters,
  choices: readonly (number | string)[],
  path: readonly PropertyKey[],
  context: z.RefinementCtx,
): void {
  for (const [i, choice] of choices.entries()) {
    const { error } = dqnHyperparametersSchema.shape[key].safeParse(choice);
    if (!error) continue;
    context.addIssue({ code: 'custom', path: [...path, i], message: error.issues[0].message });
  }
}

const common = {
  name: name.optional().describe('otherwise made from what it decides'),
  condition: z
    .strictObject({
      decision: z.string().describe('the name of an earlier decision'),
      values: choicesOf(value, 'choices of it with which this decision counts'),
    })
    .readonly()
    .optional()
    .describe('where the decision counts; everywhere without one'),
};

const decision = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('depth'), choices: depths, ...common }),
    z.strictObject({ kind: z.literal('units'), layer, choices: units, ...common }),
    z.strictObject({ kind: z.literal('activation'), layer, choices: activationChoices, ...common }),
    z.strictObject({ kind: z.literal('head'), choices: headChoices, ...common }),
    z
      .strictObject({
        kind: z.literal('hyperparameter'),
        hyperparameter: hyperparameterName,
        choices: choicesOf(value),
        ...common,
      })
      .superRefine(({ hyperparameter, choices }, context) =>
        checkValues(hyperparameter, choices, ['choices'], context),
      ),
  ],
  {
    error: ({ input }) => {
      const kind = (input as { readonly kind?: unknown } | null | undefined)?.kind;
      const unknown = typeof kind === 'string' ? `unknown kind${guess(kind, kinds)}; ` : '';
      return `${unknown}expected an object with a "kind": ${kinds.join(', ')}`;
    },
  },
);

/** Every hyperparameter with what its own schema takes. */
function publishHyperparameters({ description }: JsonSchema): JsonSchema {
  const each = Object.entries(dqnHyperparametersSchema.shape).map(([key, schema]) => {
    const { default: _, description: what, ...items } = toJsonSchema(schema);
    const list = { type: 'array', items, minItems: 1, maxItems: maxChoices } as const;
    return [key, publishChoices({ ...list, ...(what !== undefined && { description: what }) })];
  });
  return {
    ...(description !== undefined && { description }),
    type: 'object',
    properties: Object.fromEntries(each) as Readonly<Record<string, JsonSchema>>,
    additionalProperties: false,
  };
}

const hyperparameterChoices = z
  .record(z.string(), choicesOf(value))
  .superRefine((choices, context) => {
    for (const [key, values] of Object.entries(choices)) {
      if (isHyperparameter(key)) checkValues(key, values, [key], context);
      else context.addIssue({ code: 'custom', path: [key], message: unknownHyperparameter(key) });
    }
  })
  .describe('of the agent, by their names')
  .register(publishedSchemas, { publish: publishHyperparameters })
  .readonly();

/** Either form: decisions, or what all layers may be. */
function publishForms({ properties = {} }: JsonSchema): JsonSchema {
  const { decisions, ...short } = properties;
  const form = (keys: JsonSchema['properties'], required: string[]): JsonSchema => ({
    type: 'object',
    properties: keys ?? {},
    required,
    additionalProperties: false,
  });
  const full = { name: short['name'], decisions } as NonNullable<JsonSchema['properties']>;
  return { anyOf: [form(short, ['layers', 'units']), form(full, ['decisions'])] };
}

/** Both forms in one, so that what is said of a misspelt key names all there are. */
export const spaceDefinitionSchema = z
  .strictObject({
    name: name.optional().describe("the file's name if left out"),
    layers: depths.optional(),
    units: units.optional(),
    activations: activationChoices.optional(),
    heads: headChoices.optional(),
    hyperparameters: hyperparameterChoices.optional(),
    decisions: z
      .array(decision)
      .min(1, 'expected at least one decision')
      .max(maxDecisions)
      .readonly()
      .optional()
      .describe('in place of the other keys: one decision after another'),
  })
  .superRefine((written, context) => {
    const { decisions, layers, units: widths, ...others } = written;
    const short = { layers, units: widths, ...others, name: undefined };
    const given = Object.entries(short).find(([, choices]) => choices !== undefined)?.[0];
    if (decisions && given !== undefined) {
      const message = `expected it among the decisions: a space has either "decisions" or "${given}"`;
      context.addIssue({ code: 'custom', path: [given], message });
    }
    if (decisions) return;
    for (const key of ['layers', 'units'] as const) {
      if (short[key] !== undefined) continue;
      const message = `expected the choices for ${key}, such as ${key}: ${key === 'units' ? '[64, 128]' : '2'} (or a list of "decisions")`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
  })
  .register(publishedSchemas, { publish: publishForms });

/** A single choice in place of a list of them, wherever there is one. */
type SingleChoices<Written> = Written extends readonly (infer Choice extends number | string)[]
  ? Choice | Written
  : Written extends object
    ? { [Key in keyof Written]: SingleChoices<Written[Key]> }
    : Written;

/**
 * A definition as it may be written (docs/search-spaces.md): in full, or in short what all layers may be. A single choice
 * needs no list.
 */
export type SpaceInput = SpaceDefinition | SingleChoices<z.input<typeof spaceDefinitionSchema>>;

type Data = Readonly<Record<string, unknown>>;
const isData = (input: unknown): input is Data =>
  typeof input === 'object' && input !== null && !Array.isArray(input);
const isWord = (input: unknown): input is string | number =>
  typeof input === 'string' || typeof input === 'number';

/** A single choice may be written without its list. */
const inList = (input: unknown): unknown => (isWord(input) ? [input] : input);

/** Puts the values of some keys (of all, if none are named) into lists. */
function withLists(input: unknown, keys?: readonly string[]): unknown {
  if (!isData(input)) return input;
  return Object.fromEntries(
    Object.entries(input).map(([key, part]) => [key, (keys?.includes(key) ?? true) ? inList(part) : part]),
  );
}

/** All choices in lists. What isn't as expected stays as it is: the schema says so. */
function normalise(input: unknown): unknown {
  const outer = withLists(input, ['layers', 'units', 'activations', 'heads']);
  if (!isData(outer)) return outer;
  const { hyperparameters, decisions } = outer;
  return {
    ...outer,
    ...(isData(hyperparameters) && { hyperparameters: withLists(hyperparameters) }),
    ...(Array.isArray(decisions) && {
      decisions: decisions.map((one: unknown) => {
        const lists = withLists(one, ['choices']);
        return isData(lists) && isData(lists['condition'])
          ? { ...lists, condition: withLists(lists['condition'], ['values']) }
          : lists;
      }),
    }),
  };
}

/** Every decision with its name, nothing undefined: as JSON and parsed again it is the same. */
function complete(written: DecisionDefinition): DecisionDefinition {
  const { condition, ...content } = written;
  return { ...content, name: written.name ?? defaultName(written), ...(condition && { condition }) };
}

/**
 * Checks a definition in either form and writes it out in full.
 * @param what names it in errors. @param defaultSpaceName the name of one without a name.
 * @throws RangeError in one line: where, value, what was expected.
 */
export function parseSpaceDefinition(
  input: unknown,
  what = 'search space',
  defaultSpaceName = 'custom',
): SpaceDefinition {
  const {
    name: given,
    decisions,
    layers,
    units: widths,
    ...rest
  } = validate(spaceDefinitionSchema, normalise(input), what);
  const { activations: chosen = ['relu'], heads: chosenHeads, hyperparameters } = rest;
  const written =
    decisions ??
    fullyConnected({
      layers: layers ?? [],
      units: widths ?? [],
      activations: chosen,
      heads: chosenHeads,
      hyperparameters,
    });
  const fallback = name.safeParse(defaultSpaceName).success ? defaultSpaceName : 'custom';
  const definition = { name: given ?? fallback, decisions: written.map(complete) };
  createSpace(definition, what);
  return definition;
}

/** The space that a configuration names or defines. @throws RangeError as `findSpace` and `createSpace`. */
export function resolveSpace(space: string | SpaceDefinition): SearchSpace {
  return typeof space === 'string' ? findSpace(space) : createSpace(space);
}
