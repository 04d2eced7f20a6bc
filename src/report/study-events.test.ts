import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { progressAt } from '../../test/constructed-runs.ts';
import { readRun } from '../../test/tensorboard-reader.ts';
import type { FinishedTrial } from '../study/trial.ts';
import { StudyEvents } from './study-events.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchdown-events-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const decisions = [
  { name: 'units 1', choices: [8, 16] },
  { name: 'activation 1', choices: ['relu'] },
];
const trial = (number: number, score: number, phase: FinishedTrial['phase'] = 'search'): FinishedTrial => ({
  number,
  phase,
  sample: [0, 0],
  name: '8,relu',
  architecture: '8,relu',
  parameterCount: 100,
  seed: 1,
  budget: 1000,
  state: 'complete',
  score,
  training: {
    steps: 1000,
    episodes: 9,
    updates: 400,
    solvedAt: undefined,
    curve: [{ step: 1000, episodes: 9, averageReturn: score - 1 }],
  },
  seconds: 1,
});
const progress = (step: number) => ({ ...progressAt(step), newPoints: [] });

const pointsOf = (...name: readonly string[]) => readRun(join(folder, ...name));

test('a study’s scores, policies and trainings are runs, a point per percent and the last', async () => {
  const events = new StudyEvents(folder, decisions, 2);
  events.onEvent({ kind: 'policy', snapshot: { iteration: 1, probabilities: [[0.25, 0.75], [1]] } });
  for (const step of [0, 8, 16, 504]) {
    events.onEvent({ kind: 'trial-progress', number: 0, progress: progress(step) });
  }
  events.onEvent({ kind: 'trial-finished', trial: trial(0, 10) });
  events.onEvent({ kind: 'trial-finished', trial: trial(1, -20) });
  events.onEvent({ kind: 'trial-finished', trial: trial(2, 99, 'control') });
  const name = '8,relu · learningRate 0.001';
  events.onEvent({ kind: 'run-progress', name, round: 2, progress: progress(16) });
  events.onEvent({ kind: 'one-shot-progress', progress: { ...progress(100), tuningSteps: 0 } });
  events.close();
  expect(pointsOf('search')).toEqual([
    ['policy/units 1/8', 1, 0.25],
    ['policy/units 1/16', 1, 0.75],
    ['policy/activation 1/relu', 1, 1],
    ['search/score', 0, 10],
    ['search/best_score', 0, 10],
    ['search/score', 1, -20],
    ['search/best_score', 1, 10],
    ['search/average_score', 1, -5],
  ]);
  const points = pointsOf('trial-0');
  const of = (tag: string) => points.filter(([own]) => own === tag).map(([, step, value]) => [step, value]);
  expect(of('rollout/ep_rew_mean')).toEqual([
    [16, -16],
    [504, -504],
    [1000, 9],
  ]);
  expect(of('train/n_updates')).toEqual([
    [0, 0],
    [16, 8],
    [504, 252],
  ]);
  expect(of('rollout/exploration_rate')).toHaveLength(3);
  expect(pointsOf('retraining', '8-relu-learningRate-0.001', 'seed-2')).toHaveLength(5);
  expect(pointsOf('shared-training')).toHaveLength(5);
});
