/**
 * Runs a one-shot search (src/search/enas/one-shot.ts) in the thread it is called in and records what it scores as
 * trials: the architectures that the controller samples in phase `search`, those it is judged by in phase `final`.
 */
import { setImmediate } from 'node:timers/promises';
import type { OneShotEvent, OneShotProgress, OneShotSearch, Score } from '../search/enas/one-shot.ts';
import type { FinishedTrial, TrialPhase, TrialStart } from './trial.ts';

export interface OneShotSteps {
  /** Records a trial and everything that hangs on it. */
  readonly record: (trial: FinishedTrial) => Promise<void>;
  /** After iteration 1, 2, … of the controller. */
  readonly onIteration: (iteration: number) => Promise<void>;
  readonly onProgress: (progress: OneShotProgress) => void;
  /** What a scored network is as a trial, but for its number and phase. */
  readonly describe: (score: Score) => Omit<TrialStart, 'number' | 'phase'>;
}

/** Milliseconds of work between two looks at the signal. */
const sliceMilliseconds = 20;

const phases = { sampled: 'search', candidate: 'final' } as const satisfies Record<string, TrialPhase>;

function createTrial(start: TrialStart, { network, score }: Score, seconds: number): FinishedTrial {
  const { failure, steps, episodes, updates } = network;
  if (failure !== undefined) return { ...start, state: 'failed', error: failure, seconds };
  const training = { steps, episodes, updates, solvedAt: undefined, curve: [] };
  return { ...start, state: 'complete', score, training, seconds };
}

/** Runs it to its end. @throws the signal's reason once it aborts, or the first error of a step. */
export async function runOneShot(
  search: OneShotSearch,
  { record, onIteration, onProgress, describe }: OneShotSteps,
  signal: AbortSignal,
): Promise<void> {
  let trials = 0;
  let begun = performance.now();
  const take = async (event: OneShotEvent): Promise<void> => {
    if (event.kind === 'iteration') await onIteration(event.iteration);
    if (event.kind !== 'sampled' && event.kind !== 'candidate') return;
    const start = { ...describe(event.scored), number: trials++, phase: phases[event.kind] };
    await record(createTrial(start, event.scored, (performance.now() - begun) / 1000));
  };
  while (!search.finished) {
    signal.throwIfAborted();
    const end = performance.now() + sliceMilliseconds;
    do {
      begun = performance.now();
      const event = search.advance();
      if (event) await take(event);
    } while (!search.finished && performance.now() < end);
    onProgress(search.progress);
    await setImmediate();
  }
}
