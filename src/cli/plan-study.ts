/** What a search would do, how long it would take and in how much memory, without doing it. */
import type { EnvironmentSpec } from '../environments/environment.ts';
import { estimateMemory, type MemoryEstimate, peakMemory } from '../study/memory-estimate.ts';
import type { Study } from '../study/study.ts';
import { formatBytes } from './progress.ts';
import { describeStudy, describeTime } from './study-plan.ts';
import { type Fact, formatFacts } from './summary.ts';
import { estimateTime, totalTime } from './time-estimate.ts';

export interface StudyToPlan {
  readonly study: Study;
  /** What the study's environment is. */
  readonly environment: EnvironmentSpec;
  /** Where it would be kept. */
  readonly folder: string;
  /** Trials that run at once. */
  readonly workers: number;
  /** Prints the plan as JSON instead of text. */
  readonly json: boolean;
}

/** Of the program itself, with its threads, charts and film. */
const programBytes = 350 * 2 ** 20;

function describeMemory(memory: MemoryEstimate): Fact {
  const { search, verification } = memory;
  const parts = `search ${formatBytes(search)}, retrainings ${formatBytes(verification)}`;
  const what = `for networks, experience and environments (${parts})`;
  return [
    'memory  ',
    `at most ${formatBytes(peakMemory(memory))} ${what}, beside some ${formatBytes(programBytes)} of the program itself`,
  ];
}

/** Prints the plan. @throws Error when it was stopped. */
export async function planStudy(
  { study, environment, folder, workers, json }: StudyToPlan,
  signal: AbortSignal,
): Promise<void> {
  const memory = estimateMemory(study, environment, workers);
  const time = await estimateTime(study, environment, workers, signal);
  if (signal.aborted) throw new Error('stopped before the plan was ready');
  if (!json) {
    const facts = describeStudy(study, folder, workers);
    console.log(formatFacts([...facts, describeTime(study, time), describeMemory(memory)]));
    return;
  }
  const { configuration, trialCount, searchSteps } = study;
  const { work, search, control, verification } = time;
  console.log(
    JSON.stringify({
      study: folder,
      workers,
      configuration,
      ...(Number.isFinite(trialCount) && { trials: trialCount, searchSteps }),
      work,
      seconds: { search, control, verification, total: totalTime(time) },
      bytes: { ...memory, peak: peakMemory(memory) },
    }),
  );
}
