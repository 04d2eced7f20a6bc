/** Trials: one evaluation of one sample each, as plain data. */
import type { CurvePoint } from '../agents/train.ts';
import type { Sample } from '../search/space.ts';

/**
 * Whom a trial belongs to: the study's strategy, the scores that a one-shot search is ranked by in the end, or random
 * search at equal work, the study's control.
 */
export type TrialPhase = 'search' | 'final' | 'control';

/** What is fixed before a trial runs. */
export interface TrialStart {
  /** 0, 1, 2, … in the order in which they were proposed; the control counts on. */
  readonly number: number;
  /** Whom it belongs to. */
  readonly phase: TrialPhase;
  /** Of the study's space: what is evaluated. */
  readonly sample: Sample;
  /** The sample in words, as `describeSample` has it: the architecture, and hyperparameters where the space decides some. */
  readonly name: string;
  /** What the sample decodes to, as `parseArchitecture` reads it. */
  readonly architecture: string;
  /** Of the Q-network. */
  readonly parameterCount: number;
  /** Of the training: a function of the study's seed and the trial's number. */
  readonly seed: number;
  /** Environment steps that the training may take. */
  readonly budget: number;
}

/** A trial without an end so far. */
export interface RunningTrial extends TrialStart {
  /** Tells it from finished ones. */
  readonly state: 'running';
}

/** A trial with a score. */
export interface CompleteTrial extends TrialStart {
  /** Tells it from others. */
  readonly state: 'complete';
  /** Mean undiscounted return of greedy episodes on the study's validation seeds. */
  readonly score: number;
  /** How its training went. */
  readonly training: TrainingSummary;
  /** Wall time of training and evaluation; differs from run to run, unlike everything else here. */
  readonly seconds: number;
}

/** A trial without a result: its training diverged, or its thread ended twice. */
export interface FailedTrial extends TrialStart {
  /** Tells it from others. */
  readonly state: 'failed';
  /** Why, in one line. */
  readonly error: string;
  /** Wall time until then. */
  readonly seconds: number;
}

/** A trial that has ended. */
export type FinishedTrial = CompleteTrial | FailedTrial;
/** One evaluation of one sample. */
export type Trial = RunningTrial | FinishedTrial;

/** How a training went. */
export interface TrainingSummary {
  /** Environment steps that it took, counted over all environments. */
  readonly steps: number;
  /** Complete ones. */
  readonly episodes: number;
  /** Of the Q-network. */
  readonly updates: number;
  /** The step at which the average over 100 episodes first reached the reward threshold; undefined if never. */
  readonly solvedAt: number | undefined;
  /** The learning curve: at most a point per percent of the steps. */
  readonly curve: readonly CurvePoint[];
}

/**
 * An architecture (with its hyperparameters, where the space decides some) that a search puts forward, as its ranking
 * has it.
 */
export interface Candidate {
  /** Of the study's space. */
  readonly sample: Sample;
  /** As `TrialStart.name`: candidates are the same where their names are. */
  readonly name: string;
  /** As `parseArchitecture` reads it. */
  readonly architecture: string;
  /** Of the Q-network. */
  readonly parameterCount: number;
  /** Of the search: what the ranking goes by. Higher is better. */
  readonly score: number;
  /** The number of the trial that it comes from. */
  readonly trial: number;
}

/** What a complete trial's place in the ranking depends on. */
export type TrialRank = Pick<CompleteTrial, 'number' | 'budget' | 'score' | 'parameterCount'>;

/**
 * Negative where trial `a` ranks before `b`: the one with the larger budget, since a lucky score after a short
 * training says less; then the one with the higher score, the smaller network, the lower number.
 */
export function compareTrials(a: TrialRank, b: TrialRank): number {
  return (
    b.budget - a.budget || b.score - a.score || a.parameterCount - b.parameterCount || a.number - b.number
  );
}

/**
 * A phase's complete trials that stand for a candidate each, best first: of several trials of the same the
 * one that ranks first.
 */
export function rankArchitectures(trials: readonly Trial[], phase: TrialPhase): readonly CompleteTrial[] {
  const ranked = trials
    .filter((trial) => trial.phase === phase)
    .filter((trial) => trial.state === 'complete')
    .sort(compareTrials);
  const seen = new Set<string>();
  return ranked.filter(({ name }) => {
    const isFirst = !seen.has(name);
    seen.add(name);
    return isFirst;
  });
}

/** The ranking of a phase that trains one architecture after another. */
export function rankCandidates(trials: readonly Trial[], phase: TrialPhase): readonly Candidate[] {
  return rankArchitectures(trials, phase).map(
    ({ sample, name, architecture, parameterCount, score, number }) => ({
      sample,
      name,
      architecture,
      parameterCount,
      score,
      trial: number,
    }),
  );
}
