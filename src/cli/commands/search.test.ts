/** `touchdown search`, a process of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { command, runCommand } from '../../../test/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-search-'));
const touchdown = (args: readonly string[]) => runCommand(folder, args);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('touchdown search', () => {
  it('searches, records the study and leaves nothing to look for', () => {
    const args = [
      'search',
      '--space',
      'lunar-lander-quick',
      '--strategy',
      'random',
      '--trials',
      '2',
      '-n',
      '1500',
    ];
    const verification = [
      '--finalists',
      '2',
      '--verification-seeds',
      '2',
      '--verification-timesteps',
      '1500',
    ];
    const output = ['--verification-episodes', '5', '--control', '--study', 'study', '-j', '2'];
    const { status, stdout, stderr } = touchdown([...args, ...verification, ...output]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/verdict +2 finalists retrained from scratch on 2 fresh seeds, 1,500 steps each/);
    expect(stderr).toMatch(/control +1 +\d+,(relu|sigmoid)/);
    expect(stderr).toMatch(/seed 2\/2 +\d+,(relu|sigmoid).* over 5 test episodes/);
    expect(readdirSync(join(folder, 'study')).sort()).toEqual([
      'charts',
      'models',
      'report.html',
      'study.db',
      'winner.mp4',
    ]);
    expect(stdout).toMatch(/finalist .* IQM of runs .* 95 % interval .* episodes ≥ 200/);
    expect(stdout).toMatch(
      /winner +\d+,(relu|sigmoid),\d+,(relu|sigmoid) \([\d,]+ parameters\): the best of 2/,
    );
    expect(stdout).toMatch(/evaluated +5 greedy episodes after each, on seeds that nothing has seen/);
    expect(stdout).toMatch(/control +random search, \d+ trials?, [\d.]+ % of the search's work/);
    expect(stdout).toMatch(/outcome +not known: 2 seeds can't tell search and random search apart/);
  });

  it('has everything of a search as JSON, without a control unless asked for', () => {
    const args = ['search', '--strategy', 'random', '--trials', '2', '-n', '1500', '--max-parameters', '1'];
    const { stdout, stderr } = touchdown([...args, '--no-control', '--study', 'small', '--json']);
    expect(stderr).toContain('2 finalists of at most 1 parameters');
    const { verdict, trials } = JSON.parse(stdout) as { verdict: object; trials: object[] };
    expect(verdict).toMatchObject({ finalists: [], leftOut: { count: 2 } });
    expect(verdict).not.toHaveProperty('control');
    expect(trials).toMatchObject([{ phase: 'search' }, { phase: 'search' }]);
  });
});

describe('a search space in a file', () => {
  it('is searched, hyperparameters and all', () => {
    writeFileSync(
      join(folder, 'mine.yaml'),
      'layers: [1, 2]\nunits: 8\nhyperparameters: { learningRate: [0.001, 0.002] }\n',
    );
    const args = ['search', '--space', 'mine.yaml', '--strategy', 'random', '--trials', '2', '-n', '1500'];
    const { status, stdout, stderr } = touchdown([
      ...args,
      '--verification-timesteps',
      '1500',
      '--study',
      'mine',
    ]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/space +mine: 4 combinations of architecture and hyperparameters/);
    expect(stderr).toMatch(/trial 1\/2 +8,relu(,8,relu)? lr 0\.00[12] +score/);
    expect(stdout).toMatch(/winner +8,relu(,8,relu)? lr 0\.00[12] \(/);
  });
});

describe('a study in a file', () => {
  const example = (name: string) => fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));

  it.each(['quick.yaml', 'one-shot.yaml', 'hyperparameters.ts'])(
    'example %s is planned with time and memory; nothing runs, nothing is written',
    (name) => {
      const before = readdirSync(folder);
      const { status, stdout, stderr } = touchdown(['search', example(name), '--dry-run']);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(stdout).toMatch(/space +\S.*\n +strategy +\S/);
      expect(stdout).toMatch(new RegExp(`study +studies/${name.split('.')[0]}-1\n`));
      expect(stdout).toMatch(/time +about .* on this machine/);
      expect(stdout).toMatch(/memory +at most \d+ MiB for networks, experience and environments/);
      expect(readdirSync(folder)).toEqual(before);
    },
  );

  it('is planned as JSON, options on top of the file, the file on top of its preset', () => {
    writeFileSync(
      join(folder, 'mine-too.yaml'),
      'preset: quick\nseed: 3\nstrategy: { name: random, trials: 4 }\nverification: { seeds: 1 }\n',
    );
    const options = ['--trials', '5', '--verification-timesteps', '700', '--gamma', '0.9', '-j', '1'];
    const { stdout, stderr } = touchdown(['search', 'mine-too.yaml', ...options, '--dry-run', '--json']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      study: 'studies/mine-too-1',
      workers: 1,
      configuration: {
        space: 'lunar-lander-quick',
        strategy: { name: 'random', trials: 5 },
        seed: 3,
        trial: { steps: 300_000 },
        hyperparameters: { gamma: 0.9 },
        verification: { seeds: 1, steps: 700, finalists: 2 },
      },
      trials: 5,
      searchSteps: 1_500_000,
      seconds: {
        control: 0,
        total: expect.closeTo(JSON.parse(stdout).seconds.search + JSON.parse(stdout).seconds.verification),
      },
      bytes: { peak: expect.any(Number) },
    });
    const thorough = touchdown(['search', 'mine-too.yaml', '--preset', 'thorough', '--dry-run', '--json']);
    expect(JSON.parse(thorough.stdout)).toMatchObject({
      configuration: { space: 'lunar-lander-100', verification: { finalists: 8, seeds: 1, control: true } },
    });
  });

  it('runs, quietly, and what it leaves behind says the same again', () => {
    writeFileSync(
      join(folder, 'tiny.mts'),
      `import { defineStudy } from 'touchdown';
      const units: number[] = [8, 16];
      export default defineStudy({
        space: { layers: 1, units },
        strategy: { name: 'grid' },
        trial: { steps: 1500, validationEpisodes: 5 },
        verification: { finalists: 1, seeds: 1, steps: 1500, episodes: 5 },
      });`,
    );
    const { status, stdout, stderr } = touchdown(['search', 'tiny.mts', '--study', 'tiny', '--quiet']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/winner +(8|16),relu/);
    const exported = touchdown(['studies', 'export', 'tiny', '--format', 'config']).stdout;
    writeFileSync(join(folder, 'again.yaml'), exported);
    const again = touchdown(['search', 'again.yaml', '--study', 'again', '--quiet', '--json']);
    const trials = (text: string): unknown => {
      const result = JSON.parse(text) as { trials: object[] };
      return result.trials.map((trial) => ({ ...trial, seconds: 0 }));
    };
    expect(trials(again.stdout)).toEqual(trials(touchdown(['studies', 'show', 'tiny', '--json']).stdout));
  });
});

describe('a search that is stopped', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s has exit status %i and a result that says so', async (signal, expected) => {
    // In a space of wide networks, whose times take seconds to measure.
    const wide = ['--space', 'lunar-lander-100', '--strategy', 'random', '--trials', '500'];
    const args = ['search', ...wide, '--study', signal, '--json'];
    const search = spawn(process.execPath, [command, ...args], { cwd: folder });
    let [stdout, stderr] = ['', ''];
    search.stdout.on('data', (text) => (stdout += text));
    search.stderr.on('data', (text) => (stderr += text));
    const ended = new Promise((resolve) => search.once('close', resolve));
    // While the time is estimated.
    await expect.poll(() => stderr, { timeout: 30_000 }).toMatch(/study +SIG/);
    search.kill(signal);
    expect(await ended).toBe(expected);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'interrupted', trials: [] });
    expect(stderr).not.toMatch(/time +about/);
  });
});
