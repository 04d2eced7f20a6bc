/** Candidates and runs as tests need them: made up, nothing is trained. */
import type { TrainingProgress } from '../src/agents/train.ts';
import { RandomStream } from '../src/random/random-stream.ts';
import type { CompleteRun, FailedRun, Racer, Run } from '../src/study/racing.ts';
import type { Candidate } from '../src/study/trial.ts';
import { createVerdict, type Evidence, type Verdict } from '../src/study/verdict.ts';

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

/** A finalist with a run per score. */
export function racerOf(
  architecture: string,
  parameterCount: number,
  scores: readonly (number | undefined)[],
  droppedAfter?: number,
): Racer {
  return { candidate: candidate(architecture, parameterCount), runs: runsOf(scores), droppedAfter };
}

/** What these finalists come to, without a control unless `more` has one. */
export function judge(finalists: readonly Racer[], more: Partial<Evidence> = {}): Verdict {
  return createVerdict({
    finalists,
    leftOut: undefined,
    control: undefined,
    ranking: finalists.map((finalist) => finalist.candidate),
    trials: [],
    threshold: 200,
    random: new RandomStream(1),
    ...more,
  });
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
