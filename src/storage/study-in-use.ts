/** Whether some process works on a study, or only reads it. */
import { join, resolve } from 'node:path';
import SqliteDatabase from 'better-sqlite3';

/**
 * Whether any process, this one too, has the study's database open. A process that was killed has not.
 * @param path the folder of a study.
 * @throws Error where there is no database.
 */
export function isStudyInUse(path: string): boolean {
  const database = new SqliteDatabase(join(resolve(path), 'study.db'), { fileMustExist: true, timeout: 0 });
  try {
    // Leaving WAL takes the database for oneself (sqlite.org/wal.html); whoever opens it next enters WAL again.
    database.pragma('journal_mode = DELETE');
    return false;
  } catch (error) {
    if (error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')) return true;
    throw error;
  } finally {
    database.close();
  }
}
