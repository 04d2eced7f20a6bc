/** Studies as people write them, in a file: YAML 1.2, JSON, or a module of TypeScript or JavaScript. */
import { basename, dirname, extname, resolve } from 'node:path';
import { createVectorEnvironment } from '../environments/registry.ts';
import { show, validate } from '../errors/validate.ts';
import { isDataFile, parseDataFile, readDataFile } from '../files/data-file.ts';
import { importDataFile, isModuleFile } from '../files/module-file.ts';
import { loadSpace } from '../search/space-file.ts';
import { parseSpaceDefinition } from '../search/space-definition.ts';
import {
  type PresetName,
  type StudyConfiguration,
  type StudyFile,
  studyFileSchema,
} from './configuration.ts';
import { isPreset, presets } from './presets.ts';

/** A study as it is, typed: what a file of TypeScript exports by default. */
export const defineStudy = (study: StudyFile): StudyFile => study;

type Data = Readonly<Record<string, unknown>>;
const isData = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether two parts of a study are about the same thing, so that settings of one may complete those of the other. */
function areAlike(key: string, base: Data, over: Data): boolean {
  if (key === 'strategy') return base['name'] === over['name'];
  return key !== 'environment' || base['id'] === over['id'];
}

/**
 * A study with what another one says on top, part by part and setting by setting. A space, the settings of another
 * strategy and the options of another environment replace what was there.
 */
export function overrideStudy(base: Data, over: Data): Data {
  const parts = Object.entries(over)
    .filter(([, part]) => part !== undefined)
    .map(([key, part]): [string, unknown] => {
      const old = Object.hasOwn(base, key) ? base[key] : undefined;
      const completes = key !== 'space' && isData(old) && isData(part) && areAlike(key, old, part);
      return [key, completes ? overrideStudy(old, part) : part];
    });
  return Object.fromEntries([...Object.entries(base), ...parts]);
}

/** The file's own space: files are found beside it, definitions checked where they stand. */
function resolveFileSpace(space: unknown, path: string, what: string): unknown {
  if (typeof space === 'string') return isDataFile(space) ? loadSpace(resolve(dirname(path), space)) : space;
  return isData(space) ? parseSpaceDefinition(space, `${what}: space`, basename(path, extname(path))) : space;
}

/** @throws RangeError for an environment or options of it that don't exist. */
function checkEnvironment({ environment: { id, options } }: StudyConfiguration, what: string): void {
  try {
    createVectorEnvironment(id, 1, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`${what}: environment: ${error.message}`, { cause: error });
  }
}

/**
 * The configuration that a file's content stands for.
 * @param preset takes the place of the one that the file names.
 * @param what names the file in errors.
 * @throws RangeError in one line that names the file: where, value, what was expected.
 */
export function resolveStudyFile(
  content: unknown,
  path: string,
  preset?: PresetName,
  what = `study "${path}"`,
): StudyConfiguration {
  if (!isData(content)) throw new RangeError(`${what} is ${show(content)}; expected settings by name`);
  const { preset: named, ...settings } = content;
  const begun = preset ?? named;
  const base = isPreset(begun) ? presets[begun].configuration : {};
  const { space } = settings;
  const own = { ...settings, ...(space !== undefined && { space: resolveFileSpace(space, path, what) }) };
  const written = { ...overrideStudy(base, own), ...(named !== undefined && { preset: named }) };
  const { preset: _, ...configuration } = validate(studyFileSchema, written, what);
  checkEnvironment(configuration, what);
  return configuration;
}

/**
 * The study in a file.
 * @param path of a file that ends in .yaml, .yml, .json, .ts or .js.
 * @param preset takes the place of the one that the file names.
 * @returns its configuration, complete.
 * @throws RangeError in one line that names the file, where it can't be read or isn't a study: where, value, what was
 * expected.
 */
export async function loadStudy(path: string, preset?: PresetName): Promise<StudyConfiguration> {
  const what = `study "${path}"`;
  if (isModuleFile(path)) return resolveStudyFile(await importDataFile(path, what), path, preset);
  if (isDataFile(path)) {
    return resolveStudyFile(parseDataFile(readDataFile(path, what), what, path), path, preset);
  }
  throw new RangeError(`${what}; expected a file that ends in .yaml, .json or .ts`);
}
