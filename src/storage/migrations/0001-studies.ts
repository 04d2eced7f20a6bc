/** The first schema: studies, trials with their learning curves, policies of the controller, artifacts. */
import { type CreateTableBuilder, type Kysely, sql } from 'kysely';

/** SQLite holds columns to their types only in strict tables. */
const strict = sql`strict`;

/** A table whose rows belong to a study. */
function createChildTable(database: Kysely<unknown>, name: string): CreateTableBuilder<string, 'study_id'> {
  return database.schema
    .createTable(name)
    .addColumn('study_id', 'integer', (column) =>
      column.notNull().references('studies.id').onDelete('cascade'),
    )
    .modifyEnd(strict);
}

export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('studies')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) =>
      column.notNull().check(sql`state in ('running', 'complete', 'interrupted', 'failed')`),
    )
    .addColumn('configuration', 'text', (column) => column.notNull())
    .addColumn('seed', 'integer', (column) => column.notNull())
    .addColumn('touchdown_version', 'text', (column) => column.notNull())
    .addColumn('node_version', 'text', (column) => column.notNull())
    .addColumn('kernels', 'text', (column) => column.notNull())
    .addColumn('verdict', 'text')
    .modifyEnd(strict)
    .execute();
  await createChildTable(database, 'trials')
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) =>
      column.notNull().check(sql`state in ('running', 'complete', 'failed')`),
    )
    .addColumn('sample', 'text', (column) => column.notNull())
    .addColumn('architecture', 'text', (column) => column.notNull())
    .addColumn('parameter_count', 'integer', (column) => column.notNull())
    .addColumn('seed', 'integer', (column) => column.notNull())
    .addColumn('budget', 'integer', (column) => column.notNull())
    .addColumn('score', 'real')
    .addColumn('solved_at', 'integer')
    .addColumn('steps', 'integer')
    .addColumn('episodes', 'integer')
    .addColumn('updates', 'integer')
    .addColumn('seconds', 'real')
    .addColumn('error', 'text')
    .addPrimaryKeyConstraint('trials_key', ['study_id', 'number'])
    .execute();
  await createChildTable(database, 'curve_points')
    .addColumn('trial', 'integer', (column) => column.notNull())
    .addColumn('step', 'integer', (column) => column.notNull())
    .addColumn('episodes', 'integer', (column) => column.notNull())
    .addColumn('average_return', 'real', (column) => column.notNull())
    .addPrimaryKeyConstraint('curve_points_key', ['study_id', 'trial', 'step'])
    .execute();
  await createChildTable(database, 'policies')
    .addColumn('iteration', 'integer', (column) => column.notNull())
    .addColumn('decision', 'integer', (column) => column.notNull())
    .addColumn('choice', 'integer', (column) => column.notNull())
    .addColumn('probability', 'real', (column) => column.notNull())
    .addPrimaryKeyConstraint('policies_key', ['study_id', 'iteration', 'decision', 'choice'])
    .execute();
  await createChildTable(database, 'artifacts')
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('trial', 'integer')
    .addPrimaryKeyConstraint('artifacts_key', ['study_id', 'path'])
    .execute();
}
