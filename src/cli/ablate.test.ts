/** `touchdown ablate` as a process of its own: what it leaves behind, also where it is killed. */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, runCommand } from '../../test/command.ts';
import { readScalars } from '../../test/tensorboard-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-ablate-'));
const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } } as const;

const ablate = (...args: readonly string[]) => runCommand(folder, ['ablate', ...args]);

/** A third of a second each: time to be killed in the middle. */
const small = ['32,relu,32,relu', '8,tanh', '--seeds', '2', '-n', '12000', '--episodes', '3'];
const runsOf = (name: string) => readFileSync(join(folder, name, 'runs.jsonl'), 'utf8');
const countLines = (name: string) =>
  existsSync(join(folder, name, 'runs.jsonl')) ? runsOf(name).split('\n').length - 1 : 0;

let whole: ReturnType<typeof ablate>;
beforeAll(() => {
  whole = ablate(...small, '-j', '1', '--out', 'whole');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts an ablation and stops it as soon as its record has a run. */
async function stopInTheMiddle(name: string, signal: 'SIGKILL' | 'SIGINT') {
  const child = spawn(process.execPath, [command, 'ablate', ...small, '-j', '1', '--out', name], options);
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += String(text);
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  while (countLines(name) === 0 && child.exitCode === null) await setTimeout(5);
  child.kill(signal);
  const status = await ended;
  expect(countLines(name)).toBeLessThan(4);
  return { status, stderr };
}

describe('touchdown ablate', () => {
  it('trains all architectures on all seeds and shows a table, curves and scores', () => {
    expect(whole.status).toBe(0);
    expect(whole.stderr).toMatch(/runs +4: 2 architectures, up to 2 seeds\n/);
    expect(whole.stderr).toMatch(/seed 2\/2 +32,relu,32,relu +score +-?[\d.]+ +not solved in 12,000 steps/);
    expect(whole.stdout).toMatch(/architecture .* IQM of runs .* 95 % interval .* std .* range .* solved/);
    expect(whole.stdout).toMatch(/8,tanh .* 2 .* -?[\d.]+ .* -?[\d.]+ to -?[\d.]+ .* [\d.]+ .* to .* 0\/2/);
    expect(readdirSync(join(folder, 'whole')).sort()).toEqual([
      'ablation.json',
      'charts',
      'runs.jsonl',
      'timings.jsonl',
    ]);
    expect(readdirSync(join(folder, 'whole', 'charts')).sort()).toEqual([
      'learning-curves.png',
      'learning-curves.svg',
      'scores.png',
      'scores.svg',
    ]);
    expect(readFileSync(join(folder, 'whole', 'charts', 'learning-curves.svg'), 'utf8')).toContain(
      'band: from the lowest to the highest of them',
    );
  });

  it('writes the same bytes with one worker and with two, also where it writes for TensorBoard', () => {
    const { status } = ablate(...small, '-j', '2', '--out', 'two', '--tensorboard', 'board', '--json');
    expect(status).toBe(0);
    expect(runsOf('two')).toBe(runsOf('whole'));
    const board = join(folder, 'board', 'two');
    expect(readdirSync(board).sort()).toEqual(['32-relu-32-relu', '8-tanh']);
    for (const architecture of readdirSync(board)) {
      expect(readdirSync(join(board, architecture)).sort()).toEqual(['seed-1', 'seed-2']);
      const run = join(board, architecture, 'seed-1');
      const scalars = readScalars(readFileSync(join(run, readdirSync(run)[0])));
      expect(scalars.findLast(({ tag }) => tag === 'rollout/ep_rew_mean')?.step).toBe(12_000);
    }
  });

  it('killed in the middle, goes on to the same bytes, a torn line dropped', async () => {
    await stopInTheMiddle('killed', 'SIGKILL');
    appendFileSync(join(folder, 'killed', 'runs.jsonl'), '{"architecture":"32,re');
    const { status, stderr } = ablate(...small, '-j', '2', '--out', 'killed', '--json');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^the last line of runs\.jsonl was torn; it is dropped, its run done again\n/);
    expect(stderr).toMatch(/; [123] of them done before\n/);
    expect(runsOf('killed')).toBe(runsOf('whole'));
  });

  it('interrupted, says how to go on', async () => {
    const { status, stderr } = await stopInTheMiddle('interrupted', 'SIGINT');
    expect(status).toBe(130);
    expect(stderr).toMatch(
      /stopped; [123] of 4 runs are kept: the same command with --out interrupted goes on/,
    );
  });

  it('of a finished one only shows the results, and as JSON; more seeds are added to it', () => {
    const before = runsOf('whole');
    const again = ablate(...small, '--out', 'whole', '--json');
    expect(again.stderr).not.toContain('steps/s');
    expect(runsOf('whole')).toBe(before);
    const { state, architectures } = JSON.parse(again.stdout) as { state: string; architectures: object[] };
    expect(state).toBe('complete');
    expect(architectures).toMatchObject([
      { architecture: '8,tanh', parameterCount: 108, failed: 0, solved: 0 },
      { architecture: '32,relu,32,relu', parameterCount: 1476, failed: 0, solved: 0 },
    ]);
    expect(ablate(...small, '--seeds', '3', '--out', 'whole', '--json').status).toBe(0);
    expect(runsOf('whole').startsWith(before)).toBe(true);
    expect(countLines('whole')).toBe(6);
  });

  it.each([
    [[...small, '-n', '5000', '--out', 'whole'], /steps is 12000 there and 5000 here; expected the same/],
    [['8,tanh', '8,tanh'], /"8,tanh" is there twice; expected every one once/],
    [
      ['8,tanh', '--space', 'lunar-lander-quick'],
      /and --space lunar-lander-quick; expected only one of them/,
    ],
    [['--space', 'lunar-lander-quick', '--max-parameters', '1000'], /leaves nothing; expected at least 1476/],
  ])('refuses %j in one line', (args, message) => {
    const { status, stdout, stderr } = ablate(...args);
    expect(stderr).toMatch(message);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter((text) => !text.startsWith('('))).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBeGreaterThan(0);
    expect(existsSync(join(folder, 'ablations'))).toBe(false);
  });
});
