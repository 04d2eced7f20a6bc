/** Study folders on disk: `study.db`, `models/`. A folder appears complete or not at all. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { messageOf } from '../errors/message-of.ts';
import { readCheckpoint, writeCheckpoint } from '../files/checkpoint-file.ts';
import { createFolderAtomically } from '../files/create-folder.ts';
import type { StudyConfiguration } from '../study/configuration.ts';
import type { Versions } from '../study/storage.ts';
import { isDamage, type OpenDatabase, openDatabase, openForReading } from './database.ts';
import { SqliteStorage } from './sqlite.ts';
import { StudyLock } from './study-lock.ts';

const databaseName = 'study.db';
const modelsName = 'models';
const checkpointsName = 'checkpoints';

/** What a study is begun with: enough to do it again. */
interface Beginning {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly configuration: StudyConfiguration;
  readonly versions: Versions;
}

/** Of the copy among the checkpoints, which stands in for a damaged database. */
const beginningLabel = 'study';
const beginningFile = (folder: string): string => join(folder, checkpointsName, beginningLabel);

/** Writes the database of a study without trials. */
async function writeDatabase(folder: string, { createdAt, configuration, versions }: Beginning) {
  const { database } = await openDatabase(join(folder, databaseName), true);
  try {
    await database
      .insertInto('studies')
      .values({
        created_at: createdAt,
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

/** Writes a whole study folder without trials. */
async function writeFolder(folder: string, configuration: StudyConfiguration, versions: Versions) {
  await mkdir(join(folder, modelsName), { recursive: true });
  const beginning: Beginning = { createdAt: new Date().toISOString(), configuration, versions };
  await writeDatabase(folder, beginning);
  await writeCheckpoint(beginningFile(folder), beginningLabel, beginning);
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
  return openOrRebuild(resolve(path), () => {});
}

/** @throws Error in one line naming the folder when there is no study in it. */
export function findDatabase(folder: string): string {
  const file = join(folder, databaseName);
  if (!existsSync(file)) throw new Error(`no study in "${folder}"; expected a folder with ${databaseName}`);
  return file;
}

/** Why a study can't be opened, in one line. */
export function unreadableStudy(folder: string, error: unknown): Error {
  const reason = messageOf(error);
  return new Error(`cannot open the study in "${folder}" (${databaseName}): ${reason}`, { cause: error });
}

/** @param lock is let go of when the storage closes. */
async function createStorage(folder: string, opened: OpenDatabase, lock?: StudyLock) {
  const { id } = await opened.database.selectFrom('studies').select('id').executeTakeFirstOrThrow();
  return new SqliteStorage(folder, opened, id, lock);
}

/** Temporary files of a process that was killed while it wrote. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((one) => /^\..*\.tmp$/.test(basename(one)))) {
    await rm(join(folder, name), { force: true });
  }
}

/** Puts a database that can't be read aside, and a new one in its place. The caller holds the lock. */
async function replaceDatabase(folder: string, beginning: Beginning): Promise<void> {
  const file = join(folder, databaseName);
  await rename(file, `${file}.damaged`);
  for (const suffix of ['-wal', '-shm']) await rm(file + suffix, { force: true });
  await writeDatabase(folder, beginning);
}

/** @param onNotice told in one line of what was damaged and is made good. */
async function openOrRebuild(folder: string, onNotice: (notice: string) => void): Promise<SqliteStorage> {
  const file = findDatabase(folder);
  const lock = StudyLock.take(folder);
  try {
    const opened = await openDatabase(file, false).catch(async (error: unknown) => {
      if (!isDamage(error)) throw error;
      const beginning = await readCheckpoint(beginningFile(folder), beginningLabel);
      if (beginning === undefined) throw error;
      await replaceDatabase(folder, beginning as Beginning);
      const reason = messageOf(error);
      onNotice(
        `"${file}" can't be read (${reason}): it is put aside as ${databaseName}.damaged, and made anew from the checkpoints`,
      );
      return openDatabase(file, false);
    });
    return await createStorage(folder, opened, lock);
  } catch (error) {
    lock.release();
    throw unreadableStudy(folder, error);
  }
}

/**
 * Opens the folder of a study that goes on. A database that is damaged is made anew: what ended before is among the
 * checkpoints.
 * @param onNotice told of that in one line.
 * @throws Error in one line naming the folder, when there is no readable study in it, when another process is at it, or
 * when it was begun with another version of touchdown.
 */
export async function resumeStudyFolder(
  path: string,
  versions: Versions,
  onNotice: (notice: string) => void = () => {},
): Promise<SqliteStorage> {
  const folder = resolve(path);
  const storage = await openOrRebuild(folder, onNotice);
  try {
    const { versions: begun } = await storage.readRecord();
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
    throw unreadableStudy(folder, error);
  }
  // Of an older schema: whoever writes brings it up to date.
  await (await openOrRebuild(folder, () => {})).close();
  return openStudyFolder(folder);
}

/** Whether a process is at a study. */
export const isStudyRunning = (path: string): boolean => StudyLock.isTaken(resolve(path));
