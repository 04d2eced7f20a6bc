/** Studies from code: what `touchdown search` and `touchdown resume` do, without a terminal, charts and report. */
import { availableParallelism } from 'node:os';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { ThreadExecutor } from '../execution/threads.ts';
import type { StudyFile } from '../study/configuration.ts';
import type { StudyEvent } from '../study/events.ts';
import { fitWorkers } from '../study/memory-estimate.ts';
import type { Storage, StudySnapshot } from '../study/storage.ts';
import { resolveStudyFile } from '../study/study-file.ts';
import type { Study } from '../study/study.ts';
import { studyOf } from './study-of.ts';
import { versions } from './version.ts';

/** How a study is run. No result depends on it. */
export interface StudyOptions {
  /**
   * Trainings that run at once, each in a thread of its own, a whole number ≥ 1: the machine's cores if absent. There
   * are fewer where the free memory doesn't suffice for so many.
   */
  readonly workers?: number;
  /** Stops the study when it aborts: what has ended by then is kept, and the study's state is `interrupted`. */
  readonly signal?: AbortSignal;
  /**
   * Told of what happens, as it happens; of a study that goes on, first of what happened before. What it throws ends
   * the study.
   */
  readonly onEvent?: (event: StudyEvent) => void;
  /** Seconds between two checkpoints of a training, ≥ 0 and at least: 10 if absent. */
  readonly checkpointInterval?: number;
}

/** Only where a study is run or read: the database takes as long to load as half of the rest. */
const loadStorage = () => import('../storage/study-folder.ts');

/** @throws RangeError for a number of workers that is none, and where there is no memory for a single one. */
function createExecutor(study: Study, environment: EnvironmentSpec, workers: number): ThreadExecutor {
  if (!(Number.isInteger(workers) && workers >= 1)) {
    throw new RangeError(`${workers} workers; expected a whole number ≥ 1`);
  }
  return new ThreadExecutor(fitWorkers(study, environment, workers, process.availableMemory()));
}

/** Runs a study to its end. The storage is closed in any case. */
async function run(
  { study, environment }: ReturnType<typeof studyOf>,
  open: () => Promise<Storage>,
  { workers = availableParallelism(), ...ports }: StudyOptions,
): Promise<StudySnapshot> {
  const executor = createExecutor(study, environment, workers);
  try {
    const storage = await open();
    try {
      await study.run({ executor, storage, ...ports });
      return await storage.read();
    } finally {
      await storage.close();
    }
  } finally {
    await executor.close();
  }
}

/**
 * Runs a study in a new folder, from its search to its verdict.
 * @param study as in a file: absent settings have their defaults, or those of its preset. A space in a file is found
 * from the current folder.
 * @param folder of the study: it must not exist yet, or be empty. Folders above it are made.
 * @returns all that is known of it in the end: its `state` is `complete`, or `interrupted` after an abort.
 * @throws RangeError in one line for settings that make no study, or for which there isn't the memory, with nothing
 * done; Error where the folder can't be made or written.
 */
export async function runStudy(
  study: StudyFile,
  folder: string,
  options: StudyOptions = {},
): Promise<StudySnapshot> {
  const configuration = resolveStudyFile(study, 'custom', undefined, 'study');
  const { createStudyFolder } = await loadStorage();
  return run(studyOf(configuration), () => createStudyFolder(folder, configuration, versions()), options);
}

/**
 * Goes on with a study that was stopped, killed or failed, to the result that it would have had, bit for bit.
 * @param folder of the study.
 * @returns as `runStudy`; of a study that is complete, what there is.
 * @throws Error in one line when there is no readable study in the folder, another process is at it, or it was begun with
 * another version of Touchdown; RangeError as `runStudy`.
 */
export async function resumeStudy(folder: string, options: StudyOptions = {}): Promise<StudySnapshot> {
  const { resumeStudyFolder } = await loadStorage();
  const storage = await resumeStudyFolder(folder, versions());
  try {
    const { configuration, state } = await storage.readRecord();
    if (state === 'complete') return await storage.read();
    return await run(studyOf(configuration), async () => storage, options);
  } finally {
    await storage.close();
  }
}

/**
 * Reads the record of a study, also while any process runs it.
 * @param folder of the study.
 * @throws Error in one line naming the folder when there is no readable study in it.
 */
export async function readStudy(folder: string): Promise<StudySnapshot> {
  const { openStudyFolder } = await loadStorage();
  const storage = await openStudyFolder(folder);
  try {
    return await storage.read();
  } finally {
    await storage.close();
  }
}
