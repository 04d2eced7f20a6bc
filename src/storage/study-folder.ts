/** Study folders on disk: `study.db`, `models/`. A folder appears complete or not at all. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createFolderAtomically } from '../files/create-folder.ts';
import type { StudyConfiguration } from '../study/configuration.ts';
import type { Versions } from '../study/storage.ts';
import { openDatabase } from './database.ts';
import { SqliteStorage } from './sqlite.ts';

const databaseName = 'study.db';
const modelsName = 'models';

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
  await createFolderAtomically(path, 'a study', (temporary) =>
    writeFolder(temporary, configuration, versions),
  );
  return openStudyFolder(path);
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
