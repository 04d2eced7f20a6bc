/**
 * Reads a study's database while another process may write to it. A look costs little where nothing has happened
 * (SQLite's `data_version`), and reads the new rows where something has: trials finish in the order of their numbers, or
 * nearly so, and what lies before the first unfinished one is not read again. Rows are only ever added and finished,
 * unless a study is set back; then the numbers of rows don't add up, and everything is read anew.
 */
import { resolve } from 'node:path';
import type { Kysely } from 'kysely';
import type { CurvePoint } from '../agents/train.ts';
import { describeSample, type Sample, type SearchSpace } from '../search/space.ts';
import { resolveSpace } from '../search/space-definition.ts';
import { type LiveTraining, type TrainingKey, trainingId } from '../study/live-training.ts';
import type { PolicySnapshot, StudyRecord } from '../study/storage.ts';
import type { StudyChanges, StudyCounts, StudyReader, TrialRecord } from '../study/study-reader.ts';
import type { Verdict } from '../study/verdict.ts';
import { type OpenDatabase, openForReading } from './database.ts';
import { keyOf, readLiveTraining } from './live-rows.ts';
import { groupPolicies, readArtifacts, readRecord, readTrial, readVerdict } from './read-study.ts';
import type { Schema } from './schema.ts';
import { findDatabase, unreadableStudy } from './study-folder.ts';

type Database = Kysely<Schema>;

/** What tells a training's states apart. */
interface Seen {
  readonly key: TrainingKey;
  readonly step: number;
  readonly score: number | null;
}

/** `describeSample`, which takes longer than all else, once for every sample. */
function rememberNames(space: SearchSpace): (sample: Sample) => string {
  const names = new Map<string, string>();
  return (sample) => {
    const key = sample.join();
    const name = names.get(key) ?? describeSample(space, sample);
    names.set(key, name);
    return name;
  };
}

class SqliteStudyReader implements StudyReader {
  readonly record: StudyRecord;
  readonly #connection: OpenDatabase['connection'];
  readonly #database: Database;
  readonly #study: number;
  readonly #nameOf: (sample: Sample) => string;
  /** SQLite's count of what others have written; undefined before the first look. */
  #version: unknown;
  /** Trials with smaller numbers are read and finished. */
  #settled = 0;
  /** Numbers of trials that were running at the last look. */
  #running: readonly number[] = [];
  /** The iteration of the newest policy that was read. */
  #iteration = -1;
  #policies = 0;
  /** Trainings of the last look, by `trainingId`. */
  #live: ReadonlyMap<string, Seen> = new Map();

  constructor({ connection, database }: OpenDatabase, study: number, record: StudyRecord) {
    this.record = record;
    this.#connection = connection;
    this.#database = database;
    this.#study = study;
    this.#nameOf = rememberNames(resolveSpace(record.configuration.space));
  }

