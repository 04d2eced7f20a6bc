// Installs TensorBoard into a Python environment of its own: half a minute.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EventWriter } from './tensorboard.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchdown-tensorboard-'));
});
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

test('TensorBoard’s own reader reads what is written', { timeout: 300_000 }, () => {
  const python = join(folder, 'python', 'bin', 'python');
  execFileSync('python3', ['-m', 'venv', join(folder, 'python')]);
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', 'tensorboard']);
  const run = join(folder, 'run');
  const writer = new EventWriter(run);
  writer.addScalar('rollout/ep_rew_mean', -123.5, 0);
  writer.addScalar('rollout/ep_rew_mean', 200.25, 5_000_000_000);
  writer.addScalar('policy/units 1/8', 0.125, 3);
  writer.close();
  const read: unknown = JSON.parse(execFileSync(python, ['-c', script, run], { encoding: 'utf8' }));
  expect(read).toEqual({
    'rollout/ep_rew_mean': [
      [0, -123.5],
      [5_000_000_000, 200.25],
    ],
    'policy/units 1/8': [[3, 0.125]],
  });
});
