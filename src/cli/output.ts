/** Where results go: checked before long work begins, so that nothing is computed that can't be kept. */
import { constants, existsSync } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes sure that a file can be written: its folder exists or is made, and is writable; the file is not there
 * yet, unless it may be replaced.
 * @throws Error in one line naming the path and what stands in the way.
 */
export async function prepareOutput(file: string, overwrite: boolean): Promise<void> {
  const existing = await stat(file).catch(() => undefined);
  if (existing?.isDirectory()) throw new Error(`"${file}" is a folder; expected the name of a file`);
  if (existing && !overwrite) {
    throw new Error(`"${file}" exists already; expected a new name, or --overwrite to replace it`);
  }
  const folder = path.dirname(path.resolve(file));
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`cannot write to "${folder}" (${code ?? String(error)}); expected a writable folder`, {
      cause: error,
    });
  }
}

/** The first of `PARENT/NAME-1`, `PARENT/NAME-2`, … that isn't there yet. */
export function freeFolder(parent: string, name: string): string {
  for (let i = 1; ; i++) {
    const folder = path.join(parent, `${name}-${i}`);
    if (!existsSync(folder)) return folder;
  }
}

/** A path for people: relative to the current folder where that is shorter. */
export function displayPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.length < file.length && !relative.startsWith('..') ? relative : file;
}
