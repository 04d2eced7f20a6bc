/** What is seen of a study only while it runs: no part of its record, and gone when that has what came of it. */
import type { CurvePoint } from '../agents/train.ts';

/** A training of a study: a trial's, a finalist's in a round of the race, or the one of a one-shot search. */
export type TrainingKey =
  | { readonly kind: 'trial'; readonly number: number }
  | { readonly kind: 'retraining'; readonly round: number; readonly name: string }
  | { readonly kind: 'shared' };

/** How far a training is. */
export interface LiveTraining {
  readonly key: TrainingKey;
  /** Environment steps so far; two states of a training with equal ones are the same. */
  readonly step: number;
  readonly totalSteps: number;
  readonly episodes: number;
  /** Mean return of the last 100 complete episodes; undefined before the first. */
  readonly averageReturn: number | undefined;
  /** Of a shared training: since the process began that runs it. */
  readonly curve: readonly CurvePoint[];
  /** Of one that has ended: a trial waits for those before it, a retraining for the verdict. */
  readonly score: number | undefined;
}

/** How far a whole study is. */
export interface StudyStanding {
  /** Of its work, from 0 to 1. */
  readonly share: number;
  /** At the rate so far; undefined while there is none. */
  readonly secondsLeft: number | undefined;
}

/** The same for the same training of a study, and no other. */
export function trainingId(key: TrainingKey): string {
  switch (key.kind) {
    case 'trial':
      return `trial ${key.number}`;
    case 'retraining':
      return `retraining ${key.round} ${key.name}`;
    case 'shared':
      return key.kind;
    default:
      return key satisfies never;
  }
}
