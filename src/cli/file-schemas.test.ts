// The schemas are read by zod, which makes a validator of a JSON Schema as any other program would.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseDataFile } from '../files/data-file.ts';
import { parseSpaceDefinition } from '../search/space-definition.ts';
import { parseStudyConfiguration } from '../study/configuration.ts';
import { presets } from '../study/presets.ts';
import { resolveStudyFile } from '../study/study-file.ts';
import { schemaNames, schemas } from './file-schemas.ts';

type Name = (typeof schemaNames)[number];

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const validators = Object.fromEntries(
  schemaNames.map((name) => [name, z.fromJSONSchema(JSON.parse(schemas[name]()))]),
) as Record<Name, z.ZodType>;
const accepts = (name: Name, value: unknown): boolean => validators[name].safeParse(value).success;

test.each(schemaNames)('docs/schemas/%s.json is what the command prints (npm run docs writes it)', (name) => {
  expect(read(`docs/schemas/${name}.json`)).toBe(`${schemas[name]()}\n`);
});

describe('examples', () => {
  const names = readdirSync(join(root, 'examples')).filter((name) => extname(name) === '.yaml');

  test.each(names)('%s is as the schema that it names has it', (name) => {
    const text = read(`examples/${name}`);
    const kind = /^# yaml-language-server: \$schema=\.\.\/docs\/schemas\/(study|space)\.json\n/.exec(
      text,
    )?.[1];
    expect(accepts(kind as Name, parseDataFile(text, name, name))).toBe(true);
  });

  test('of search spaces in the documentation are as the schema has them', () => {
    const blocks = [...read('docs/search-spaces.md').matchAll(/```(yaml|json)\n(.*?)```/gs)];
    expect(blocks.length).toBeGreaterThanOrEqual(5);
    for (const [, kind, text] of blocks)
      expect(accepts('space', parseDataFile(text, 'example', `x.${kind}`))).toBe(true);
  });
});

test.each(Object.entries(presets))(
  'what preset %s becomes is a study of the schema',
  (_, { configuration }) => {
    expect(accepts('study', JSON.parse(JSON.stringify(parseStudyConfiguration(configuration))))).toBe(true);
  },
);

const spaceFile = { name: 'a b', layers: [1, 2], units: 8, activations: ['relu'], heads: 'plain' };
const decisions = [
  { kind: 'depth', choices: [1, 2] },
  { kind: 'units', layer: 1, choices: [8, 16] },
  { kind: 'activation', layer: 1, choices: 'relu' },
  { kind: 'units', layer: 2, choices: 8, condition: { decision: 'depth', values: 2 } },
  { kind: 'activation', layer: 2, choices: ['tanh'], condition: { decision: 'depth', values: [2] } },
  { kind: 'hyperparameter', hyperparameter: 'gamma', choices: [0.9, 1] },
];
const spaceFiles = [
  { ...spaceFile, hyperparameters: { batchSize: [16, 32], loss: 'huber' } },
  { name: 'decisions', decisions },
];
const studyFile = {
  preset: 'quick',
  environment: { id: 'LunarLander-v2', options: { gravity: -9, enableWind: true } },
  seed: 3,
  trial: { steps: 10, stopWhenSolved: false, validationEpisodes: 5 },
  hyperparameters: { batchSize: 32, learningRateSchedule: 'linear', nSteps: 3 },
  verification: { finalists: 1, maxParameters: 100, control: true },
};
const studyFiles = [
  { ...studyFile, space: 'dqn', strategy: { name: 'halving', eta: 2 }, budget: { work: 1e9 } },
  { ...studyFile, space: { layers: 1, units: 8 }, strategy: { name: 'enas', warmup: 0.5 } },
  { ...studyFile, space: { decisions }, strategy: { name: 'random', trials: 2 } },
];

/** Everything there is in some data, by path. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...inner.flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

/** A copy with one part replaced, renamed or taken out. */
function change(
  value: unknown,
  path: readonly string[],
  how: (holder: Record<string, unknown>, key: string) => void,
) {
  const copy = structuredClone({ root: value }) as Record<string, unknown>;
  let holder = copy;
  let key = 'root';
  for (const next of path) {
    holder = holder[key] as Record<string, unknown>;
    key = next;
  }
  how(holder, key);
  return copy['root'];
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(0, -1, 1, 2, 16, 17, 0.5, 1e9, -0.5, 4097, true, false, null, '', 'relu', 'quick'),
  fc.constantFrom<unknown>(
    [],
    [1],
    [1, 1],
    [8, 16],
    ['relu', 'relu'],
    {},
    { name: 'grid' },
    { name: 'x' },
    'a.yaml',
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Some data with up to three changes. */
const changed = (files: readonly unknown[]) =>
  fc
    .tuple(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom('replace', 'remove', 'add', 'rename'), odd, fc.string()), {
        minLength: 1,
        maxLength: 3,
      }),
    )
    .map(([file, changes]) => {
      let value: unknown = file;
      for (const [index, kind, part, name] of changes) {
        const paths = pathsOf(value);
        value = change(value, paths[index % paths.length], (holder, key) => {
          if (kind === 'replace') holder[key] = structuredClone(part);
          else if (kind === 'remove') delete holder[key];
          else if (kind === 'rename') {
            holder[`${key}${name}`] = holder[key];
            delete holder[key];
          } else if (typeof holder[key] === 'object' && holder[key] !== null && name !== '__proto__')
            Object.assign(holder[key], { [name]: part });
        });
      }
      return value;
    });

const parsers = {
  study: (value: unknown) => resolveStudyFile(value, 'file.yaml'),
  space: (value: unknown) => parseSpaceDefinition(value),
} satisfies Record<Name, (value: unknown) => unknown>;

/** @returns whether the program takes it; any other way to refuse than in one line is an error. */
function parses(name: Name, value: unknown): boolean {
  try {
    parsers[name](value);
    return true;
  } catch (error) {
    if (!(error instanceof RangeError) || error.message.includes('\n')) throw error;
    return false;
  }
}

describe.each([
  ['study', studyFiles],
  ['space', spaceFiles],
] as const)('the schema of a %s', (name, files) => {
  test('accepts files that the program accepts', () => {
    for (const file of files) {
      expect(parses(name, file)).toBe(true);
      expect(accepts(name, file)).toBe(true);
    }
  });

  test('refuses nothing that the program accepts', () => {
    let refused = 0;
    fc.assert(
      fc.property(changed(files), (value) => {
        const isRefused = !accepts(name, value);
        refused += Number(isRefused);
        return !(isRefused && parses(name, value));
      }),
      { numRuns: 600 },
    );
    // Otherwise nothing has been tested.
    expect(refused).toBeGreaterThan(100);
  });

  test('refuses keys that don’t exist and values out of range, as the program does', () => {
    for (const file of files) {
      for (const path of pathsOf(file)) {
        if (path.includes('choices') || path.includes('values')) continue;
        const part = path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], file);
        if (Array.isArray(part) || typeof part !== 'object') continue;
        const odder = change(file, [...path, 'odd'], (holder, key) => (holder[key] = 1));
        expect(parses(name, odder)).toBe(false);
        expect(accepts(name, odder)).toBe(false);
      }
    }
  });
});
