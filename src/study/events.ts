/** What happens in a study, as it happens. */
import type { TrainingProgress } from '../agents/train.ts';
import type { OneShotProgress } from '../search/enas/shared-training.ts';
import type { CheckpointEvent } from './executor.ts';
import type { Racer, Run } from './racing.ts';
import type { PolicySnapshot } from './storage.ts';
import type { Candidate, FinishedTrial, RunningTrial, TrialPhase } from './trial.ts';
import type { LeftOut, Verdict } from './verdict.ts';

export type StudyEvent =
  | CheckpointEvent
  | { readonly kind: 'trial-started'; readonly trial: RunningTrial }
  | { readonly kind: 'trial-progress'; readonly number: number; readonly progress: TrainingProgress }
  /** Of a one-shot search. */
  | { readonly kind: 'one-shot-progress'; readonly progress: OneShotProgress }
  /** In order of trial numbers. */
  | { readonly kind: 'trial-finished'; readonly trial: FinishedTrial }
  | { readonly kind: 'policy'; readonly snapshot: PolicySnapshot }
  /** The search is over; random search has as much work as it took. */
  | { readonly kind: 'control-started'; readonly work: number }
  /** After every trial of a phase that has a budget. @param share of its work that is done, 0 to 1. */
  | { readonly kind: 'budget-progress'; readonly phase: TrialPhase; readonly share: number }
  | {
      readonly kind: 'verification-started';
      readonly finalists: readonly Candidate[];
      /** The control's; undefined without one. */
      readonly control: readonly Candidate[] | undefined;
      readonly leftOut: LeftOut | undefined;
    }
  | {
      readonly kind: 'run-progress';
      /** The candidate's. */
      readonly name: string;
      /** 1, 2, … */
      readonly round: number;
      readonly progress: TrainingProgress;
    }
  /** Whichever of a round ends first. */
  | {
      readonly kind: 'run-finished';
      /** The candidate's. */
      readonly name: string;
      readonly round: number;
      readonly run: Run;
    }
  | { readonly kind: 'finalist-dropped'; readonly racer: Racer; readonly phase: TrialPhase }
  | { readonly kind: 'verdict'; readonly verdict: Verdict };
