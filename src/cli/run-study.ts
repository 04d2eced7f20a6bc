/** Runs a study whose record is there: shows the plan, how it goes, and what it ends with. */
import type { EnvironmentSpec } from '../environments/environment.ts';
import { ThreadExecutor } from '../execution/threads.ts';
import type { Storage } from '../study/storage.ts';
import type { Study, StudyResult } from '../study/study.ts';
import { withInterrupt } from './interrupt.ts';
import { createProgress, formatDuration } from './progress.ts';
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
}

/** Shows plan and time, then how the study goes. */
async function run(
  { study, environment, storage, folder, workers }: StudyToRun,
  signal: AbortSignal,
): Promise<StudyResult> {
  const executor = new ThreadExecutor(workers);
  try {
    console.error(formatFacts(describeStudy(study, folder, workers)));
    const time = await estimateTime(study, environment, workers, signal);
    if (!signal.aborted) console.error(formatFacts([describeTime(study, time)]));
    const display = new StudyProgress(study, time, createProgress(totalTime(time), undefined));
    try {
      return await study.run({ executor, storage, signal, onEvent: (event) => display.onEvent(event) });
    } finally {
      display.finish();
    }
  } finally {
    await executor.close();
  }
}

/** Runs the study to its end, or until the process is asked to stop. @throws what the study throws. */
export async function runStudy(what: StudyToRun): Promise<void> {
  const { study, environment, storage, folder, json } = what;
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  try {
    await withInterrupt(async (signal) => {
      const result = await run(what, signal);
      const { state, trials, verdict } = result;
      if (json) {
        console.log(JSON.stringify({ study: folder, state, seconds: elapsed(), trials, verdict }));
        return;
      }
      const record = await storage.read();
      await concludeStudy(folder, record, result, study.iterationSize, environment.rewardThreshold, signal);
    });
  } finally {
    await storage.close();
  }
  console.error(`${formatDuration(elapsed())} in all`);
}
