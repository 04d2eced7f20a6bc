/** The port of readers: what a study is and what becomes of it, for whoever looks on while any process runs it. */
import type { CurvePoint } from '../agents/train.ts';
import type { LiveTraining, StudyStanding, TrainingKey } from './live-training.ts';
import type { Artifact, PolicySnapshot, StudyRecord, StudyState } from './storage.ts';
import type { CompleteTrial, FailedTrial, RunningTrial, TrainingSummary } from './trial.ts';
import type { Verdict } from './verdict.ts';

/** A trial without its learning curve. */
export type TrialRecord =
  | RunningTrial
  | FailedTrial
  | (Omit<CompleteTrial, 'training'> & { readonly training: Omit<TrainingSummary, 'curve'> });

/** What a study is in few words. */
export interface StudyCounts {
  /** Of the search, not of its control; running ones included. */
  readonly trials: number;
  readonly finished: number;
  /** The best score of a complete one, if there is any. */
  readonly bestScore: number | undefined;
}

/** What has changed since the last look. */
export interface StudyChanges {
  /** Whether this is everything there is, and what was read before counts no more. */
  readonly whole: boolean;
  readonly state: StudyState;
  /** New ones and those that have ended, in order of number. */
  readonly trials: readonly TrialRecord[];
  /** Numbers of running trials that were forgotten. */
  readonly removed: readonly number[];
  /** New ones, in order of iteration. */
  readonly policies: readonly PolicySnapshot[];
  /** All there are, in order of path. */
  readonly artifacts: readonly Artifact[];
  readonly verdict: Verdict | undefined;
  /** Those that have begun or gone on. */
  readonly trainings: readonly LiveTraining[];
  /** Those of before that are no longer to be seen. */
  readonly hidden: readonly TrainingKey[];
  readonly standing: StudyStanding | undefined;
}

/** Looks at a study and never changes it. */
export interface StudyReader {
  /** As it was when the study was opened: its state may be another by now. */
  readonly record: StudyRecord;
  /** The first look sees everything; later ones read little more than what is new. @returns undefined where nothing is. */
  look(): Promise<StudyChanges | undefined>;
  counts(): Promise<StudyCounts>;
  /** The verdict's winner, if the study got that far. */
  winner(): Promise<Verdict['winner']>;
  /** The learning curve of a trial: empty while it runs, and where there is no such trial. */
  curve(trial: number): Promise<readonly CurvePoint[]>;
  close(): Promise<void>;
}
