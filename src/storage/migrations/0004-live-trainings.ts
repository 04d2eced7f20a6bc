/** What is seen of a study only while it runs: how far it and its trainings are. */
import { type Kysely, sql } from 'kysely';

export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable('studies').addColumn('share', 'real').execute();
  await database.schema.alterTable('studies').addColumn('seconds_left', 'real').execute();
  await database.schema
    .createTable('live_trainings')
    .addColumn('study_id', 'integer', (column) =>
      column.notNull().references('studies.id').onDelete('cascade'),
    )
    .addColumn('kind', 'text', (column) =>
      column.notNull().check(sql`kind in ('trial', 'retraining', 'shared')`),
    )
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('step', 'integer', (column) => column.notNull())
    .addColumn('total_steps', 'integer', (column) => column.notNull())
    .addColumn('episodes', 'integer', (column) => column.notNull())
    .addColumn('average_return', 'real')
    .addColumn('curve', 'text', (column) => column.notNull())
    .addColumn('score', 'real')
    .addPrimaryKeyConstraint('live_trainings_key', ['study_id', 'kind', 'number', 'name'])
    .modifyEnd(sql`strict`)
    .execute();
}
