/** Takes studies away for good, once somebody has said so. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { StudyLock } from '../storage/study-lock.ts';
import { formatBytes } from './progress.ts';
import { readStudyFolder } from './study-list.ts';

/** Trials and bytes of a study. @throws Error in one line for what isn't one, or has the current folder in it. */
async function weigh(folder: string): Promise<{ readonly trials: number; readonly bytes: number }> {
  const { trials } = await readStudyFolder(folder);
  if (!relative(resolve(folder), process.cwd()).startsWith('..')) {
    throw new Error(`"${folder}" is where you are; expected a study to be removed from outside`);
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))));
  return { trials: trials.length, bytes: sizes.reduce((sum, { size }) => sum + size, 0) };
}

/** Asks on the terminal. @throws Error where there is nobody to ask. */
async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new Error(`${question} Nobody can be asked here; expected --yes`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    terminal.close();
  }
}

/**
 * Removes the folders of studies, all or none of them.
 * @param yes whether it is said already. @returns whether they are gone.
 * @throws Error in one line for what isn't a study, or is one that runs.
 */
export async function removeStudies(
  folders: readonly string[],
  yes: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const what: string[] = [];
  for (const folder of folders) {
    const { trials, bytes } = await weigh(folder);
    what.push(`${folder} (${trials} trials, ${formatBytes(bytes)})`);
  }
  const locks: StudyLock[] = [];
  try {
    // Held until they are gone: nothing begins to write to them meanwhile.
    for (const folder of folders) locks.push(StudyLock.take(resolve(folder)));
    if (!yes && !(await confirm(`Remove ${what.join(', ')}?`, signal))) return false;
    for (const folder of folders) await rm(folder, { recursive: true });
    return true;
  } finally {
    for (const lock of locks) lock.release();
  }
}
