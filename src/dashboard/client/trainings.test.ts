import { describe, expect, test } from 'vitest';
import type { TrainingKey } from '../../study/live-training.ts';
import type { TrainingView } from '../protocol.ts';
import { mergeTrainings, pointsSoFar, raceRows, shareDone, trainingsOfTrials } from './trainings.ts';

const training = (id: string, key: TrainingKey, part: Partial<TrainingView> = {}): TrainingView => ({
  id,
  key,
  step: 500,
  totalSteps: 1200,
  episodes: 5,
  averageReturn: -80,
  points: [{ step: 400, episodes: 4, averageReturn: -100 }],
  score: undefined,
  ...part,
});

const trial = (number: number, part?: Partial<TrainingView>) =>
  training(`t${number}`, { kind: 'trial', number }, part);

const retraining = (name: string, round: number) =>
  training(`${round} ${name}`, { kind: 'retraining', round, name });

describe('trainings', () => {
  test('are the same after a message without any, else new, gone on or gone', () => {
    const before = [trial(1), trial(2)];
    expect(mergeTrainings(before, { trainings: [], hidden: [] })).toBe(before);
    const further = trial(2, { step: 600 });
    expect(mergeTrainings(before, { trainings: [further, trial(3)], hidden: ['t1'] })).toEqual([
      further,
      trial(3),
    ]);
  });

  test('are found by the number of their trial', () => {
    const found = trainingsOfTrials([trial(7), retraining('8,relu', 7), training('s', { kind: 'shared' })]);
    expect([...found]).toEqual([[7, trial(7)]]);
  });

  test('have a curve that ends where they stand', () => {
    expect(pointsSoFar(trial(1)).map(({ step }) => step)).toEqual([400, 500]);
    expect(pointsSoFar(trial(1, { step: 400 })).map(({ step }) => step)).toEqual([400]);
    expect(pointsSoFar(trial(1, { points: [], averageReturn: undefined }))).toEqual([]);
    expect(shareDone(trial(1))).toBe('41 %');
  });

  test('of finalists make a row for each, smaller widths first', () => {
    const rows = raceRows([
      retraining('128,relu', 1),
      retraining('64,relu', 1),
      retraining('64,relu', 2),
      trial(1),
    ]);
    expect(rows.map(({ name, rounds }) => [name, [...rounds.keys()]])).toEqual([
      ['64,relu', [1, 2]],
      ['128,relu', [1]],
    ]);
  });
});
