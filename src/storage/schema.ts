/** The tables of a study's database, as its newest migration leaves them. */
import type { Generated } from 'kysely';
import type { TrainingKey } from '../study/live-training.ts';
import type { StudyState } from '../study/storage.ts';
import type { Trial } from '../study/trial.ts';

export interface StudiesTable {
  readonly id: Generated<number>;
  /** ISO 8601, UTC. */
  readonly created_at: string;
  readonly state: StudyState;
  /** JSON; the seed is in it, and beside it for whoever looks with other tools. */
  readonly configuration: string;
  readonly seed: number;
  readonly touchdown_version: string;
  readonly node_version: string;
  readonly kernels: string;
  /** JSON */
  readonly verdict: string | null;
  /** Of the work that is done, 0 to 1, and seconds for the rest: while the study runs. */
  readonly share: number | null;
  readonly seconds_left: number | null;
}

export interface TrialsTable {
  readonly study_id: number;
  readonly number: number;
  readonly state: Trial['state'];
  readonly phase: Trial['phase'];
  /** JSON: the index of the choice of every decision. */
  readonly sample: string;
  readonly architecture: string;
  readonly parameter_count: number;
  readonly seed: number;
  /** Environment steps. */
  readonly budget: number;
  /** This and what follows up to `updates`: of complete trials. */
  readonly score: number | null;
  readonly solved_at: number | null;
  readonly steps: number | null;
  readonly episodes: number | null;
  readonly updates: number | null;
  /** Of finished trials. */
  readonly seconds: number | null;
  /** Of failed trials. */
  readonly error: string | null;
}

export interface CurvePointsTable {
  readonly study_id: number;
  readonly trial: number;
  readonly step: number;
  readonly episodes: number;
  readonly average_return: number;
}

export interface PoliciesTable {
  readonly study_id: number;
  readonly iteration: number;
  /** Index of the decision in the search space. */
  readonly decision: number;
  /** Index of the choice in the decision. */
  readonly choice: number;
  readonly probability: number;
}

export interface ArtifactsTable {
  readonly study_id: number;
  /** Relative to the study's folder. */
  readonly path: string;
  readonly kind: 'model';
  readonly trial: number | null;
}

/** Not of the record: empty but while a study runs, or where its process was killed. */
export interface LiveTrainingsTable {
  readonly study_id: number;
  readonly kind: TrainingKey['kind'];
  /** Of the trial, or the round of a retraining; 0 for a shared training. */
  readonly number: number;
  /** The candidate's of a retraining; empty for others. */
  readonly name: string;
  readonly step: number;
  readonly total_steps: number;
  readonly episodes: number;
  readonly average_return: number | null;
  /** JSON: step, episodes and average return of every point. */
  readonly curve: string;
  readonly score: number | null;
}

export interface Schema {
  readonly studies: StudiesTable;
  readonly trials: TrialsTable;
  readonly curve_points: CurvePointsTable;
  readonly policies: PoliciesTable;
  readonly artifacts: ArtifactsTable;
  readonly live_trainings: LiveTrainingsTable;
}
