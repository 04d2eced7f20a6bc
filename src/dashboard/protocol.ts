/**
 * What server and page say to one another: plain JSON, in server-sent events (`studies`: a StudyList; `study`: a
 * StudyMessage; `gone`: the study's folder is no longer there; `failure`: why a study can't be read) and in answers.
 * What is undefined is left out.
 */
import type { StudyStanding, TrainingKey } from '../study/live-training.ts';
import type { ActualState, PolicySnapshot } from '../study/storage.ts';
import type { TrainingSummary, TrialPhase } from '../study/trial.ts';
import type { Comparison, Fidelity, RunSummary, Winner } from '../study/verdict.ts';

/** A point of a learning curve. */
export type CurvePoint = TrainingSummary['curve'][number];

/** A study of the folder, in a line. */
export interface StudyListItem {
  /** The name of its folder. */
  readonly id: string;
  readonly state: ActualState;
  /** Goes on with it; undefined where it runs or is complete. */
  readonly resume: string | undefined;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** When its record last changed: milliseconds since 1970. */
  readonly changedAt: number;
  readonly environment: string;
  readonly strategy: string;
  readonly space: string;
  readonly seed: number;
  /** Finished trials of the search, and how many it will have; undefined where a budget ends it. */
  readonly finished: number;
  readonly planned: number | undefined;
  readonly bestScore: number | undefined;
  readonly winner: Winner | undefined;
  readonly threshold: number | undefined;
}

/** A folder that looks like a study's and can't be read. */
export interface UnreadableStudy {
  readonly id: string;
  readonly error: string;
}

export interface StudyList {
  readonly folder: string;
  /** Newest first; those that can't be read last. */
  readonly studies: readonly (StudyListItem | UnreadableStudy)[];
}

/** What a study's configuration says, and what follows from it. */
export interface StudyHead {
  readonly id: string;
  readonly createdAt: string;
  readonly environment: { readonly id: string; readonly options: Readonly<Record<string, unknown>> };
  readonly space: string;
  readonly strategy: string;
  readonly seed: number;
  /** Trials of the search; undefined where a budget ends it. */
  readonly planned: number | undefined;
  /** Trials per iteration. */
  readonly iterationSize: number;
  /** The score that counts as solved, if there is one. */
  readonly threshold: number | undefined;
  readonly decisions: readonly { readonly name: string; readonly choices: readonly (number | string)[] }[];
  readonly versions: { readonly touchdown: string; readonly node: string; readonly kernels: string };
}

/** A trial, without names of its parts: there may be ten thousand of them in a message. */
export type TrialTuple = readonly [
  number: number,
  phase: TrialPhase,
  state: 'running' | 'complete' | 'failed',
  /** The sample in words. */
  name: string,
  parameterCount: number,
  seed: number,
  budget: number,
  /** This and what follows up to `solvedAt`: of complete trials. */
  score: number | null,
  steps: number | null,
  episodes: number | null,
  updates: number | null,
  solvedAt: number | null,
  /** Of finished trials, in milliseconds. */
  milliseconds: number | null,
  /** Of failed ones. */
  error: string | null,
];

/** A model file of the study. */
export interface ModelRow {
  /** Under `api/studies/ID/models/`. */
  readonly file: string;
  /** The trial it comes from; undefined for the winner's. */
  readonly trial: number | undefined;
}

export interface FinalistRow {
  readonly name: string;
  readonly parameterCount: number;
  readonly searchScore: number;
  readonly trial: number;
  /** In a word or two. */
  readonly standing: string;
  readonly summary: RunSummary | undefined;
}

export interface VerdictView {
  readonly winner: Winner | undefined;
  readonly finalists: readonly FinalistRow[];
  readonly leftOut: { readonly count: number; readonly name: string; readonly score: number } | undefined;
  readonly control:
    | {
        readonly trials: number;
        readonly winner: Winner | undefined;
        readonly finalists: readonly FinalistRow[];
        readonly comparison: Comparison | undefined;
        /** Whether its winner is the search's. */
        readonly foundTheSame: boolean;
      }
    | undefined;
  readonly fidelity: Fidelity | undefined;
  /** Of the winner's retrainings that completed. */
  readonly curves: readonly { readonly seed: number; readonly points: readonly CurvePoint[] }[];
}

/** A training that runs, or that has ended and waits: a trial's for those before it, a finalist's for the verdict. */
export interface TrainingView {
  /** The same in every message. */
  readonly id: string;
  readonly key: TrainingKey;
  readonly step: number;
  readonly totalSteps: number;
  readonly episodes: number;
  readonly averageReturn: number | undefined;
  /** So far. */
  readonly points: readonly CurvePoint[];
  /** Of one that has ended. */
  readonly score: number | undefined;
}

/** The first message has everything (`whole`), the next ones what is new. */
export interface StudyMessage {
  readonly whole: boolean;
  readonly head: StudyHead;
  readonly state: ActualState;
  /** The command that goes on with it; undefined where it runs or is complete. */
  readonly resume: string | undefined;
  readonly changedAt: number;
  /** New ones, and those that have changed. */
  readonly trials: readonly TrialTuple[];
  readonly removed: readonly number[];
  readonly policies: readonly PolicySnapshot[];
  /** All there are. */
  readonly models: readonly ModelRow[];
  readonly verdict: VerdictView | undefined;
  /** New ones, and those that have gone on. */
  readonly trainings: readonly TrainingView[];
  /** The `id`s of trainings that are no longer to be seen. */
  readonly hidden: readonly string[];
  readonly standing: StudyStanding | undefined;
}
