/** Opens a study's database: SQLite by better-sqlite3 behind kysely, brought up to the newest schema. */
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations/migrations.ts';
import type { Schema } from './schema.ts';

/** Milliseconds to wait for another process that writes. */
const patience = 10_000;

/**
 * @param file is made if it's not there and `create` says so.
 * @throws Error when the file can't be opened, is no database, or has a schema that this version doesn't know.
 */
export async function openDatabase(file: string, create: boolean): Promise<Kysely<Schema>> {
  const connection = new SqliteDatabase(file, { fileMustExist: !create, timeout: patience });
  const database = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) });
  try {
    // Readers don't stop the writer; a commit is on the disk when it returns.
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    const migrator = new Migrator({
      db: database,
      provider: { getMigrations: async () => ({ ...migrations }) },
    });
    const done = await migrator.getMigrations();
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) {
      const known = done.at(-1)?.name ?? 'none';
      throw new Error(`the schema is not one of this version, whose newest is ${known}`, { cause: error });
    }
    return database;
  } catch (error) {
    connection.close();
    throw error;
  }
}
