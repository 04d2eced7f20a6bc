/**
 * A one-shot search has trials that its ranking goes by, of phase `final`. Verdicts know their candidates by name and
 * sample; those of before don't, and are dropped.
 */
import { type Kysely, sql } from 'kysely';

export async function up(database: Kysely<unknown>): Promise<void> {
  // SQLite can't change a constraint, but it can exchange the column.
  await database.schema
    .alterTable('trials')
    .addColumn('phase_of_three', 'text', (column) =>
      column.notNull().defaultTo('search').check(sql`phase_of_three in ('search', 'final', 'control')`),
    )
    .execute();
  await sql`update trials set phase_of_three = phase`.execute(database);
  await database.schema.alterTable('trials').dropColumn('phase').execute();
  await database.schema.alterTable('trials').renameColumn('phase_of_three', 'phase').execute();
  await sql`update studies set verdict = null`.execute(database);
}
