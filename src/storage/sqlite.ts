/** Storage in a folder: `study.db` (SQLite), `models/*.safetensors`. */
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { CurvePoint } from '../agents/train.ts';
import type { Model } from '../networks/model.ts';
import { saveModel } from '../networks/model-file.ts';
import type { Artifact, PolicySnapshot, Storage, StudySnapshot, StudyState } from '../study/storage.ts';
import type { FinishedTrial, RunningTrial } from '../study/trial.ts';
import type { Verdict } from '../study/verdict.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { readStudy } from './read-study.ts';
import type { CurvePointsTable, Schema } from './schema.ts';
import type { StudyLock } from './study-lock.ts';

export class SqliteStorage implements Storage {
  /** Of the study. */
  readonly folder: string;
  readonly checkpoints: CheckpointFolder;
  readonly #database: Kysely<Schema>;
  readonly #study: number;
  readonly #lock: StudyLock | undefined;

  /**
   * @param study its id in the database.
   * @param lock held as long as the storage is open; undefined where it is only read from.
   */
  constructor(folder: string, database: Kysely<Schema>, study: number, lock?: StudyLock) {
    this.folder = folder;
    this.checkpoints = new CheckpointFolder(join(folder, 'checkpoints'));
    this.#database = database;
    this.#study = study;
    this.#lock = lock;
  }

  async startTrial(trial: RunningTrial): Promise<void> {
    await this.#database
      .insertInto('trials')
      .values({
        study_id: this.#study,
        number: trial.number,
        state: trial.state,
        phase: trial.phase,
        sample: JSON.stringify(trial.sample),
        architecture: trial.architecture,
        parameter_count: trial.parameterCount,
        seed: trial.seed,
        budget: trial.budget,
      })
      .execute();
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
    await this.#database.transaction().execute(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('trials')
        .set({ state, seconds, ...changes })
        .where('study_id', '=', this.#study)
        .where('number', '=', number)
        .where('state', '=', 'running')
        .executeTakeFirstOrThrow();
      if (numUpdatedRows !== 1n) throw new Error(`trial ${number} finishes; expected one that is running`);
      if (curve.length === 0) return;
      await transaction
        .insertInto('curve_points')
        .values(curve.map((point) => this.#curveRow(number, point)))
        .execute();
    });
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
    await this.#database.insertInto('policies').values(rows).execute();
  }

  async saveModel({ kind, path, trial }: Artifact, model: Model): Promise<void> {
    await saveModel(join(this.folder, path), model);
    await this.#database
      .replaceInto('artifacts')
      .values({ study_id: this.#study, path, kind, trial: trial ?? null })
      .execute();
  }

  async begin(): Promise<StudySnapshot> {
    await this.#end('running', undefined);
    return this.read();
  }

  async finish(state: Exclude<StudyState, 'running'>, verdict?: Verdict): Promise<void> {
    await this.#end(state, verdict);
    if (state === 'complete') await this.checkpoints.remove();
  }

  async read(): Promise<StudySnapshot> {
    return this.#database.transaction().execute((transaction) => readStudy(transaction, this.#study));
  }

  async close(): Promise<void> {
    await this.#database.destroy();
    this.#lock?.release();
  }

  /** What was running has no end. */
  async #end(state: StudyState, verdict: Verdict | undefined): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom('trials')
        .where('study_id', '=', this.#study)
        .where('state', '=', 'running')
        .execute();
      await transaction
        .updateTable('studies')
        .set({ state, verdict: verdict === undefined ? null : JSON.stringify(verdict) })
        .where('id', '=', this.#study)
        .execute();
    });
  }

  #curveRow(trial: number, { step, episodes, averageReturn }: CurvePoint): CurvePointsTable {
    return { study_id: this.#study, trial, step, episodes, average_return: averageReturn };
  }
}
