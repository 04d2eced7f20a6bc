/** Storage in a folder: `study.db` (SQLite), `models/*.safetensors`. */
import { join } from 'node:path';
import type { Database as Connection } from 'better-sqlite3';
import type { Compilable, Kysely } from 'kysely';
import type { CurvePoint } from '../agents/train.ts';
import type { Model } from '../networks/model.ts';
import { saveModel } from '../networks/model-file.ts';
import type { LiveTraining, StudyStanding, TrainingKey } from '../study/live-training.ts';
import type {
  Artifact,
  PolicySnapshot,
  Storage,
  StudyRecord,
  StudySnapshot,
  StudyState,
} from '../study/storage.ts';
import type { FinishedTrial, RunningTrial } from '../study/trial.ts';
import type { Verdict } from '../study/verdict.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import type { OpenDatabase } from './database.ts';
import { explainFullDisk } from './full-disk.ts';
import { keyColumns, stateColumns } from './live-rows.ts';
import { readRecord, readStudy } from './read-study.ts';
import type { CurvePointsTable, Schema } from './schema.ts';
import type { StudyLock } from './study-lock.ts';

export class SqliteStorage implements Storage {
  /** Of the study. */
  readonly folder: string;
  readonly checkpoints: CheckpointFolder;
  readonly #connection: Connection;
  readonly #database: Kysely<Schema>;
  readonly #study: number;
  readonly #lock: StudyLock | undefined;

  /**
   * @param study its id in the database.
   * @param lock held as long as the storage is open; undefined where it is only read from.
   */
  constructor(folder: string, { connection, database }: OpenDatabase, study: number, lock?: StudyLock) {
    this.folder = folder;
    this.checkpoints = new CheckpointFolder(join(folder, 'checkpoints'));
    this.#connection = connection;
    this.#database = database;
    this.#study = study;
    this.#lock = lock;
  }

  async startTrial(trial: RunningTrial): Promise<void> {
    this.#write([
      this.#database.insertInto('trials').values({
        study_id: this.#study,
        number: trial.number,
        state: trial.state,
        phase: trial.phase,
        sample: JSON.stringify(trial.sample),
        architecture: trial.architecture,
        parameter_count: trial.parameterCount,
        seed: trial.seed,
        budget: trial.budget,
      }),
    ]);
  }

  async finishTrial(trial: FinishedTrial): Promise<void> {
    const { number, state, seconds } = trial;
    const changes =
      trial.state === 'failed'
        ? { error: trial.error }
        : {
            score: trial.score,
            solved_at: trial.training.solvedAt ?? null,
            steps: trial.training.steps,
            episodes: trial.training.episodes,
            updates: trial.training.updates,
          };
    const curve = trial.state === 'failed' ? [] : trial.training.curve;
    const update = this.#database
      .updateTable('trials')
      .set({ state, seconds, ...changes })
      .where('study_id', '=', this.#study)
      .where('number', '=', number)
      .where('state', '=', 'running');
    const points = curve.map((point) => this.#curveRow(number, point));
    const insert = points.length > 0 ? [this.#database.insertInto('curve_points').values(points)] : [];
    this.#write([update, ...insert], `trial ${number} finishes; expected one that is running`);
  }

  async addPolicy({ iteration, probabilities }: PolicySnapshot): Promise<void> {
    const rows = probabilities.flatMap((choices, decision) =>
      choices.map((probability, choice) => ({
        study_id: this.#study,
        iteration,
        decision,
        choice,
        probability,
      })),
    );
    this.#write([this.#database.insertInto('policies').values(rows)]);
  }

  async saveModel({ kind, path, trial }: Artifact, model: Model): Promise<void> {
    try {
      await saveModel(join(this.folder, path), model);
    } catch (error) {
      throw explainFullDisk(this.folder, error);
    }
    this.#write([
      this.#database
        .replaceInto('artifacts')
        .values({ study_id: this.#study, path, kind, trial: trial ?? null }),
    ]);
  }

  async begin(): Promise<StudySnapshot> {
    this.#end('running', undefined);
    return this.read();
  }

  async finish(state: Exclude<StudyState, 'running'>, verdict?: Verdict): Promise<void> {
    this.#end(state, verdict);
    if (state === 'complete') await this.checkpoints.remove();
  }

  /** What the study is, without what came of it. */
  async readRecord(): Promise<StudyRecord> {
    const { id: _, ...record } = await readRecord(this.#database);
    return record;
  }

  async read(): Promise<StudySnapshot> {
    return this.#database.transaction().execute((transaction) => readStudy(transaction, this.#study));
  }

  async showTraining(training: LiveTraining): Promise<void> {
    const state = stateColumns(training);
    this.#writeInPassing(
      this.#database
        .insertInto('live_trainings')
        .values({ study_id: this.#study, ...keyColumns(training.key), ...state })
        .onConflict((row) => row.columns(['study_id', 'kind', 'number', 'name']).doUpdateSet(state)),
    );
  }

  async hideTraining(key: TrainingKey): Promise<void> {
    const { kind, number, name } = keyColumns(key);
    this.#writeInPassing(
      this.#database
        .deleteFrom('live_trainings')
        .where('study_id', '=', this.#study)
        .where('kind', '=', kind)
        .where('number', '=', number)
        .where('name', '=', name),
    );
  }

  async showStanding({ share, secondsLeft }: StudyStanding): Promise<void> {
    this.#writeInPassing(
      this.#database
        .updateTable('studies')
        .set({ share, seconds_left: secondsLeft ?? null })
        .where('id', '=', this.#study),
    );
  }

  async close(): Promise<void> {
    await this.#database.destroy();
    this.#lock?.release();
  }

  /** What was running has no end. */
  #end(state: StudyState, verdict: Verdict | undefined): void {
    this.#write([
      this.#database.deleteFrom('trials').where('study_id', '=', this.#study).where('state', '=', 'running'),
      this.#database
        .updateTable('studies')
        .set({
          state,
          verdict: verdict === undefined ? null : JSON.stringify(verdict),
          share: null,
          seconds_left: null,
        })
        .where('id', '=', this.#study),
      this.#database.deleteFrom('live_trainings').where('study_id', '=', this.#study),
    ]);
  }

  /**
   * All of the changes or none.
   * @param problem what it is if the first of them changes nothing. @throws Error in one line.
   */
  #write(changes: readonly Compilable[], problem?: string): void {
    try {
      this.#connection.transaction(() => {
        for (const [i, change] of changes.entries()) {
          const { sql, parameters } = change.compile();
          const { changes: rows } = this.#connection.prepare(sql).run(...parameters);
          if (i === 0 && rows === 0 && problem !== undefined) throw new Error(problem);
        }
      })();
    } catch (error) {
      throw explainFullDisk(this.folder, error);
    }
  }

  /** A change that need not outlast a power cut: nobody waits for the disk. */
  #writeInPassing(change: Compilable): void {
    if (this.#connection.inTransaction) {
      this.#write([change]);
      return;
    }
    this.#connection.pragma('synchronous = NORMAL');
    try {
      this.#write([change]);
    } finally {
      this.#connection.pragma('synchronous = FULL');
    }
  }

  #curveRow(trial: number, { step, episodes, averageReturn }: CurvePoint): CurvePointsTable {
    return { study_id: this.#study, trial, step, episodes, average_return: averageReturn };
  }
}
