/** Search spaces in files: YAML 1.2, or JSON. */
import { basename, extname } from 'node:path';
import { isDataFile, parseDataFile, readDataFile } from '../files/data-file.ts';
import type { SpaceDefinition } from './decisions.ts';
import { parseSpaceDefinition } from './space-definition.ts';

const describe = (path: string): string => `search space "${path}"`;

/**
 * The definition in a file's text. A space without a name has that of the file.
 * @throws RangeError in one line that names the file: where, value, what was expected.
 */
export function parseSpaceFile(text: string, path: string): SpaceDefinition {
  const what = describe(path);
  return parseSpaceDefinition(parseDataFile(text, what, path), what, basename(path, extname(path)));
}

/**
 * What a name that ends in .yaml, .yml or .json defines; any other name as it is.
 * @throws RangeError in one line where the file can't be read or isn't a search space.
 */
export function loadSpace(nameOrFile: string): string | SpaceDefinition {
  if (!isDataFile(nameOrFile)) return nameOrFile;
  return parseSpaceFile(readDataFile(nameOrFile, describe(nameOrFile)), nameOrFile);
}
