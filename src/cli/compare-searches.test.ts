/** `touchdown compare` without a table as a process of its own: what it leaves behind, also where it is killed. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, runCommand } from '../../test/command.ts';
import { compareSearches, type SearchesValues } from './compare-searches.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-compare-searches-'));
const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } } as const;

/** Of one size, so that the estimate of the time has one network to measure. */
writeFileSync(join(folder, 'tiny.yaml'), 'layers: [2]\nunits: [8]\nactivations: [relu, tanh]\n');
const small = [
  'compare --strategies enas,random --seeds 1 --space tiny.yaml --seed 3',
  '-n 1500 --iterations 2 --samples-per-iteration 2 --trial-timesteps 1000 --finalists 1',
  '--verification-seeds 2 --verification-timesteps 500 --verification-episodes 3 --learning-starts 200',
].flatMap((part) => part.split(' '));

const compare = (...args: readonly string[]) => runCommand(folder, [...small, ...args]);

/** comparison.json without what differs from time to time. */
const resultOf = (name: string): unknown =>
  JSON.parse(readFileSync(join(folder, name, 'comparison.json'), 'utf8'), (key, value: unknown) =>
    key === 'seconds' ? 0 : value,
  );
const countFinished = (name: string) => {
  const file = join(folder, name, 'studies.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object[]).length : 0;
};

let whole: ReturnType<typeof compare>;
// Two studies with charts: seconds.
beforeAll(() => {
  whole = compare('-j', '1', '--out', 'whole');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('touchdown compare, by searches', () => {
  it('shows a table, and leaves pictures, the data and a study per search', () => {
    expect(whole.stderr).toMatch(
      /strategy +enas: all architectures share the 1,500 steps of each of 2 trainings\n/,
    );
    expect(whole.stderr).toMatch(/budget +what enas takes, seed by seed; for random\n/);
    expect(whole.stderr).toMatch(/studies +2: 2 strategies on 1 seed\n/);
    expect(whole.stderr).toMatch(/study 2\/2: random, seed 3\ntrial 1 +8,(relu|tanh),8/);
    expect(whole.status).toBe(0);
    expect(whole.stdout).toMatch(/strategy .* IQM of runs .* against random .* work .* winner by seed/);
    expect(whole.stdout).toMatch(/enas .* -?[\d.]+ .* -?[\d.]+ .* \d+ % .* 100 % .* 3: 8,(relu|tanh),8/);
    expect(readdirSync(join(folder, 'whole')).sort()).toEqual([
      'charts',
      'comparison.json',
      'configuration.json',
      'enas-seed-3',
      'random-seed-3',
      'studies.json',
    ]);
    expect(readdirSync(join(folder, 'whole', 'charts')).sort()).toEqual([
      'profiles.png',
      'profiles.svg',
      'strategies.png',
      'strategies.svg',
    ]);
    const study = join(folder, 'whole', 'enas-seed-3');
    expect(readdirSync(study).sort()).toEqual(['charts', 'models', 'study.db']);
    expect(existsSync(join(study, 'charts', 'finalists.png'))).toBe(true);
    expect(resultOf('whole')).toMatchObject({
      environment: 'LunarLander-v3',
      space: { name: 'tiny', size: 4 },
      seed: 3,
      seeds: 1,
      strategies: [{ name: 'enas', workShare: 1 }, { name: 'random' }],
    });
  });

  it('killed in the middle, goes on to the same result, with another number of workers', async () => {
    const args = [command, ...small, '-j', '2', '--out', 'killed', '--json'];
    const child = spawn(process.execPath, args, options);
    const ended = new Promise((resolve) => {
      child.on('close', resolve);
    });
    while (countFinished('killed') === 0 && child.exitCode === null) await setTimeout(5);
    child.kill('SIGKILL');
    await ended;
    const kept = countFinished('killed');
    expect(kept).toBeLessThan(2);
    const { status, stdout, stderr } = compare('-j', '2', '--out', 'killed', '--json');
    expect(status).toBe(0);
    expect(stderr).toContain(`; ${kept} of them done before\n`);
    expect(resultOf('killed')).toEqual(resultOf('whole'));
    const { comparison, state } = JSON.parse(stdout) as { comparison: string; state: string };
    expect([comparison, state]).toEqual(['killed', 'complete']);
  });

  it('refuses another configuration for a folder that has one, in one line', () => {
    const { status, stdout, stderr } = compare('-n', '2000', '--out', 'whole');
    expect(stderr).toMatch(
      /^.*cannot go on with the comparison in ".*whole": strategy.totalSteps of enas is 1500 there and 2000 here; expected the same, or another folder\n$/,
    );
    expect([status, stdout]).toEqual([1, '']);
  });

  const values: SearchesValues = {
    preset: 'quick',
    strategies: ['enas', 'random'],
    seeds: 1,
    seed: 0,
    workers: 1,
    out: join(folder, 'never'),
  };
  it.each<[Partial<SearchesValues>, string]>([
    [{ strategies: ['enas'] }, '--strategies enas; expected at least two, separated by commas'],
    [{ strategies: ['enas', 'randm'] }, 'unknown strategy "randm" (did you mean random?)'],
    [{ strategies: ['grid', 'grid'] }, 'strategy grid is named twice'],
    [{ strategies: ['random', 'enas'] }, 'strategy enas is number 2; expected it as the first'],
    [
      { trials: 5 },
      '--trials is a setting of evolution and random; expected evolution or random as the first',
    ],
    [{ population: 5 }, '--population is a setting of evolution; expected evolution among the strategies'],
    [
      { strategies: ['grid', 'random'], totalTimesteps: 5 },
      '--total-timesteps is a setting of enas; expected',
    ],
  ])('refuses %j before anything happens', async (wrong, message) => {
    await expect(compareSearches({ ...values, ...wrong })).rejects.toThrow(message);
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });
});
