/** Trials as the page has them. */
import type { TrialTuple } from '../protocol.ts';

export interface TrialRow {
  readonly number: number;
  readonly phase: TrialTuple[1];
  /** `stopped`: it ran when the study's process ended. */
  readonly state: TrialTuple[2] | 'stopped';
  /** The sample in words. */
  readonly name: string;
  readonly parameterCount: number;
  readonly seed: number;
  readonly budget: number;
  /** This and what follows up to `solvedAt`: of complete trials. */
  readonly score: number | undefined;
  readonly steps: number | undefined;
  readonly episodes: number | undefined;
  readonly updates: number | undefined;
  readonly solvedAt: number | undefined;
  /** Of finished trials. */
  readonly seconds: number | undefined;
  /** Of failed ones. */
  readonly error: string | undefined;
}

export const hasEnded = ({ state }: TrialRow): boolean => state === 'complete' || state === 'failed';

export function readTrial(tuple: TrialTuple): TrialRow {
  const [number, phase, state, name, parameterCount, seed, budget, ...outcome] = tuple;
  const [score, steps, episodes, updates, solvedAt, milliseconds, error] = outcome;
  return {
    number,
    phase,
    state,
    name,
    parameterCount,
    seed,
    budget,
    score: score ?? undefined,
    steps: steps ?? undefined,
    episodes: episodes ?? undefined,
    updates: updates ?? undefined,
    solvedAt: solvedAt ?? undefined,
    seconds: milliseconds === null ? undefined : milliseconds / 1000,
    error: error ?? undefined,
  };
}
