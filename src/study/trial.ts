/** Trials: one evaluation of one sample each, as plain data. */
import type { CurvePoint } from '../agents/train.ts';
import type { Sample } from '../search/space.ts';

/** What is fixed before a trial runs. */
export interface TrialStart {
  /** 0, 1, 2, … in the order in which the strategy proposed them. */
  readonly number: number;
  readonly sample: Sample;
  /** What the sample decodes to, as `parseArchitecture` reads it. */
  readonly architecture: string;
  readonly parameterCount: number;
  /** Of the training: a function of the study's seed and the trial's number. */
  readonly seed: number;
  /** Environment steps that the training may take. */
  readonly budget: number;
}

export interface RunningTrial extends TrialStart {
  readonly state: 'running';
}

export interface CompleteTrial extends TrialStart {
  readonly state: 'complete';
  /** Mean undiscounted return of greedy episodes on the study's validation seeds. */
  readonly score: number;
  readonly training: TrainingSummary;
  /** Wall time of training and evaluation; differs from run to run, unlike everything else here. */
  readonly seconds: number;
}

export interface FailedTrial extends TrialStart {
  readonly state: 'failed';
  /** Why, in one line. */
  readonly error: string;
  readonly seconds: number;
}

export type FinishedTrial = CompleteTrial | FailedTrial;
export type Trial = RunningTrial | FinishedTrial;

/** How a training went. */
export interface TrainingSummary {
  /** Environment steps, episodes and updates that it took. */
  readonly steps: number;
  readonly episodes: number;
  readonly updates: number;
  /** The step at which the average over 100 episodes first reached the reward threshold; undefined if never. */
  readonly solvedAt: number | undefined;
  readonly curve: readonly CurvePoint[];
}

/**
 * The complete trials that stand for an architecture with its hyperparameters each, best first: of several trials of
 * the same the one with the highest score. On equal scores the smaller network comes first, then the earlier trial.
 */
export function rankArchitectures(trials: readonly Trial[]): readonly CompleteTrial[] {
  const ranked = trials
    .filter((trial) => trial.state === 'complete')
    .sort((a, b) => b.score - a.score || a.parameterCount - b.parameterCount || a.number - b.number);
  const seen = new Set<string>();
  return ranked.filter(({ architecture, sample }) => {
    const candidate = [architecture, ...sample].join(' ');
    const isFirst = !seen.has(candidate);
    seen.add(candidate);
    return isFirst;
  });
}
