/** Study folders on disk: `study.db`, `models/`. A folder appears complete or not at all. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { createFolderAtomically } from '../files/create-folder.ts';
import type { StudyConfiguration } from '../study/configuration.ts';
import type { Versions } from '../study/storage.ts';
import { type OpenDatabase, openDatabase, openForReading } from './database.ts';
import { SqliteStorage } from './sqlite.ts';
import { StudyLock } from './study-lock.ts';

const databaseName = 'study.db';
const modelsName = 'models';

/** Writes a whole study folder without trials. */
async function writeFolder(folder: string, configuration: StudyConfiguration, versions: Versions) {
  await mkdir(join(folder, modelsName), { recursive: true });
  const { database } = await openDatabase(join(folder, databaseName), true);
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
 * Makes the folder of a new study, with the folders above it where they are missing, and opens it to write to.
 * @throws Error in one line naming the folder, when it exists and isn't empty or can't be written; nothing is left
 * behind then.
 */
export async function createStudyFolder(
  path: string,
  configuration: StudyConfiguration,
  versions: Versions,
): Promise<SqliteStorage> {
  await createFolderAtomically(path, 'a study', (temporary) =>
    writeFolder(temporary, configuration, versions),
  );
  return openToWrite(resolve(path));
}

/** @throws Error in one line naming the folder when there is no study in it. */
function findDatabase(folder: string): string {
  const file = join(folder, databaseName);
  if (!existsSync(file)) throw new Error(`no study in "${folder}"; expected a folder with ${databaseName}`);
  return file;
}

function explain(folder: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`cannot open the study in "${folder}" (${databaseName}): ${reason}`, { cause: error });
}

/** @param lock is let go of when the storage closes. */
async function createStorage(folder: string, opened: OpenDatabase, lock?: StudyLock) {
  const { id } = await opened.database.selectFrom('studies').select('id').executeTakeFirstOrThrow();
  return new SqliteStorage(folder, opened, id, lock);
}

async function openToWrite(folder: string): Promise<SqliteStorage> {
  const file = findDatabase(folder);
  const lock = StudyLock.take(folder);
  try {
    return await createStorage(folder, await openDatabase(file, false), lock);
  } catch (error) {
    lock.release();
    throw explain(folder, error);
  }
}

/** Temporary files of a process that was killed while it wrote. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((one) => /^\..*\.tmp$/.test(basename(one)))) {
    await rm(join(folder, name), { force: true });
  }
}

/**
 * Opens the folder of a study that goes on.
 * @throws Error in one line naming the folder, when there is no readable study in it, when another process is at it, or
 * when it was begun with another version of touchdown.
 */
export async function resumeStudyFolder(path: string, versions: Versions): Promise<SqliteStorage> {
  const folder = resolve(path);
  const storage = await openToWrite(folder);
  try {
    const { versions: begun } = await storage.read();
    if (begun.touchdown !== versions.touchdown) {
      const expected = `expected ${versions.touchdown}, this one`;
      throw new Error(`the study in "${folder}" was begun with touchdown ${begun.touchdown}; ${expected}`);
    }
    await removeLeftovers(folder);
    return storage;
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/**
 * Opens the folder of a study to read from, also while another process runs it.
 * @throws Error in one line naming the folder when there is no readable study in it.
 */
export async function openStudyFolder(path: string): Promise<SqliteStorage> {
  const folder = resolve(path);
  const file = findDatabase(folder);
  let opened: OpenDatabase | undefined;
  try {
    opened = await openForReading(file);
    if (opened) return await createStorage(folder, opened);
  } catch (error) {
    await opened?.database.destroy();
    throw explain(folder, error);
  }
  // Of an older schema: whoever writes brings it up to date.
  await (await openToWrite(folder)).close();
  return openStudyFolder(folder);
}

/** Whether a process is at a study. */
export const isStudyRunning = (path: string): boolean => StudyLock.isTaken(resolve(path));
