/**
 * The verdict of a study. Scores of a search are noisy and the best of many is too good to be true, so the winner is
 * trained once more, from scratch, on a fresh seed, for the full number of steps, and plays test episodes that
 * neither training nor selection has seen.
 *
 * The winner is the first of `rankArchitectures`: the architecture of the trial with the highest validation score.
 */
import { parseArchitecture } from '../networks/architecture.ts';
import type { Model } from '../networks/model.ts';
import type { CompleteResult, TrialJob, TrialResult } from './executor.ts';
import type { CompleteTrial, TrainingSummary } from './trial.ts';

interface Verified {
  readonly architecture: string;
  readonly parameterCount: number;
  /** The trial that won, and its validation score. */
  readonly trial: number;
  readonly trialScore: number;
  /** Of the retraining. */
  readonly seed: number;
  /** Wall time of retraining and evaluation. */
  readonly seconds: number;
}

export interface CompleteVerdict extends Verified {
  readonly state: 'complete';
  readonly training: TrainingSummary;
  /** Mean undiscounted return of the test episodes. */
  readonly score: number;
  /** One return per test episode. */
  readonly returns: readonly number[];
}

export interface FailedVerdict extends Verified {
  readonly state: 'failed';
  readonly error: string;
}

export type Verdict = CompleteVerdict | FailedVerdict;

/** Mean of returns, in their order. */
export function meanReturn(returns: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < returns.length; i++) sum += returns[i];
  return sum / returns.length;
}

/** What became of the retraining of a winner. */
export function createVerdict(winner: CompleteTrial, job: TrialJob, result: TrialResult): Verdict {
  const { architecture, parameterCount, number, score } = winner;
  const { seconds } = result;
  const verified = {
    architecture,
    parameterCount,
    trial: number,
    trialScore: score,
    seed: job.seed,
    seconds,
  };
  if (result.state === 'failed') return { ...verified, state: 'failed', error: result.error };
  const { returns, training } = result;
  return { ...verified, state: 'complete', training, score: meanReturn(returns), returns: [...returns] };
}

/** The model of a finished job. @param scores what was measured on it. */
export function createModel(
  job: TrialJob,
  result: CompleteResult,
  inputs: number,
  outputs: number,
  scores: Readonly<Record<string, number>>,
): Model {
  const { steps, episodes, updates, solvedAt } = result.training;
  return {
    architecture: parseArchitecture(job.architecture),
    inputs,
    outputs,
    parameters: result.parameters,
    metadata: {
      environment: job.environment,
      hyperparameters: { ...job.hyperparameters, totalTimesteps: job.totalSteps },
      seed: job.seed,
      training: { steps, episodes, updates },
      scores: { ...scores, ...(solvedAt !== undefined && { solvedAtStep: solvedAt }) },
    },
  };
}
