/**
 * The contract of strategies: ask for samples, tell their outcomes. Results must not depend on which trial
 * finishes first, so outcomes are told in the order of trial numbers, and a strategy that needs earlier
 * outcomes before it can go on says `wait`.
 */
import type { Sample } from './space.ts';

/** What to evaluate next. */
export interface Proposal {
  readonly sample: Sample;
  /** Parameters to begin the training from (flat order of the sample's architecture); fresh ones if absent. */
  readonly initialParameters?: Float32Array;
}

/** How an evaluation went. */
export interface Outcome {
  /** Mean undiscounted return of greedy episodes on validation seeds; −Infinity for a trial that failed. */
  readonly score: number;
  /** Whether the training average reached the environment's reward threshold. */
  readonly solved: boolean;
  /** The trained parameters, flat; absent where the trial failed. */
  readonly parameters?: Float32Array;
}

export interface Strategy {
  readonly name: string;
  /**
   * The proposal of trial `number` (0, 1, 2, … in order), `wait` while outcomes of earlier trials are
   * missing, or `done` when the search is over.
   */
  ask(number: number): Proposal | 'wait' | 'done';
  /** The outcome of trial `number`; called once for every trial asked for, in order of number. */
  tell(number: number, outcome: Outcome): void;
  /** How many trials the search will have in all. */
  readonly trialCount: number;
  /** Trials per iteration (1 where there is no such thing): the horizontal unit of the controller plot. */
  readonly iterationSize: number;
  /** Probability of every choice per decision right now, where the strategy has a policy. */
  policy?(): readonly (readonly number[])[];
}
