/** Folders that are there with all that belongs in them or not at all. */
import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { messageOf } from '../errors/message-of.ts';

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

function explain(error: unknown, folder: string): string {
  const code = codeOf(error);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `"${folder}" can't be made in "${dirname(folder)}" (${code}); expected a writable folder`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `"${folder}" lies below a file (${code}); expected only folders on its way`;
    case 'ENOTEMPTY':
      return `"${folder}" is not empty; expected a new or empty folder`;
    default:
      return messageOf(error);
  }
}

/** Whether an empty folder is there. @throws Error when something else is. */
async function isEmptyFolder(folder: string): Promise<boolean> {
  const expected = 'expected a new or empty folder';
  try {
    const existing = await stat(folder);
    if (!existing.isDirectory()) throw new Error(`"${folder}" is a file; ${expected}`);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  const entries = await readdir(folder);
  if (entries.length > 0) throw new Error(`"${folder}" is not empty; ${expected}`);
  return true;
}

/**
 * Makes a folder, with those above it where they are missing.
 * @param what it is of, for the error: `a study`.
 * @param fill makes the folder of the given name, which is a temporary one, and all that belongs in it.
 * @throws Error in one line naming the folder, when it exists and isn't empty or can't be written; nothing is left
 * behind then.
 */
export async function createFolderAtomically(
  path: string,
  what: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const folder = resolve(path);
  const temporary = `${folder}.${randomUUID()}.tmp`;
  try {
    const isEmpty = await isEmptyFolder(folder);
    await fill(temporary);
    if (isEmpty) await rmdir(folder);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw new Error(`cannot create ${what}: ${explain(error, folder)}`, { cause: error });
  }
}
