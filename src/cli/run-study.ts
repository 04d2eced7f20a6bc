/** Runs a study whose record is there: shows the plan, how it goes, and what it ends with. */
import { basename, join, resolve } from 'node:path';
import type { Dashboard } from '../dashboard/server.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { ThreadExecutor } from '../execution/threads.ts';
import { StudyEvents } from '../report/study-events.ts';
import type { StudyEvent } from '../study/events.ts';
import type { Storage, StudySnapshot } from '../study/storage.ts';
import type { Study } from '../study/study.ts';
import { withInterrupt } from './interrupt.ts';
import { tell, tellFacts } from './messages.ts';
import { displayPath } from './output.ts';
import { createProgress, formatDuration, LateProgress, type TimedProgress } from './progress.ts';
import { describeStudy, describeTime } from './study-plan.ts';
import { StudyProgress } from './study-progress.ts';
import { concludeStudy } from './study-summary.ts';
import { formatFacts } from './summary.ts';
import { estimateTime, totalTime } from './time-estimate.ts';

export interface StudyToRun {
  readonly study: Study;
  /** What the study's environment is. */
  readonly environment: EnvironmentSpec;
  /** Of a new study or one to go on with; closed when the study ends. */
  readonly storage: Storage;
  /** Of the study. */
  readonly folder: string;
  /** Trials that run at once. */
  readonly workers: number;
  /** Prints the result as JSON instead of text. */
  readonly json: boolean;
  /** Seconds between two checkpoints of a job, at least; undefined for the default. */
  readonly checkpointInterval: number | undefined;
  /** Whether the study was begun before. */
  readonly goesOn: boolean;
  /** Folder for event files of TensorBoard; undefined for none. */
  readonly tensorboard: string | undefined;
  /** Whether a dashboard shows it until it ends. */
  readonly dashboard: boolean;
}

/** What tells of a job that runs, where before there was only what is known from before. */
const live: ReadonlySet<StudyEvent['kind']> = new Set([
  'trial-progress',
  'one-shot-progress',
  'run-progress',
]);

function describeCheckpoints(count: number, seconds: number, elapsed: number): string {
  const share = ((100 * seconds) / Math.max(elapsed, 1e-9)).toFixed(1);
  return `${count} checkpoints written in ${seconds.toFixed(1)} s of the threads' time (${share} % of the study's)`;
}

/** A run of TensorBoard's for each of the study's parts, below the study's name. */
const createStudyEvents = (tensorboard: string, { space, iterationSize }: Study, folder: string) =>
  new StudyEvents(join(tensorboard, basename(resolve(folder))), space.decisions, iterationSize);

/** Milliseconds between two states of the progress that dashboards see, at least. */
const standingInterval = 1000;

/** Lets others see, whenever it is called, what the terminal shows. */
function createStandingTeller(storage: Storage, progress: TimedProgress): () => void {
  let told = -Infinity;
  return () => {
    const now = performance.now();
    const { standing } = progress;
    if (standing === undefined || now - told < standingInterval) return;
    told = now;
    // Who looks on sees less; where the record itself has no room, its own changes say so.
    storage.showStanding(standing).catch(() => undefined);
  };
}

/** Shows plan and time, then how the study goes. */
async function run(
  { study, environment, storage, folder, workers, checkpointInterval, goesOn, tensorboard }: StudyToRun,
  signal: AbortSignal,
): Promise<void> {
  const executor = new ThreadExecutor(workers);
  try {
    tellFacts(describeStudy(study, folder, workers));
    const time = await estimateTime(study, environment, workers, signal);
    if (!signal.aborted) tellFacts([describeTime(study, time)]);
    const startProgress = (already: number) =>
      createProgress(totalTime(time), undefined, undefined, undefined, already);
    const late = goesOn ? new LateProgress(startProgress) : undefined;
    const progress = late ?? startProgress(0);
    const tellStanding = createStandingTeller(storage, progress);
    const display = new StudyProgress(study, time, progress);
    const start = performance.now();
    const checkpoints = { count: 0, seconds: 0 };
    const events = tensorboard === undefined ? undefined : createStudyEvents(tensorboard, study, folder);
    let isNew = !goesOn;
    const onEvent = (event: StudyEvent) => {
      isNew ||= live.has(event.kind);
      if (isNew) {
        late?.begin((lines) => `goes on; ${lines} lines from before left out`);
        events?.onEvent(event);
      }
      display.onEvent(event);
      tellStanding();
      if (event.kind !== 'checkpoint') return;
      checkpoints.count += 1;
      checkpoints.seconds += event.seconds;
    };
    try {
      const interval = checkpointInterval === undefined ? {} : { checkpointInterval };
      await study.run({ executor, storage, signal, onEvent, ...interval });
    } finally {
      display.finish();
      events?.close();
      const elapsed = (performance.now() - start) / 1000;
      const { count, seconds } = checkpoints;
      if (count > 0) tell(describeCheckpoints(count, seconds, elapsed * executor.parallelism));
    }
  } finally {
    await executor.close();
  }
}

/** Prints what a study ended with, and draws its pictures. @param record of the study as it is now. */
export async function tellResult(
  { study, environment, folder, json }: Pick<StudyToRun, 'study' | 'environment' | 'folder' | 'json'>,
  record: StudySnapshot,
  signal: AbortSignal,
): Promise<void> {
  if (json) {
    const { state, trials, verdict } = record;
    console.log(JSON.stringify({ study: folder, state, trials, verdict }));
  } else await concludeStudy(folder, record, study.iterationSize, environment.rewardThreshold, signal);
}

/** @returns undefined where none is asked for. */
async function showDashboard({ dashboard, folder }: StudyToRun): Promise<Dashboard | undefined> {
  if (!dashboard) return undefined;
  const { openDashboard } = await import('./open-dashboard.ts');
  const opened = await openDashboard(folder, 0);
  // Also where quiet was asked for: without its address it is of no use.
  console.error(formatFacts([['dashboard', opened.url]], process.stderr));
  return opened;
}

/** Runs the study to its end, or until the process is asked to stop. @throws what the study throws. */
export async function runStudy(what: StudyToRun): Promise<void> {
  const { storage, folder } = what;
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  try {
    await withInterrupt(async (signal) => {
      const dashboard = await showDashboard(what);
      try {
        await run(what, signal);
        await tellResult(what, await storage.read(), signal);
      } finally {
        await dashboard?.close();
      }
    });
  } catch (error) {
    tell(`what was done is kept; to go on: touchdown resume ${displayPath(folder)}`);
    throw error;
  } finally {
    await storage.close();
  }
  tell(`${formatDuration(elapsed())} in all`);
}
