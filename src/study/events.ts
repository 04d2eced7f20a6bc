/** What happens in a study, as it happens. */
import type { OneShotProgress } from '../search/enas/shared-training.ts';
import type { CheckpointEvent, TrialProgress } from './executor.ts';
import type { Racer, Run } from './racing.ts';
import type { PolicySnapshot } from './storage.ts';
import type { Candidate, FinishedTrial, RunningTrial, TrainingSummary, TrialPhase } from './trial.ts';
import type { LeftOut, Verdict } from './verdict.ts';

/** Something that happens in a study, told by its `kind`. Later versions may have more kinds. */
export type StudyEvent =
  | CheckpointEvent
  | {
      /** A trial begins. */
      readonly kind: 'trial-started';
      /** What is known of it so far. */
      readonly trial: RunningTrial;
    }
  | {
      /** A trial's training has come further: many times a second. */
      readonly kind: 'trial-progress';
      /** The trial's. */
      readonly number: number;
      /** How far it is. */
      readonly progress: TrialProgress;
    }
  | {
      /** A trial is trained and scored. It ends once those of smaller numbers have. */
      readonly kind: 'trial-trained';
      /** The trial's. */
      readonly number: number;
      /** What its score will be; undefined where it failed. */
      readonly score: number | undefined;
      /** How the training went; undefined where it failed. */
      readonly training: TrainingSummary | undefined;
    }
  | {
      /** The shared training of a one-shot search has come further. */
      readonly kind: 'one-shot-progress';
      /** How far it is. */
      readonly progress: OneShotProgress;
    }
  | {
      /** A trial ended: told in order of trial numbers. */
      readonly kind: 'trial-finished';
      /** All that is known of it. */
      readonly trial: FinishedTrial;
    }
  | {
      /** The strategy has a new policy. */
      readonly kind: 'policy';
      /** The policy. */
      readonly snapshot: PolicySnapshot;
    }
  | {
      /** The search is over, and random search begins, the control. */
      readonly kind: 'control-started';
      /** As much as the search took, in multiply-adds. */
      readonly work: number;
    }
  | {
      /** A trial of a phase that has a budget ended. */
      readonly kind: 'budget-progress';
      /** Whose budget it is. */
      readonly phase: TrialPhase;
      /** Of the budget's work that is done, 0 to 1. */
      readonly share: number;
    }
  | {
      /** The finalists are known; their retraining begins. */
      readonly kind: 'verification-started';
      /** Of the search, best first. */
      readonly finalists: readonly Candidate[];
      /** The control's; undefined without one. */
      readonly control: readonly Candidate[] | undefined;
      /** Undefined where no architecture was too large. */
      readonly leftOut: LeftOut | undefined;
    }
  | {
      /** A finalist's training has come further. */
      readonly kind: 'run-progress';
      /** The candidate's. */
      readonly name: string;
      /** 1, 2, … */
      readonly round: number;
      /** How far it is. */
      readonly progress: TrialProgress;
    }
  | {
      /** A finalist's run ended: told as they end, whichever of a round is first. */
      readonly kind: 'run-finished';
      /** The candidate's. */
      readonly name: string;
      /** 1, 2, … */
      readonly round: number;
      /** How it went. */
      readonly run: Run;
    }
  | {
      /** A finalist dropped out while it trained once more: nothing comes of that training. */
      readonly kind: 'run-stopped';
      /** The candidate's. */
      readonly name: string;
      /** 1, 2, … */
      readonly round: number;
    }
  | {
      /** A finalist is clearly behind, and takes no further part. */
      readonly kind: 'finalist-dropped';
      /** The finalist with its runs. */
      readonly racer: Racer;
      /** Of which phase it is a finalist. */
      readonly phase: TrialPhase;
    }
  | {
      /** The last event of a study that has one. */
      readonly kind: 'verdict';
      /** What the runs say. */
      readonly verdict: Verdict;
    };
