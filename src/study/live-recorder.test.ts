import { describe, expect, test } from 'vitest';
import type { CurvePoint } from '../agents/train.ts';
import type { TrialProgress } from './executor.ts';
import { LiveRecorder } from './live-recorder.ts';
import { type LiveTraining, type TrainingKey, trainingId } from './live-training.ts';
import type { CompleteRun } from './racing.ts';
import type { FinishedTrial } from './trial.ts';

/** Keeps what it is told, as a storage does. */
function listen(showTraining = (_training: LiveTraining) => Promise.resolve()) {
  const shown: LiveTraining[] = [];
  const hidden: string[] = [];
  const clock = { now: 0 };
  const storage = {
    showTraining(training: LiveTraining) {
      shown.push(training);
      return showTraining(training);
    },
    hideTraining(key: TrainingKey) {
      hidden.push(trainingId(key));
      return Promise.resolve();
    },
  };
  return { recorder: new LiveRecorder(storage, () => clock.now), shown, hidden, clock };
}

const point = (step: number): CurvePoint => ({ step, episodes: step / 10, averageReturn: -step });

const progress = (step: number, newPoints: readonly CurvePoint[] = []): TrialProgress => ({
  step,
  totalSteps: 1000,
  episodes: step / 10,
  updates: step / 2,
  averageReturn: -step,
  epsilon: 0.1,
  learningRate: 1e-3,
  solvedAt: undefined,
  newPoints,
});

const trial: FinishedTrial = {
  state: 'failed',
  number: 4,
  phase: 'search',
  sample: [0],
  name: '8,relu',
  architecture: '8,relu',
  parameterCount: 108,
  seed: 1,
  budget: 1000,
  error: 'the loss is NaN',
  seconds: 1,
};

const completeRun: CompleteRun = {
  state: 'complete',
  seed: 1,
  score: 230,
  returns: [230],
  training: { steps: 1000, episodes: 100, updates: 500, solvedAt: 900, curve: [point(500), point(1000)] },
  seconds: 2,
};

describe('LiveRecorder', () => {
  test('tells a training’s state at once and then once a second, with all of its curve so far', () => {
    const { recorder, shown, clock } = listen();
    const report = (now: number, step: number, ...points: readonly CurvePoint[]) => {
      clock.now = now;
      recorder.onEvent({ kind: 'trial-progress', number: 4, progress: progress(step, points) });
    };
    report(0, 10);
    report(100, 20, point(20));
    report(999, 30, point(30));
    report(1000, 45, point(40));
    report(1900, 50);
    expect(shown).toEqual([
      {
        key: { kind: 'trial', number: 4 },
        step: 10,
        totalSteps: 1000,
        episodes: 1,
        averageReturn: -10,
        curve: [],
        score: undefined,
      },
      expect.objectContaining({ step: 45, curve: [point(20), point(30), point(40)] }),
    ]);
  });

  test('forgets the points of a training that begins anew, also further back', () => {
    const { recorder, shown, clock } = listen();
    const report = (step: number, ...points: readonly CurvePoint[]) => {
      clock.now += 1000;
      recorder.onEvent({ kind: 'trial-progress', number: 4, progress: progress(step, points) });
    };
    report(40, point(20), point(40));
    report(30, point(20));
    report(5);
    expect(shown.map(({ curve }) => curve.map(({ step }) => step))).toEqual([[20, 40], [20], []]);
  });

  test('hides a trial that has ended, and only one that was shown', () => {
    const { recorder, hidden } = listen();
    recorder.onEvent({ kind: 'trial-progress', number: 4, progress: progress(10) });
    recorder.onEvent({ kind: 'trial-finished', trial: { ...trial, number: 3 } });
    recorder.onEvent({ kind: 'trial-finished', trial });
    recorder.onEvent({ kind: 'trial-finished', trial });
    expect(hidden).toEqual(['trial 4']);
  });

  test('keeps a trial that has ended and waits to be recorded, with its score; not one that failed', () => {
    const { recorder, shown, hidden } = listen();
    const { training, score } = completeRun;
    for (const number of [4, 5]) {
      recorder.onEvent({ kind: 'trial-progress', number, progress: progress(10) });
    }
    recorder.onEvent({ kind: 'trial-trained', number: 4, training, score });
    recorder.onEvent({ kind: 'trial-trained', number: 5, training: undefined, score: undefined });
    // Looked up, of a study that goes on.
    recorder.onEvent({ kind: 'trial-trained', number: 6, training, score });
    expect(shown).toHaveLength(3);
    expect(shown.at(-1)).toMatchObject({ key: { number: 4 }, step: 1000, score, curve: training.curve });
    recorder.onEvent({ kind: 'trial-finished', trial });
    expect(hidden).toEqual(['trial 5', 'trial 4']);
  });

  test('keeps a retraining that is complete, with its score; not one that failed or was stopped', () => {
    const { recorder, shown, hidden } = listen();
    const name = '8,relu';
    for (const round of [1, 2, 3])
      recorder.onEvent({ kind: 'run-progress', name, round, progress: progress(10) });
    recorder.onEvent({ kind: 'run-finished', name, round: 1, run: completeRun });
    recorder.onEvent({
      kind: 'run-finished',
      name,
      round: 2,
      run: { state: 'failed', seed: 2, error: 'out of memory', seconds: 1 },
    });
    recorder.onEvent({ kind: 'run-stopped', name, round: 3 });
    expect(shown.at(-1)).toEqual({
      key: { kind: 'retraining', round: 1, name },
      step: 1000,
      totalSteps: 1000,
      episodes: 100,
      averageReturn: -1000,
      curve: [point(500), point(1000)],
      score: 230,
    });
    expect(hidden).toEqual(['retraining 2 8,relu', 'retraining 3 8,relu']);
  });

  test('draws a shared training’s curve itself, a point per percent, and hides it after the search', () => {
    const { recorder, shown, hidden, clock } = listen();
    for (const step of [4, 8, 12, 19, 20]) {
      clock.now += 1000;
      const { newPoints: _, solvedAt: __, ...shared } = progress(step);
      recorder.onEvent({ kind: 'one-shot-progress', progress: { ...shared, tuningSteps: 0 } });
    }
    expect(shown.at(-1)?.curve.map(({ step }) => step)).toEqual([4, 12, 20]);
    recorder.onEvent({ kind: 'control-started', work: 1 });
    recorder.onEvent({ kind: 'verification-started', finalists: [], control: undefined, leftOut: undefined });
    expect(hidden).toEqual(['shared']);
  });

  test('goes on where the storage has no room', async () => {
    const { recorder, shown, clock } = listen(() => Promise.reject(new Error('no space left')));
    for (const step of [10, 20]) {
      recorder.onEvent({ kind: 'trial-progress', number: 4, progress: progress(step) });
      clock.now += 1000;
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(shown).toHaveLength(2);
  });
});
