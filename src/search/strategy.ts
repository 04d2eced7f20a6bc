/**
 * The contract of strategies: ask for samples, tell their outcomes. What a strategy proposes must not depend on
 * which trial finishes first. So outcomes are told in the order of trial numbers, and the proposal of a trial is
 * the same whether outcomes that it doesn't need have been told yet or not; a strategy that needs an outcome
 * before it can go on says `wait`.
 */
import type { Sample } from './space.ts';

/** What to evaluate next. */
export interface Proposal {
  /** Of the strategy's space. */
  readonly sample: Sample;
  /**
   * Parameters to begin the training from: one entry per linear layer of the sample's Q-network, input to output
   * (weights `[out][in]`, then biases), undefined where the layer starts fresh. Absent: all fresh. Not to be
   * written to.
   */
  readonly initialLayers?: readonly (Float32Array | undefined)[];
  /** Environment steps of this training, the whole of its schedules; absent: as many as a trial has by default. */
  readonly steps?: number;
}

/** Trials that train equally long. */
export interface Rung {
  /** How many there are. */
  readonly trials: number;
  /** Environment steps of the training of each. */
  readonly steps: number;
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

/**
 * Proposes samples and hears how they did. What it proposes doesn't depend on which trial finishes first: outcomes are
 * told in the order of trial numbers, and the proposal of a trial is the same whether outcomes that it doesn't need have
 * been told yet or not.
 */
export interface Strategy {
  /** As in its settings. */
  readonly name: string;
  /** How many trials the search will have in all. */
  readonly trialCount: number;
  /** Trials per iteration (1 where there is no such thing): the horizontal unit of the controller plot. */
  readonly iterationSize: number;
  /** Where trainings differ in length: how many trials have which, in the order of trial numbers. */
  readonly rungs?: readonly Rung[];
  /**
   * The proposal of trial `number`, `wait` while outcomes of earlier trials are missing, or `done` from
   * `trialCount` on.
   * @throws RangeError unless numbers come as 0, 1, 2, …; one that was answered `wait` comes again.
   */
  ask(number: number): Proposal | 'wait' | 'done';
  /**
   * The outcome of trial `number`; called once for every trial asked for.
   * @throws RangeError unless numbers come as 0, 1, 2, …, each after its ask.
   */
  tell(number: number, outcome: Outcome): void;
  /** Probability right now of every choice per decision, given that it counts; where the strategy has a policy. */
  policy?(): readonly (readonly number[])[];
}
