/** Plain data in files that people write: YAML 1.2, or JSON. */
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseDocument } from 'yaml';
import { messageOf } from '../errors/message-of.ts';

const extensions = ['.yaml', '.yml', '.json'];

/** Whether a text names a file of data rather than something that has a name. */
export const isDataFile = (text: string): boolean => extensions.includes(extname(text).toLowerCase());

function parseYaml(text: string): unknown {
  const document = parseDocument(text, { logLevel: 'error' });
  const [error] = document.errors;
  // Behind the first line the message shows the place in the text.
  if (error?.code === 'MULTIPLE_DOCS') throw new RangeError('several documents; expected one');
  if (error) throw new RangeError(error.message.split('\n', 1)[0].replace(/:$/, ''));
  return document.toJS({ maxAliasCount: 100 });
}

/** Without the address of a schema, by which editors know what a file may say. */
function withoutSchema(content: unknown): unknown {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return content;
  const { $schema: address, ...rest } = content as Readonly<Record<string, unknown>>;
  return typeof address === 'string' ? rest : content;
}

/**
 * The data in a file's text.
 * @param what names the file in errors: `search space "a.yaml"`. @param path ends in .json for JSON.
 * @throws RangeError in one line.
 */
export function parseDataFile(text: string, what: string, path: string): unknown {
  const isJson = extname(path).toLowerCase() === '.json';
  try {
    const plain = text.replace(/^\uFEFF/, '');
    return withoutSchema(isJson ? JSON.parse(plain) : parseYaml(plain));
  } catch (error) {
    const kind = isJson ? 'JSON' : 'YAML';
    throw new RangeError(`${what} is not ${kind}: ${messageOf(error)}`, { cause: error });
  }
}

/** The text of a file. @param what as of `parseDataFile`. @throws RangeError in one line where it can't be read. */
export function readDataFile(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = { ENOENT: 'it does not exist', EISDIR: 'it is a folder' }[code ?? ''] ?? message;
    throw new RangeError(`cannot read ${what}: ${reason}`, { cause: error });
  }
}
