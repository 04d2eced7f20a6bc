/** Reads the rows of a study back into the data they were. */
import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod';
import { parseJson } from '../errors/parse-json.ts';
import { validate } from '../errors/validate.ts';
import { describeSample, type Sample, type SearchSpace } from '../search/space.ts';
import { resolveSpace } from '../search/space-definition.ts';
import { parseStudyConfiguration } from '../study/configuration.ts';
import type { Artifact, PolicySnapshot, StudyRecord, StudySnapshot } from '../study/storage.ts';
import type { Trial, TrialStart } from '../study/trial.ts';
import type { Verdict } from '../study/verdict.ts';
import type { CurvePointsTable, PoliciesTable, Schema, StudiesTable, TrialsTable } from './schema.ts';

type Database = Kysely<Schema>;

const sampleSchema = z.array(z.number());

/** A column that the trial's state says is there. */
function present<Value>(value: Value | null, column: string, number: number): Value {
  if (value === null) throw new Error(`trial ${number} in the database has no ${column}; expected a value`);
  return value;
}

/** @param column of a study's row; null before its verdict. @throws Error for text that isn't JSON. */
export const readVerdict = (column: string | null): Verdict | undefined =>
  column === null ? undefined : (parseJson(column, 'the verdict in the database') as Verdict);

/** @param curve of the trial, in order of step. @param nameOf as `describeSample` has it. @throws Error when the row doesn't make sense. */
export function readTrial(
  row: Selectable<TrialsTable>,
  curve: readonly Selectable<CurvePointsTable>[],
  nameOf: (sample: Sample) => string,
): Trial {
  const { number, architecture, seed, budget } = row;
  const what = `the sample of trial ${number} in the database`;
  const sample = validate(sampleSchema, parseJson(row.sample, what), what);
  const start: TrialStart = {
    number,
    phase: row.phase,
    sample,
    name: nameOf(sample),
    architecture,
    parameterCount: row.parameter_count,
    seed,
    budget,
  };
  switch (row.state) {
    case 'running':
      return { ...start, state: 'running' };
    case 'failed':
      return {
        ...start,
        state: 'failed',
        error: present(row.error, 'error', number),
        seconds: present(row.seconds, 'seconds', number),
      };
    case 'complete':
      return {
        ...start,
        state: 'complete',
        score: present(row.score, 'score', number),
        training: {
          steps: present(row.steps, 'steps', number),
          episodes: present(row.episodes, 'episodes', number),
          updates: present(row.updates, 'updates', number),
          solvedAt: row.solved_at ?? undefined,
          curve: curve.map(({ step, episodes, average_return: averageReturn }) => ({
            step,
            episodes,
            averageReturn,
          })),
        },
        seconds: present(row.seconds, 'seconds', number),
      };
    default: {
      const state: string = row.state satisfies never;
      throw new Error(`trial ${number} in the database is ${state}; expected running, complete or failed`);
    }
  }
}

async function readTrials(database: Database, study: number, space: SearchSpace): Promise<Trial[]> {
  const rows = await database
    .selectFrom('trials')
    .selectAll()
    .where('study_id', '=', study)
    .orderBy('number')
    .execute();
  const points = await database
    .selectFrom('curve_points')
    .selectAll()
    .where('study_id', '=', study)
    .orderBy('trial')
    .orderBy('step')
    .execute();
  const curves = Map.groupBy(points, (point) => point.trial);
  const nameOf = (sample: Sample) => describeSample(space, sample);
  return rows.map((row) => readTrial(row, curves.get(row.number) ?? [], nameOf));
}

async function readPolicies(database: Database, study: number): Promise<PolicySnapshot[]> {
  const rows = await database
    .selectFrom('policies')
    .selectAll()
    .where('study_id', '=', study)
    .orderBy('iteration')
    .orderBy('decision')
    .orderBy('choice')
    .execute();
  return groupPolicies(rows);
}

/** @param rows in order of iteration, decision and choice. */
export function groupPolicies(rows: readonly Selectable<PoliciesTable>[]): PolicySnapshot[] {
  return [...Map.groupBy(rows, (row) => row.iteration)].map(([iteration, ofIteration]) => ({
    iteration,
    probabilities: [...Map.groupBy(ofIteration, (row) => row.decision).values()].map((choices) =>
      choices.map((choice) => choice.probability),
    ),
  }));
}

export async function readArtifacts(database: Database, study: number): Promise<Artifact[]> {
  const rows = await database
    .selectFrom('artifacts')
    .selectAll()
    .where('study_id', '=', study)
    .orderBy('path')
    .execute();
  return rows.map(({ kind, path, trial }) => ({ kind, path, trial: trial ?? undefined }));
}

const recordColumns = [
  'id',
  'configuration',
  'touchdown_version',
  'node_version',
  'kernels',
  'state',
  'created_at',
] as const;

type RecordRow = Pick<Selectable<StudiesTable>, (typeof recordColumns)[number]>;

const recordOf = (row: RecordRow): StudyRecord => ({
  configuration: parseStudyConfiguration(parseJson(row.configuration, 'the configuration in the database')),
  versions: { touchdown: row.touchdown_version, node: row.node_version, kernels: row.kernels },
  state: row.state,
  createdAt: row.created_at,
});

/** Of the study in a database, with its id. @throws Error when there is none, or its row doesn't make sense. */
export async function readRecord(database: Database): Promise<StudyRecord & { readonly id: number }> {
  const row = await database.selectFrom('studies').select(recordColumns).executeTakeFirstOrThrow();
  return { id: row.id, ...recordOf(row) };
}

/** @throws Error when there is no such study, or its rows don't make sense. */
export async function readStudy(database: Database, study: number): Promise<StudySnapshot> {
  const row = await database
    .selectFrom('studies')
    .selectAll()
    .where('id', '=', study)
    .executeTakeFirstOrThrow();
  const record = recordOf(row);
  return {
    ...record,
    trials: await readTrials(database, study, resolveSpace(record.configuration.space)),
    policies: await readPolicies(database, study),
    artifacts: await readArtifacts(database, study),
    verdict: readVerdict(row.verdict),
  };
}
