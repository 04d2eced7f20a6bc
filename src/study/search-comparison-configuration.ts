/** The configuration of a comparison of searches: everything, besides the version of the program, that its studies depend on. */
import { z } from 'zod';
import { show, validate } from '../errors/validate.ts';
import { maxSeed, type StudyConfiguration, studyConfigurationSchema } from './configuration.ts';

/** Unknown keys are errors; absent ones take the default. */
export const searchComparisonSchema = z
  .strictObject({
    seeds: z.int().positive().describe("searches per strategy; their seeds count on from the studies' one"),
    studies: z
      .array(studyConfigurationSchema)
      .min(2)
      .readonly()
      .describe('one per strategy; what the first takes is the budget of the others'),
  })
  .readonly();

/** Complete: plain JSON that, parsed again, gives the same. */
export type SearchComparisonConfiguration = z.output<typeof searchComparisonSchema>;

const namesOf = ({ studies }: SearchComparisonConfiguration): readonly string[] =>
  studies.map(({ strategy }) => strategy.name);

/**
 * Checks a configuration and fills in defaults.
 * @throws RangeError in one line: where, value, what was expected; also for a strategy that is there twice, and for
 * one that can't keep to a budget unless it is the first.
 */
export function parseSearchComparison(input: unknown): SearchComparisonConfiguration {
  const configuration = validate(searchComparisonSchema, input, 'comparison');
  const names = namesOf(configuration);
  const lastSeed = configuration.studies[0].seed + configuration.seeds - 1;
  if (lastSeed > maxSeed) throw new RangeError(`the last seed is ${lastSeed}; expected at most ${maxSeed}`);
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) < i) {
      throw new RangeError(`strategy ${name} is named twice; expected every one once`);
    }
    if (name === 'enas' && i > 0) {
      throw new RangeError(
        `strategy enas is number ${i + 1}; expected it as the first: it can't keep to the budget of another`,
      );
    }
  }
  return configuration;
}

/** A study's settings, path by path: `trial.steps`. */
function flatten(value: unknown, path: string): [path: string, value: unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) =>
    flatten(inner, path === '' ? key : `${path}.${key}`),
  );
}

function findDifference(begun: StudyConfiguration, asked: StudyConfiguration): string | undefined {
  const [there, here] = [new Map(flatten(begun, '')), new Map(flatten(asked, ''))];
  for (const path of new Set([...there.keys(), ...here.keys()])) {
    const [value, other] = [there.get(path), here.get(path)];
    if (JSON.stringify(value) !== JSON.stringify(other)) {
      return `${path} of ${begun.strategy.name} is ${show(value)} there and ${show(other)} here`;
    }
  }
  return undefined;
}

/**
 * Why a comparison that was begun with one configuration can't go on with another, in words; undefined where it can:
 * everything is the same, or there are more seeds.
 */
export function findComparisonConflict(
  begun: SearchComparisonConfiguration,
  asked: SearchComparisonConfiguration,
): string | undefined {
  const [there, here] = [namesOf(begun).join(', '), namesOf(asked).join(', ')];
  if (there !== here) return `the strategies are ${there} there and ${here} here`;
  if (asked.seeds < begun.seeds) return `it has ${begun.seeds} seeds, here is only ${asked.seeds}`;
  return begun.studies
    .map((study, i) => findDifference(study, asked.studies[i]))
    .find((difference) => difference !== undefined);
}
