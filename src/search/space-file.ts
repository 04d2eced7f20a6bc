/** Search spaces in files: YAML 1.2, or JSON. */
import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { parseDocument } from 'yaml';
import type { SpaceDefinition } from './decisions.ts';
import { parseSpaceDefinition } from './space-definition.ts';

const extensions = ['.yaml', '.yml', '.json'];

/** Whether a text names a file rather than a space that has a name. */
const isSpaceFile = (text: string): boolean => extensions.includes(extname(text).toLowerCase());

function parseYaml(text: string): unknown {
  const document = parseDocument(text, { logLevel: 'error' });
  const [error] = document.errors;
  // Behind the first line the message shows the place in the text.
  if (error?.code === 'MULTIPLE_DOCS') throw new RangeError('several documents; expected one');
  if (error) throw new RangeError(error.message.split('\n', 1)[0].replace(/:$/, ''));
  return document.toJS({ maxAliasCount: 100 });
}

function parseText(text: string, extension: string): unknown {
  try {
    return extension === '.json' ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RangeError(reason.replaceAll(/\s*\n\s*/g, ' '), { cause: error });
  }
}

/**
 * The definition in a file's text. A space without a name has that of the file.
 * @throws RangeError in one line that names the file: where, value, what was expected.
 */
export function parseSpaceFile(text: string, path: string): SpaceDefinition {
  const what = `search space "${path}"`;
  const extension = extname(path).toLowerCase();
  let content: unknown;
  try {
    content = parseText(text.replace(/^\uFEFF/, ''), extension);
  } catch (error) {
    const kind = extension === '.json' ? 'JSON' : 'YAML';
    throw new RangeError(`${what} is not ${kind}: ${(error as Error).message}`, { cause: error });
  }
  return parseSpaceDefinition(content, what, basename(path, extname(path)));
}

/** Reads a file. @throws RangeError in one line where it can't be read or isn't a search space. */
function readSpaceFile(path: string): SpaceDefinition {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = { ENOENT: 'it does not exist', EISDIR: 'it is a folder' }[code ?? ''] ?? message;
    throw new RangeError(`cannot read search space "${path}": ${reason}`, { cause: error });
  }
  return parseSpaceFile(text, path);
}

/**
 * What a name that ends in .yaml, .yml or .json defines; any other name as it is.
 * @throws RangeError in one line where the file can't be read or isn't a search space.
 */
export function loadSpace(nameOrFile: string): string | SpaceDefinition {
  return isSpaceFile(nameOrFile) ? readSpaceFile(nameOrFile) : nameOrFile;
}
