/** Candidates and runs as tests need them: made up, nothing is trained. */
import type { TrainingProgress } from '../src/agents/train.ts';
import type { CompleteRun, FailedRun, Run } from '../src/study/racing.ts';
import type { Candidate } from '../src/study/trial.ts';

export function candidate(architecture: string, parameterCount: number, score = 0): Candidate {
  return { sample: [0], name: architecture, architecture, parameterCount, score, trial: 0 };
}

/** @param returns of mean `score`. */
export function completeRun(seed: number, score: number, returns: readonly number[] = [score]): CompleteRun {
  const training = { steps: 8, episodes: 1, updates: 4, solvedAt: undefined, curve: [] };
  return { state: 'complete', seed, score, returns, training, seconds: 1 };
}

export function failedRun(seed: number): FailedRun {
  return { state: 'failed', seed, error: 'training diverged: the loss is NaN', seconds: 1 };
}

/** A run per score; undefined stands for one that failed. */
export function runsOf(scores: readonly (number | undefined)[]): Run[] {
  return scores.map((score, i) => (score === undefined ? failedRun(i + 1) : completeRun(i + 1, score)));
}

/** How far a training of 1,000 steps is. */
export const progressAt = (step: number): TrainingProgress => ({
  step,
  totalSteps: 1000,
  episodes: step / 100,
  updates: step / 2,
  averageReturn: step === 0 ? undefined : -step,
  epsilon: 0.5,
  learningRate: 0.25,
  solvedAt: undefined,
});
