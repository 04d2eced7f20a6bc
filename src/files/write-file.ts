/** Files that are there whole or not at all. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';

let writes = 0;

/**
 * Writes a file under another name, flushes and renames it, making its folder if need be: a reader, or a machine that
 * loses power, sees the old file or the new one.
 * @param content one piece, or several that follow one another.
 * @throws what the file system says; nothing is left behind then.
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array | Iterable<Uint8Array>,
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${process.pid}-${threadId}-${++writes}.tmp`);
  await mkdir(folder, { recursive: true });
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
