import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { createReader, withChildren } from '../../test/command-reader.ts';
import { examplesOf } from './examples.ts';
import { createProgram } from './program.ts';

const namesOf = (command: CommandUnknownOpts): string =>
  command.parent ? `${namesOf(command.parent)} ${command.name()}` : command.name();

const names = withChildren(createProgram()).map(namesOf);

const find = (name: string): CommandUnknownOpts =>
  withChildren(createProgram()).find((command) => namesOf(command) === name) as CommandUnknownOpts;

/** Without what the shell does with it, and what is said about it. */
const wordsOf = (example: string): readonly string[] => example.split(/ {2,}| > /, 1)[0].split(' ');

test.each(names)('the help of "%s" has examples, which are command lines of it', async (name) => {
  const examples = examplesOf(find(name));
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    const words = wordsOf(example);
    expect(example.startsWith(name)).toBe(true);
    await createReader().parseAsync(['node', ...words]);
  }
});

test('what is no command line is refused by commander, as an error and not as an exit', async () => {
  for (const line of [
    'serch',
    'search --nothing',
    'search a.yaml b.yaml',
    'studies',
    'studies lst',
    'schema sth',
  ]) {
    await expect(createReader().parseAsync(['node', 'touchdown', ...line.split(' ')])).rejects.toThrow(
      CommanderError,
    );
  }
});

test('options for all commands are understood anywhere, and in every help', async () => {
  for (const line of ['--quiet search', 'search --quiet', 'studies list -q', 'studies -q list']) {
    const program = createReader();
    await program.parseAsync(['node', 'touchdown', ...line.split(' ')]);
    expect(program.opts()).toMatchObject({ quiet: true });
  }
  for (const name of names.slice(1)) expect(find(name).helpInformation()).toMatch(/--quiet +show results/);
});

test('what an option is without being given stands in the help', () => {
  const help = find('touchdown search').helpInformation().replaceAll(/\s+/g, ' ');
  expect(help).toContain("seed of everything random (default: 0, or the file's)");
  expect(help).toContain('(default: quick; with a file what that names, if anything)');
});
