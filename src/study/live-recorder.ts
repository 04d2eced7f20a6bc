/**
 * Tells a study's storage how far its trainings are, as events say, and when there is no more to see of them. About once
 * a second for each, so that it takes far less than a percent of the time; nothing depends on it.
 */
import type { CurvePoint } from '../agents/train.ts';
import type { OneShotProgress } from '../search/enas/shared-training.ts';
import type { StudyEvent } from './events.ts';
import { type LiveTraining, type TrainingKey, trainingId } from './live-training.ts';
import type { Storage } from './storage.ts';
import type { TrainingSummary } from './trial.ts';

/** Milliseconds between two states of a training, at least. */
const interval = 1000;

/** Points that the curve of a shared training has, at most. */
const sharedPoints = 100;

const sharedKey = { kind: 'shared' } as const satisfies TrainingKey;

interface Shown {
  readonly curve: readonly CurvePoint[];
  /** When the storage was last told. */
  readonly told: number;
}

const retrainingKey = ({ round, name }: { readonly round: number; readonly name: string }): TrainingKey => ({
  kind: 'retraining',
  round,
  name,
});

/** @param added follow the points before, and replace those of a training that began anew. */
function extendCurve(
  before: readonly CurvePoint[],
  added: readonly CurvePoint[],
  step: number,
): readonly CurvePoint[] {
  const from = added.at(0)?.step ?? Number.POSITIVE_INFINITY;
  return [...before.filter((point) => point.step <= step && point.step < from), ...added];
}

/** A point of a shared training where one is due. */
function sharedPoint(
  before: readonly CurvePoint[],
  { step, totalSteps, episodes, averageReturn }: OneShotProgress,
): readonly CurvePoint[] {
  const place = (at: number) => Math.floor((at * sharedPoints) / totalSteps);
  const isDue = place(step) > place(before.at(-1)?.step ?? -1);
  return averageReturn !== undefined && isDue ? [{ step, episodes, averageReturn }] : [];
}

export class LiveRecorder {
  readonly #storage: Pick<Storage, 'showTraining' | 'hideTraining'>;
  readonly #now: () => number;
  readonly #shown = new Map<string, Shown>();

  /** @param now clock in milliseconds. */
  constructor(
    storage: Pick<Storage, 'showTraining' | 'hideTraining'>,
    now: () => number = () => performance.now(),
  ) {
    this.#storage = storage;
    this.#now = now;
  }

  onEvent(event: StudyEvent): void {
    switch (event.kind) {
      case 'trial-progress':
        this.#report({ kind: 'trial', number: event.number }, event.progress, event.progress.newPoints);
        return;
      case 'run-progress':
        this.#report(retrainingKey(event), event.progress, event.progress.newPoints);
        return;
      case 'one-shot-progress': {
        const before = this.#shown.get(trainingId(sharedKey))?.curve ?? [];
        this.#report(sharedKey, event.progress, sharedPoint(before, event.progress));
        return;
      }
      case 'trial-trained':
        this.#finishTrial({ kind: 'trial', number: event.number }, event.training, event.score);
        return;
      case 'trial-finished':
        this.#hide({ kind: 'trial', number: event.trial.number });
        return;
      case 'run-finished':
        if (event.run.state === 'failed') this.#hide(retrainingKey(event));
        else this.#finish(retrainingKey(event), event.run.training, event.run.score);
        return;
      case 'run-stopped':
        this.#hide(retrainingKey(event));
        return;
      case 'control-started':
      case 'verification-started':
        this.#hide(sharedKey);
        return;
      case 'trial-started':
      case 'policy':
      case 'budget-progress':
      case 'finalist-dropped':
      case 'verdict':
      case 'checkpoint':
      case 'checkpoint-problem':
        return;
      default:
        event satisfies never;
    }
  }

  #report(
    key: TrainingKey,
    progress: Omit<OneShotProgress, 'tuningSteps'>,
    added: readonly CurvePoint[],
  ): void {
    const { step, totalSteps, episodes, averageReturn } = progress;
    const id = trainingId(key);
    const before = this.#shown.get(id);
    const curve = extendCurve(before?.curve ?? [], added, step);
    const now = this.#now();
    const isDue = before === undefined || now - before.told >= interval;
    this.#shown.set(id, { curve, told: isDue ? now : before.told });
    if (isDue) this.#show({ key, step, totalSteps, episodes, averageReturn, curve, score: undefined });
  }

  /** One that was looked up, of a study that goes on, is recorded at once. */
  #finishTrial(key: TrainingKey, training: TrainingSummary | undefined, score: number | undefined): void {
    if (!this.#shown.has(trainingId(key))) return;
    if (training === undefined || score === undefined) this.#hide(key);
    else this.#finish(key, training, score);
  }

  #finish(key: TrainingKey, { steps, episodes, curve }: TrainingSummary, score: number): void {
    this.#shown.set(trainingId(key), { curve, told: this.#now() });
    this.#show({
      key,
      step: steps,
      totalSteps: steps,
      episodes,
      averageReturn: curve.at(-1)?.averageReturn,
      curve,
      score,
    });
  }

  #show(training: LiveTraining): void {
    // Who looks on sees less; where the record itself has no room, its own changes say so.
    this.#storage.showTraining(training).catch(() => undefined);
  }

  #hide(key: TrainingKey): void {
    if (this.#shown.delete(trainingId(key))) this.#storage.hideTraining(key).catch(() => undefined);
  }
}
