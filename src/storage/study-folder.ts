/** Study folders on disk: `study.db`, `models/`. A folder appears complete or not at all. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { StudyConfiguration } from '../study/configuration.ts';
import type { Versions } from '../study/storage.ts';
import { openDatabase } from './database.ts';
import { SqliteStorage } from './sqlite.ts';

const databaseName = 'study.db';
const modelsName = 'models';

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
      return error instanceof Error ? error.message : String(error);
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

/** Writes a whole study folder without trials. */
async function writeFolder(folder: string, configuration: StudyConfiguration, versions: Versions) {
  await mkdir(join(folder, modelsName), { recursive: true });
  const database = await openDatabase(join(folder, databaseName), true);
  try {
    await database
      .insertInto('studies')
      .values({
        created_at: new Date().toISOString(),
        state: 'running',
        configuration: JSON.stringify(configuration),
        seed: configuration.seed,
        touchdown_version: versions.touchdown,
        node_version: versions.node,
        kernels: versions.kernels,
      })
      .execute();
  } finally {
    await database.destroy();
  }
}

/**
 * Makes the folder of a new study, with the folders above it where they are missing.
 * @throws Error in one line naming the folder, when it exists and isn't empty or can't be written; nothing is left
 * behind then.
 */
export async function createStudyFolder(
  path: string,
  configuration: StudyConfiguration,
  versions: Versions,
): Promise<SqliteStorage> {
  const folder = resolve(path);
  const temporary = `${folder}.${randomUUID()}.tmp`;
  try {
    const isEmpty = await isEmptyFolder(folder);
    await writeFolder(temporary, configuration, versions);
    if (isEmpty) await rmdir(folder);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw new Error(`cannot create a study: ${explain(error, folder)}`, { cause: error });
  }
  return openStudyFolder(folder);
}

/** Opens the folder of a study. @throws Error in one line naming the folder when there is no readable study in it. */
export async function openStudyFolder(path: string): Promise<SqliteStorage> {
  const folder = resolve(path);
  const file = join(folder, databaseName);
  if (!existsSync(file)) throw new Error(`no study in "${folder}"; expected a folder with ${databaseName}`);
  try {
    const database = await openDatabase(file, false);
    const { id } = await database.selectFrom('studies').select('id').executeTakeFirstOrThrow();
    return new SqliteStorage(folder, database, id);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot open the study in "${folder}" (${databaseName}): ${reason}`, { cause: error });
  }
}
