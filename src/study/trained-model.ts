/** The model that a finished job leaves behind. */
import { parseArchitecture } from '../networks/architecture.ts';
import type { Model } from '../networks/model.ts';
import type { CompleteResult, TrialJob } from './executor.ts';

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
