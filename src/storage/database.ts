/** Opens a study's database: SQLite by better-sqlite3 behind kysely. */
import SqliteDatabase, { type Database as Connection } from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations/migrations.ts';
import type { Schema } from './schema.ts';

/** Milliseconds to wait for another process that writes. */
const patience = 10_000;

class DamagedDatabaseError extends Error {
  override readonly name = 'DamagedDatabaseError';
}

/** Whether a database couldn't be opened because it is damaged. */
export const isDamage = (error: unknown): boolean =>
  error instanceof DamagedDatabaseError ||
  ['SQLITE_CORRUPT', 'SQLITE_NOTADB'].includes(String((error as { code?: unknown }).code));

const names = Object.keys(migrations).sort();

const createMigrator = (database: Kysely<Schema>): Migrator =>
  new Migrator({ db: database, provider: { getMigrations: async () => ({ ...migrations }) } });

/** @throws Error for a schema that this version doesn't know. */
async function isUpToDate(database: Kysely<Schema>): Promise<boolean> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return false;
  const done = await database
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  const unknown = done.map(({ name }) => name).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const newest = names.at(-1);
    throw new Error(
      `its schema is ${unknown.sort().at(-1)}, of a later version of touchdown; expected ${newest} or older`,
    );
  }
  return done.length === names.length;
}

export interface OpenDatabase {
  readonly connection: Connection;
  /** Queries on the same connection, which it closes. */
  readonly database: Kysely<Schema>;
}

function connect(file: string, fileMustExist: boolean): OpenDatabase {
  const connection = new SqliteDatabase(file, { timeout: patience, fileMustExist });
  return {
    connection,
    database: new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) }),
  };
}

/** @throws Error where a page of it is damaged. */
function checkPages(connection: Connection): void {
  const problem = connection.pragma('quick_check(1)', { simple: true });
  if (problem !== 'ok')
    throw new DamagedDatabaseError(`it is damaged: ${String(problem).replaceAll('\n', ' ')}`);
}

/**
 * Opens a database to write to, which nobody else does.
 * @param file is made if it's not there and `create` says so. One of an older schema is brought up to date, after a copy
 * of it has been made beside it (`study.db.before-0004-…`).
 * @throws Error when the file can't be opened, is no database, or has a schema that this version doesn't know.
 */
export async function openDatabase(file: string, create: boolean): Promise<OpenDatabase> {
  const opened = connect(file, !create);
  const { connection, database } = opened;
  try {
    checkPages(connection);
    // Readers don't stop the writer; a commit is on the disk when it returns.
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    if (await isUpToDate(database)) return opened;
    const migrator = createMigrator(database);
    const next = (await migrator.getMigrations()).find(({ executedAt }) => executedAt === undefined);
    if (!create && next) await connection.backup(`${file}.before-${next.name}`);
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    return opened;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Opens a database to read from, also while another process writes.
 * @returns undefined where the schema is older than this version's. @throws as `openDatabase`.
 */
export async function openForReading(file: string): Promise<OpenDatabase | undefined> {
  // Not opened read-only, which would leave the files of the write-ahead log behind.
  const opened = connect(file, true);
  const { connection, database } = opened;
  try {
    connection.pragma('query_only = ON');
    if (await isUpToDate(database)) return opened;
    connection.close();
    return undefined;
  } catch (error) {
    connection.close();
    throw error;
  }
}
