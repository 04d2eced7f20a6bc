// Shells that there are really complete: bash everywhere, zsh and fish where they are installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeCompletion } from './completion.ts';
import { createProgram } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-completion-'));

beforeAll(() => {
  writeFileSync(join(folder, 'my study.yaml'), '');
  writeFileSync(join(folder, 'my-model.safetensors'), '');
  mkdirSync(join(folder, 'my-studies', 'quick-1'), { recursive: true });
  const program = createProgram();
  writeFileSync(join(folder, '.bash'), writeCompletion(program, 'bash'));
  writeFileSync(join(folder, '.zsh'), writeCompletion(program, 'zsh'));
  writeFileSync(join(folder, '.fish'), writeCompletion(program, 'fish'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

const ask = `source .bash
COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}
read -ra COMP_WORDS <<< "\${COMP_LINE//=/ = }"
[[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_touchdown
printf '%s\\n' "\${COMPREPLY[@]}"`;

/** What bash offers behind a line. */
const bash = (line: string): readonly string[] =>
  execFileSync('bash', ['--norc', '-c', ask, 'bash', line], { cwd: folder, encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '')
    .sort();

const fishShell = 'fish';

/** What fish offers, without the descriptions. */
const fish = (line: string): readonly string[] =>
  execFileSync(fishShell, ['--no-config', '-c', `source .fish; complete -C '${line}'`], {
    cwd: folder,
    encoding: 'utf8',
  })
    .split('\n')
    .map((word) => word.split('\t', 1)[0])
    .filter((word) => word !== '')
    .sort();

const both = [
  ['touchdown s', ['schema', 'search', 'studies']],
  ['touchdown studies ', ['export', 'list', 'remove', 'show']],
  ['touchdown studies export --f', ['--format']],
  ['touchdown studies export s --format ', ['config', 'csv', 'json']],
  ['touchdown search --strategy r', ['random']],
  ['touchdown search my.yaml --preset t', ['thorough']],
  ['touchdown --quiet train --loss h', ['huber']],
  ['touchdown completion z', ['zsh']],
  [
    'touchdown search --ver',
    ['--verification-episodes', '--verification-seeds', '--verification-timesteps', '--version'],
  ],
] as const;

describe('bash', () => {
  test.each(both)('behind "%s" offers %j', (line, words) => {
    expect(bash(line)).toEqual(words);
  });

  test.each([
    ['touchdown search my', ['my study.yaml', 'my-model.safetensors', 'my-studies']],
    ['touchdown search --space l', ['lunar-lander-100', 'lunar-lander-quick']],
    ['touchdown search --space=fu', ['fully-connected']],
    ['touchdown search --space my', ['my study.yaml', 'my-model.safetensors', 'my-studies']],
    ['touchdown studies show my', ['my-studies']],
    ['touchdown evaluate he', ['heuristic']],
    ['touchdown play he', ['heuristic']],
    ['touchdown search --seed ', []],
    ['touchdown nothing --se', []],
  ])('behind "%s" offers %j', (line, words) => {
    expect(bash(line)).toEqual(words);
  });

  test('knows every option of every command', () => {
    for (const command of createProgram().commands.filter(({ commands }) => commands.length === 0)) {
      const offered = bash(`touchdown ${command.name()} --`);
      for (const { long } of command.options) expect(offered).toContain(long);
    }
  });
});

test.skipIf(!has('zsh'))('zsh takes its script', () => {
  const { status, stderr } = spawnSync('zsh', ['-f', '-n', join(folder, '.zsh')], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

describe.skipIf(!has(fishShell))('fish', () => {
  test.each(both)('behind "%s" offers %j', (line, words) => {
    expect(fish(line)).toEqual(words);
  });
});