  async look(): Promise<StudyChanges | undefined> {
    const version = this.#connection.pragma('data_version', { simple: true });
    if (version === this.#version) return undefined;
    const whole = this.#version === undefined;
    const changes = await this.#database.transaction().execute(async (transaction) => {
      if (!whole && (await this.#addsUp(transaction))) return this.#read(transaction, false);
      this.#settled = 0;
      this.#running = [];
      this.#iteration = -1;
      this.#policies = 0;
      this.#live = new Map();
      return this.#read(transaction, true);
    });
    this.#version = version;
    return changes;
  }

  /** Whether what was read before is still there, finished as it was. */
  async #addsUp(database: Database): Promise<boolean> {
    const { finished } = await database
      .selectFrom('trials')
      .select((count) => count.fn.countAll<number>().as('finished'))
      .where('study_id', '=', this.#study)
      .where('number', '<', this.#settled)
      .where('state', '!=', 'running')
      .executeTakeFirstOrThrow();
    const { policies } = await database
      .selectFrom('policies')
      .select((count) => count.fn.countAll<number>().as('policies'))
      .where('study_id', '=', this.#study)
      .where('iteration', '<=', this.#iteration)
      .executeTakeFirstOrThrow();
    return finished === this.#settled && policies === this.#policies;
  }

  async #read(database: Database, whole: boolean): Promise<StudyChanges> {
    const { state, verdict, share, seconds_left } = await database
      .selectFrom('studies')
      .select(['state', 'verdict', 'share', 'seconds_left'])
      .where('id', '=', this.#study)
      .executeTakeFirstOrThrow();
    const rows = await database
      .selectFrom('trials')
      .selectAll()
      .where('study_id', '=', this.#study)
      .where('number', '>=', this.#settled)
      .orderBy('number')
      .execute();
    const trials = rows.map((row): TrialRecord => readTrial(row, [], this.#nameOf));
    const present = new Set(trials.map(({ number }) => number));
    const removed = this.#running.filter((number) => !present.has(number));
    this.#running = trials.filter((trial) => trial.state === 'running').map(({ number }) => number);
    while (present.has(this.#settled) && !this.#running.includes(this.#settled)) this.#settled += 1;
    return {
      whole,
      state,
      trials,
      removed,
      policies: await this.#newPolicies(database),
      artifacts: await readArtifacts(database, this.#study),
      verdict: readVerdict(verdict),
      ...(await this.#liveTrainings(database)),
      standing: share === null ? undefined : { share, secondsLeft: seconds_left ?? undefined },
    };
  }

  async #newPolicies(database: Database): Promise<readonly PolicySnapshot[]> {
    const rows = await database
      .selectFrom('policies')
      .selectAll()
      .where('study_id', '=', this.#study)
      .where('iteration', '>', this.#iteration)
      .orderBy('iteration')
      .orderBy('decision')
      .orderBy('choice')
      .execute();
    this.#policies += rows.length;
    this.#iteration = rows.at(-1)?.iteration ?? this.#iteration;
    return groupPolicies(rows);
  }

  async #liveTrainings(database: Database): Promise<Pick<StudyChanges, 'trainings' | 'hidden'>> {
    const rows = await database
      .selectFrom('live_trainings')
      .selectAll()
      .where('study_id', '=', this.#study)
      .orderBy('kind')
      .orderBy('number')
      .orderBy('name')
      .execute();
    const before = this.#live;
    const live = new Map<string, Seen>();
    const trainings: LiveTraining[] = [];
    for (const row of rows) {
      const { step, score } = row;
      const key = keyOf(row);
      const id = trainingId(key);
      const known = before.get(id);
      live.set(id, { key, step, score });
      if (known?.step !== step || known.score !== score) trainings.push(readLiveTraining(row));
    }
    this.#live = live;
    return {
      trainings,
      hidden: [...before].flatMap(([id, { key }]) => (live.has(id) ? [] : [key])),
    };
  }

  async counts(): Promise<StudyCounts> {
    const { trials, running, best } = await this.#database
      .selectFrom('trials')
      .select((count) => [
        count.fn.countAll<number>().as('trials'),
        count.fn.countAll<number>().filterWhere('state', '=', 'running').as('running'),
        count.fn.max('score').as('best'),
      ])
      .where('study_id', '=', this.#study)
      .where('phase', '!=', 'control')
      .executeTakeFirstOrThrow();
    return { trials, finished: trials - running, bestScore: best ?? undefined };
  }

  async winner(): Promise<Verdict['winner']> {
    const { verdict } = await this.#database
      .selectFrom('studies')
      .select('verdict')
      .where('id', '=', this.#study)
      .executeTakeFirstOrThrow();
    return readVerdict(verdict)?.winner;
  }

  async curve(trial: number): Promise<readonly CurvePoint[]> {
    const rows = await this.#database
      .selectFrom('curve_points')
      .select(['step', 'episodes', 'average_return'])
      .where('study_id', '=', this.#study)
      .where('trial', '=', trial)
      .orderBy('step')
      .execute();
    return rows.map(({ step, episodes, average_return: averageReturn }) => ({
      step,
      episodes,
      averageReturn,
    }));
  }

  async close(): Promise<void> {
    await this.#database.destroy();
  }
}

/**
 * Opens a study to look at.
 * @throws Error in one line naming the folder when there is no study in it that this version can read; one of an older
 * schema is left as it is.
 */
export async function openStudyReader(path: string): Promise<StudyReader> {
  const folder = resolve(path);
  const file = findDatabase(folder);
  let opened: OpenDatabase | undefined;
  try {
    opened = await openForReading(file);
    if (!opened)
      throw new Error('its schema is older than this version of touchdown; "touchdown resume" renews it');
    const { id, ...record } = await readRecord(opened.database);
    return new SqliteStudyReader(opened, id, record);
  } catch (error) {
    await opened?.database.destroy();
    throw unreadableStudy(folder, error);
  }
}
