import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readRun } from '../../test/tensorboard-reader.ts';
import type { PlannedRun } from '../study/ablation.ts';
import { AblationEvents } from './ablation-events.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-ablation-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

const planned: PlannedRun = { architecture: '8,relu', parameterCount: 100, round: 2, seed: 7, work: 1 };
const progress = {
  step: 500,
  totalSteps: 1000,
  episodes: 5,
  updates: 250,
  averageReturn: -80,
  epsilon: 0.5,
  learningRate: 0.25,
  solvedAt: undefined,
};
const timing = { seconds: 1, secondsToSolve: null };

const pointsOf = (name: string, tag: string) =>
  readRun(join(folder, name))
    .filter(([each]) => each === tag)
    .map(([, step, value]) => [step, value]);

test('every training of an ablation is a run, to its last point where it is complete', () => {
  const events = new AblationEvents(folder);
  const { work: _, ...start } = planned;
  for (const round of [1, 2]) events.onEvent({ kind: 'run-progress', run: { ...planned, round }, progress });
  const run = {
    ...start,
    state: 'complete' as const,
    score: 3,
    returns: [3],
    steps: 1000,
    updates: 500,
    episodes: 9,
    solvedAt: null,
    curve: [[1000, -10]] as const,
  };
  events.onEvent({ kind: 'run-finished', run, timing });
  const failed = { ...start, round: 1, state: 'failed' as const, error: 'the loss is NaN' };
  events.onEvent({ kind: 'run-finished', run: failed, timing });
  events.close();
  expect(pointsOf('8-relu/seed-2', 'rollout/ep_rew_mean')).toEqual([
    [500, -80],
    [1000, -10],
  ]);
  expect(pointsOf('8-relu/seed-2', 'time/episodes')).toEqual([
    [500, 5],
    [1000, 9],
  ]);
  expect(pointsOf('8-relu/seed-1', 'rollout/ep_rew_mean')).toEqual([[500, -80]]);
});
