/**
 * Trials belong to the search or to its control. Verdicts rest on several retrainings of several finalists; those of
 * before, one retraining of one winner, say too little to be read as such and are dropped.
 */
import { type Kysely, sql } from 'kysely';

export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable('trials')
    .addColumn('phase', 'text', (column) =>
      column.notNull().defaultTo('search').check(sql`phase in ('search', 'control')`),
    )
    .execute();
  await sql`update studies set verdict = null`.execute(database);
}
