/** `touchdown evaluate`, a process of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, smallTraining } from '../../../test/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-evaluate-'));
const touchdown = (args: readonly string[]) => runCommand(folder, args);
const model = join(folder, 'small.safetensors');
beforeAll(() => {
  touchdown([...smallTraining, '-o', model]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('touchdown evaluate', () => {
  it('evaluates a model and says so with its uncertainty', () => {
    const { stdout, status } = touchdown(['evaluate', model, '--episodes', '20', '--seed', '7']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/episodes +20, seeds 7 to 26/);
    expect(stdout).toMatch(/mean return +-?\d+\.\d\d +95 % interval -?\d+\.\d\d to -?\d+\.\d\d/);
    const json: unknown = JSON.parse(touchdown(['evaluate', model, '--episodes', '20', '--json']).stdout);
    expect(json).toMatchObject({ count: 20, environment: { id: 'LunarLander-v3' } });
  });

  it('flies the heuristic pilot at the mean that Gymnasium has for these seeds', () => {
    const json = JSON.parse(touchdown(['evaluate', 'heuristic', '--episodes', '1000', '--json']).stdout) as {
      mean: number;
    };
    expect(json.mean.toFixed(2)).toBe('243.37');
  });
});
