/** `touchdown compare --tabular` as a process of its own, on the record of an ablation that is made up. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { architecturesOf, completeAblationRun } from '../../test/constructed-tables.ts';
import { findSpace } from '../search/space.ts';
import { openAblationFolder } from '../storage/ablation-folder.ts';
import { parseAblationConfiguration } from '../study/ablation-configuration.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-compare-'));

const compare = (...args: readonly string[]) =>
  runCommand(folder, ['compare', '--tabular', 'table', ...args]);

const small = ['--space', 'lunar-lander-quick', '--trials', '6', '--seeds', '4'];
const read = (...path: readonly string[]) => readFileSync(join(folder, ...path), 'utf8');

let first: ReturnType<typeof compare>;
beforeAll(async () => {
  const architectures = architecturesOf(findSpace('lunar-lander-quick'));
  const configuration = parseAblationConfiguration({
    architectures: architectures.map((architecture) => ({ architecture, seeds: 2 })),
  });
  const versions = { touchdown: '1.2.3', node: '24.0.0', kernels: 'wasm' };
  const record = await openAblationFolder(join(folder, 'table'), configuration, versions);
  for (const [i, architecture] of architectures.entries()) {
    for (const round of [1, 2]) {
      const run = completeAblationRun(architecture, round, 150 + ((31 * i + 7 * round) % 97));
      await record.add(run, { seconds: 1, secondsToSolve: null });
    }
  }
  await record.close();
  writeFileSync(join(folder, 'wide.yaml'), 'layers: [2]\nunits: [32, 512]\n');
  first = compare(...small);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('touchdown compare --tabular', () => {
  it('shows a table, and leaves a picture and the data', () => {
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/table +table: 72 runs of 300,000 steps\n/);
    expect(first.stdout).toMatch(/strategy .* true score .* 95 % interval .* regret .* better than random/);
    for (const name of ['random', 'children', 'evolution', 'grid', 'halving']) {
      expect(first.stdout).toMatch(new RegExp(`${name} .* [\\d.]+ .* [\\d.]+ to [\\d.]+ .* [\\d.]+ `));
    }
    const out = join('comparisons', 'lunar-lander-quick-1');
    expect(readdirSync(join(folder, out)).sort()).toEqual(['charts', 'comparison.json']);
    expect(readdirSync(join(folder, out, 'charts')).sort()).toEqual(['comparison.png', 'comparison.svg']);
    const svg = read(out, 'charts', 'comparison.svg');
    for (const text of ['mean over 4 searches', 'best of', 'the space', 'halving'])
      expect(svg).toContain(text);
  });

  it('writes the same bytes again', () => {
    const again = compare(...small, '--out', 'again', '--json');
    const { comparison, ...result } = JSON.parse(again.stdout) as Record<string, unknown>;
    expect(comparison).toBe('again');
    for (const file of [
      'comparison.json',
      join('charts', 'comparison.svg'),
      join('charts', 'comparison.png'),
    ]) {
      expect(read('again', file)).toBe(read('comparisons', 'lunar-lander-quick-1', file));
    }
    expect(JSON.parse(read('again', 'comparison.json'))).toEqual(result);
  });

  it.each([
    [
      ['--space', 'wide.yaml'],
      /3 of the 4 architectures of space wide are not in the table, such as "32,relu,512,relu"; expected a run/,
    ],
    [[...small, '--strategies', 'grid', '--eta', '2'], /eta is a setting of halving; expected that among/],
    [[...small, '--finalists', '2'], /--finalists with --tabular; expected without: nothing is trained/],
    [['--seeds', '2'], /--tabular without --space; expected the space of the table/],
  ])('refuses %j in one line', (args, message) => {
    const { status, stdout, stderr } = compare(...args);
    expect(stderr).toMatch(message);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter((text) => !text.startsWith('('))).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBeGreaterThan(0);
    expect(existsSync(join(folder, 'comparisons', 'lunar-lander-quick-2'))).toBe(false);
  });
});
