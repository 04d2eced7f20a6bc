/** Rows of trainings that run: from data and back. */
import type { Selectable } from 'kysely';
import { parseJson } from '../errors/parse-json.ts';
import type { LiveTraining, TrainingKey } from '../study/live-training.ts';
import type { LiveTrainingsTable } from './schema.ts';

type Row = Selectable<LiveTrainingsTable>;

/** A point of a curve in the database. */
type Point = readonly [step: number, episodes: number, averageReturn: number];

/** The columns that say which training of its study a row is about. */
export function keyColumns(key: TrainingKey): Pick<Row, 'kind' | 'number' | 'name'> {
  switch (key.kind) {
    case 'trial':
      return { kind: key.kind, number: key.number, name: '' };
    case 'retraining':
      return { kind: key.kind, number: key.round, name: key.name };
    case 'shared':
      return { kind: key.kind, number: 0, name: '' };
    default:
      return key satisfies never;
  }
}

export function keyOf({ kind, number, name }: Pick<Row, 'kind' | 'number' | 'name'>): TrainingKey {
  switch (kind) {
    case 'trial':
      return { kind, number };
    case 'retraining':
      return { kind, round: number, name };
    case 'shared':
      return { kind };
    default:
      return kind satisfies never;
  }
}

/** The columns that say how far a training is. */
export function stateColumns({
  step,
  totalSteps,
  episodes,
  averageReturn,
  curve,
  score,
}: LiveTraining): Omit<Row, 'study_id' | 'kind' | 'number' | 'name'> {
  const points = curve.map((point): Point => [point.step, point.episodes, point.averageReturn]);
  return {
    step,
    total_steps: totalSteps,
    episodes,
    average_return: averageReturn ?? null,
    curve: JSON.stringify(points),
    score: score ?? null,
  };
}

export function readLiveTraining(row: Row): LiveTraining {
  const points = parseJson(row.curve, 'the curve of a training in the database') as readonly Point[];
  return {
    key: keyOf(row),
    step: row.step,
    totalSteps: row.total_steps,
    episodes: row.episodes,
    averageReturn: row.average_return ?? undefined,
    curve: points.map(([step, episodes, averageReturn]) => ({ step, episodes, averageReturn })),
    score: row.score ?? undefined,
  };
}
