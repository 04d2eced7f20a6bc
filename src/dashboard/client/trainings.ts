/** Trainings that run, as the page needs them. */
import type { CurvePoint, StudyMessage, TrainingView } from '../protocol.ts';

/** What is known after a message. */
export function mergeTrainings(
  before: readonly TrainingView[],
  { trainings, hidden }: Pick<StudyMessage, 'trainings' | 'hidden'>,
): readonly TrainingView[] {
  if (trainings.length === 0 && hidden.length === 0) return before;
  const byId = new Map(before.map((training) => [training.id, training]));
  for (const training of trainings) byId.set(training.id, training);
  for (const id of hidden) byId.delete(id);
  return [...byId.values()];
}

/** Those of trials, by number. */
export function trainingsOfTrials(trainings: readonly TrainingView[]): ReadonlyMap<number, TrainingView> {
  return new Map(
    trainings.flatMap((training) => (training.key.kind === 'trial' ? [[training.key.number, training]] : [])),
  );
}

/** The learning curve so far, with a last point where the training stands. */
export function pointsSoFar({ points, step, episodes, averageReturn }: TrainingView): readonly CurvePoint[] {
  const last = points.at(-1);
  if (averageReturn === undefined || (last !== undefined && last.step >= step)) return points;
  return [...points, { step, episodes, averageReturn }];
}

/** `42 %` of its steps. */
export const shareDone = ({ step, totalSteps }: TrainingView): string =>
  `${Math.floor((100 * step) / totalSteps)} %`;

/** A finalist, and its trainings by round. */
export interface RaceRow {
  readonly name: string;
  readonly rounds: ReadonlyMap<number, TrainingView>;
}

const collator = new Intl.Collator('en', { numeric: true });

/** Retrainings, a row per finalist in order of name. */
export function raceRows(trainings: readonly TrainingView[]): readonly RaceRow[] {
  const rows = new Map<string, Map<number, TrainingView>>();
  for (const training of trainings) {
    const { key } = training;
    if (key.kind !== 'retraining') continue;
    const rounds = rows.get(key.name) ?? new Map<number, TrainingView>();
    rounds.set(key.round, training);
    rows.set(key.name, rounds);
  }
  return [...rows]
    .map(([name, rounds]) => ({ name, rounds }))
    .sort((a, b) => collator.compare(a.name, b.name));
}
