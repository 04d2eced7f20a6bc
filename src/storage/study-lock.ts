/**
 * Who writes to a study: one process at a time. The lock is a transaction on a small database of its own, so the operating
 * system lets go of it however its process ends, and others can read whose it is.
 */
import { rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';

const lockName = 'study.lock';

/** Milliseconds: whoever asks whether it is taken holds it for a moment. */
const patience = 200;

interface Holder {
  readonly process: number;
  readonly host: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

const isBusy = (error: unknown): boolean =>
  String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');

function readHolder(database: Database): Holder | undefined {
  try {
    return database.prepare<[], Holder>('select process, host, since from holder').get();
  } catch {
    // It has just been made, and nobody has signed yet.
    return undefined;
  }
}

function sign(database: Database): void {
  database.exec('create table if not exists holder (process integer, host text, since text) strict');
  database.exec('delete from holder');
  database
    .prepare('insert into holder values (?, ?, ?)')
    .run(process.pid, hostname(), new Date().toISOString());
}

/** Locks and signs, or closes the database. @throws Error in one line that names the process which holds the lock. */
function lock(database: Database, folder: string): void {
  try {
    database.exec('begin immediate');
    sign(database);
    database.exec('commit');
    // From here on it is held; in between nobody else could have more than tried.
    database.exec('begin immediate');
  } catch (error) {
    const holder = isBusy(error) ? readHolder(database) : undefined;
    database.close();
    if (!isBusy(error)) throw error;
    const who = holder ? `process ${holder.process} on ${holder.host} since ${holder.since}` : 'a process';
    throw new Error(`the study in "${folder}" is being run by ${who}; expected one that isn't running`, {
      cause: error,
    });
  }
}

/** Which file it is; undefined where there is none. */
const identify = (path: string) => statSync(path, { throwIfNoEntry: false })?.ino;

export class StudyLock {
  readonly #path: string;
  readonly #database: Database;

  private constructor(path: string, database: Database) {
    this.#path = path;
    this.#database = database;
  }

  /** @throws Error in one line that names the process which holds it. */
  static take(folder: string): StudyLock {
    const path = join(folder, lockName);
    for (;;) {
      const database = new SqliteDatabase(path, { timeout: patience });
      const file = identify(path);
      lock(database, folder);
      // Who held it may have removed the file meanwhile: then this is a lock of nothing.
      if (file !== undefined && identify(path) === file) return new StudyLock(path, database);
      database.close();
    }
  }

  /** Whether some process, this one too, holds it. */
  static isTaken(folder: string): boolean {
    const path = join(folder, lockName);
    if (identify(path) === undefined) return false;
    const database = new SqliteDatabase(path, { timeout: 0 });
    try {
      database.exec('begin immediate');
      return false;
    } catch (error) {
      if (isBusy(error)) return true;
      throw error;
    } finally {
      database.close();
    }
  }

  release(): void {
    rmSync(this.#path, { force: true });
    this.#database.close();
  }
}
