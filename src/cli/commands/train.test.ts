/** `touchdown train`, a process of its own. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, smallTraining } from '../../../test/command.ts';
import { readRun } from '../../../test/tensorboard-reader.ts';
import { listBackends } from '../../kernels/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-train-'));
const touchdown = (args: readonly string[], env?: Record<string, string>) => runCommand(folder, args, env);
const model = join(folder, 'small.safetensors');

let trained: ReturnType<typeof touchdown>;
beforeAll(() => {
  trained = touchdown([...smallTraining, '-o', model]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('touchdown train', () => {
  it('trains to a model file and a learning curve, with a line of progress when piped', () => {
    expect(trained.status).toBe(0);
    expect(trained.stderr).toMatch(/^training 16,relu \(212 parameters\) on LunarLander-v3, seed 0\n100 %/);
    expect(readdirSync(folder).sort()).toEqual(['small.png', 'small.safetensors', 'small.svg']);
    expect(readFileSync(join(folder, 'small.svg'), 'utf8')).toContain('Training on LunarLander-v3');
  });

  it('writes byte-identical models for one seed, on every kernel target', () => {
    for (const { target } of listBackends()) {
      const again = join(folder, `${target}.safetensors`);
      touchdown([...smallTraining, '-o', again], { TOUCHDOWN_KERNELS: target });
      expect(readFileSync(again)).toEqual(readFileSync(model));
    }
  });

  it('writes byte-identical models however many threads share an update', () => {
    const [first, ...others] = [1, 2, 3].map((threads) => {
      const file = join(folder, `${threads}-threads.safetensors`);
      const wide = ['train', '-a', '160,relu,160,tanh', '-n', '3000', '--episodes', '1'];
      expect(touchdown([...wide, '--threads', String(threads), '-o', file]).status).toBe(0);
      return readFileSync(file);
    });
    for (const other of others) expect(other).toEqual(first);
  });

  it('writes the learning curve for TensorBoard, to the same model as without', () => {
    const again = join(folder, 'watched.safetensors');
    const args = [...smallTraining, '-o', again, '--overwrite', '--tensorboard', 'board', '--json'];
    const first = touchdown(args);
    const { tensorboard } = JSON.parse(first.stdout) as { tensorboard: string };
    expect(tensorboard).toBe(join('board', 'watched-1'));
    expect(readFileSync(again)).toEqual(readFileSync(model));
    const returns = readRun(join(folder, tensorboard)).filter(([tag]) => tag === 'rollout/ep_rew_mean');
    const [, step, value] = returns.at(-1) ?? [];
    expect(step).toBe(3000);
    expect(first.stderr).toContain(`average of 100: ${value?.toFixed(1)} ·`);
    // Another training of that name is another run.
    expect(touchdown(args).stdout).toContain('watched-2');
    expect(readdirSync(join(folder, 'board')).sort()).toEqual(['watched-1', 'watched-2']);
  });

  // Six flights of an agent that has learnt little, the longest of which may take a thousand steps.
  it('films an agent at six stages of its training, which comes to the same bytes as without a film', () => {
    const again = join(folder, 'filmed.safetensors');
    const { status, stdout } = touchdown([...smallTraining, '-o', again, '--film', 'learning.gif']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/film +learning\.gif/);
    expect(readFileSync(again)).toEqual(readFileSync(model));
    const bytes = readFileSync(join(folder, 'learning.gif'));
    expect([bytes.readUInt16LE(6), bytes.readUInt16LE(8)]).toEqual([908, 476]);
  });
});
