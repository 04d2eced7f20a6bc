/**
 * What a one-shot search scores, as trials: the architectures that the controller samples in phase `search`, those it
 * is judged by in phase `final`.
 */
import type { OneShotListener, Score } from '../search/enas/one-shot.ts';
import type { OneShotProgress } from '../search/enas/shared-training.ts';
import { mean } from '../statistics/sample.ts';
import type { FinishedTrial, TrialPhase, TrialStart } from './trial.ts';

export interface OneShotRecorder {
  /** Records a trial and everything that hangs on it. */
  readonly record: (trial: FinishedTrial) => Promise<void>;
  /** After iteration 1, 2, … of the controller. */
  readonly onIteration: (iteration: number) => Promise<void>;
  /** What a scored network is as a trial, but for its number and phase. */
  readonly describe: (score: Score) => Omit<TrialStart, 'number' | 'phase'>;
}

function createTrial(start: TrialStart, scored: Score, seconds: number): FinishedTrial {
  const { failure, score, steps, episodes, updates } = scored;
  if (failure !== undefined) return { ...start, state: 'failed', error: failure, seconds };
  const training = { steps, episodes, updates, solvedAt: undefined, curve: [] };
  return { ...start, state: 'complete', score, training, seconds };
}

/** A listener that records every score as a trial, in order. Its seconds are those since the one before. */
export function recordScores({ record, onIteration, describe }: OneShotRecorder): OneShotListener {
  let trials = 0;
  let begun = performance.now();
  const take = (phase: TrialPhase) => async (score: Score) => {
    const start = { ...describe(score), number: trials++, phase };
    const now = performance.now();
    await record(createTrial(start, score, (now - begun) / 1000));
    begun = now;
  };
  return { onSampled: take('search'), onCandidate: take('final'), onIteration };
}

/**
 * How far several replicas are, as one: sums, and means of what isn't counted.
 * @param replicas of at least one. @param count how many there will be; those not heard of yet have done nothing.
 */
export function combineProgress(replicas: readonly OneShotProgress[], count: number): OneShotProgress {
  const sum = (of: 'step' | 'episodes' | 'updates') => replicas.reduce((total, one) => total + one[of], 0);
  const returns = replicas.flatMap(({ averageReturn }) => averageReturn ?? []);
  const [{ totalSteps, epsilon, learningRate }] = replicas;
  return {
    step: sum('step'),
    totalSteps: totalSteps * count,
    episodes: sum('episodes'),
    updates: sum('updates'),
    averageReturn: returns.length === 0 ? undefined : mean(returns),
    epsilon,
    learningRate,
  };
}
