// Installs TensorBoard into a Python environment of its own: half a minute.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { EventWriter } from './tensorboard.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchdown-tensorboard-'));
  execFileSync('python3', ['-m', 'venv', join(folder, 'python')]);
  execFileSync(python(), ['-m', 'pip', 'install', '--quiet', 'tensorboard']);
}, 300_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1])
events.Reload()
print(json.dumps({tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()['scalars']}))
`;

const python = () => join(folder, 'python', 'bin', 'python');
const readRun = (run: string): unknown =>
  JSON.parse(execFileSync(python(), ['-c', script, run], { encoding: 'utf8' }));

test('TensorBoard’s own reader reads what is written', () => {
  const run = join(folder, 'run');
  const writer = new EventWriter(run);
  writer.addScalar('rollout/ep_rew_mean', -123.5, 0);
  writer.addScalar('rollout/ep_rew_mean', 200.25, 5_000_000_000);
  writer.addScalar('policy/units 1/8', 0.125, 3);
  writer.close();
  expect(readRun(run)).toEqual({
    'rollout/ep_rew_mean': [
      [0, -123.5],
      [5_000_000_000, 200.25],
    ],
    'policy/units 1/8': [[3, 0.125]],
  });
});

test('TensorBoard’s own reader reads the learning curve of a training', () => {
  const args = ['-a', '8,relu', '-n', '30000', '--episodes', '1', '-o', 'small.safetensors'];
  const { status } = runCommand(folder, ['train', ...args, '--tensorboard', 'board']);
  expect(status).toBe(0);
  const scalars = readRun(join(folder, 'board', 'small-1')) as Record<string, readonly [number, number][]>;
  expect(Object.keys(scalars).sort()).toEqual([
    'rollout/ep_rew_mean',
    'rollout/exploration_rate',
    'time/episodes',
    'train/learning_rate',
    'train/n_updates',
  ]);
  const returns = scalars['rollout/ep_rew_mean'];
  expect(returns.length).toBeGreaterThan(3);
  expect(returns.at(-1)?.[0]).toBe(30_000);
  for (const [, value] of returns) expect(value).toBeLessThan(0);
});
