import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { createSpace } from './create-space.ts';
import { loadSpace, parseSpaceFile } from './space-file.ts';
import { spaces, spaceSize } from './space.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-space-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const yaml = 'layers: 2\nunits: [64, 128]\nactivations: [relu, tanh]\n';
const json = '{ "layers": 2, "units": [64, 128], "activations": ["relu", "tanh"] }';
const page = readFileSync(new URL('../../docs/search-spaces.md', import.meta.url), 'utf8');

describe('space files', () => {
  test('YAML and JSON say the same; a space without a name has the file’s', () => {
    const space = parseSpaceFile(yaml, 'folder/two layers.yaml');
    expect(space.name).toBe('two layers');
    expect(spaceSize(createSpace(space))).toBe(16);
    expect(parseSpaceFile(json, 'two layers.json')).toEqual(space);
    expect(parseSpaceFile(json, 'two layers.yml')).toEqual(space);
    expect(parseSpaceFile(`\uFEFF${json}`, 'two layers.JSON')).toEqual(space);
    expect(parseSpaceFile(`name: mine\n${yaml}`, 'other.yaml').name).toBe('mine');
  });

  test('only names with an ending are files', () => {
    const path = join(folder, 'small.yaml');
    writeFileSync(path, yaml);
    expect(loadSpace(path)).toEqual(parseSpaceFile(yaml, path));
    expect(loadSpace('lunar-lander-100')).toBe('lunar-lander-100');
    expect(loadSpace('nothing/like this')).toBe('nothing/like this');
  });

  test.each<[string, string, string, string]>([
    ['a list without end', 'a.yaml', 'units: [1, 2', 'search space "a.yaml" is not YAML: Flow sequence'],
    [
      'a key twice',
      'a.yaml',
      'units: 1\nunits: 2',
      'is not YAML: Map keys must be unique at line 2, column 1',
    ],
    ['an alias to nothing', 'a.yaml', 'units: *x', 'is not YAML: Unresolved alias'],
    ['two documents', 'a.yaml', `${yaml}---\n${yaml}`, 'is not YAML: several documents; expected one'],
    ['nothing in it', 'a.yaml', '', 'search space "a.yaml": is null; invalid input: expected object'],
    [
      'an alias to itself',
      'a.yaml',
      'layers: &a [*a]\nunits: 1',
      'layers.0 is something that contains itself',
    ],
    ['a billion laughs', 'a.yaml', laughs(), 'is not YAML: Excessive alias count'],
    ['very deep lists', 'a.yaml', '['.repeat(20_000), 'search space "a.yaml"'],
    ['JSON without end', 'a.json', '{"layers": 1', 'search space "a.json" is not JSON: Expected'],
    [
      'JSON with a foreign prototype',
      'a.json',
      `{"__proto__": {}, ${json.slice(1)}`,
      'unknown "__proto__"; expected only',
    ],
    [
      'very deep JSON',
      'a.json',
      '['.repeat(20_000) + ']'.repeat(20_000),
      'search space "a.json": is something',
    ],
    [
      'a mistake inside',
      'a.json',
      '{"layers": 1, "units": [8, 8]}',
      'search space "a.json": units.1 is 8; expected each choice once',
    ],
  ])('%s', (_case, path, text, message) => {
    expect(() => parseSpaceFile(text, path)).toThrow(message);
    expect(() => parseSpaceFile(text, path)).toThrow(RangeError);
  });

  test('a file that can’t be read', () => {
    expect(() => loadSpace('missing.yaml')).toThrow(
      'cannot read search space "missing.yaml": it does not exist',
    );
    mkdirSync(join(folder, 'folder.json'));
    expect(() => loadSpace(join(folder, 'folder.json'))).toThrow('folder.json": it is a folder');
  });

  test('whatever the text, it is a definition or a RangeError of one line', () => {
    const words = 'layers units decisions kind : [ ] { } , 2 &a *a !!set | " \' # % << .nan ~ é'.split(' ');
    const token = fc.constantFrom(...words, ' ', '\n', '- ', '? ', '---\n', '\t', '\0', '\u2028', '\uD800');
    const damaged = fc
      .tuple(fc.constantFrom(yaml, json), fc.nat(), fc.nat({ max: 20 }), fc.array(token, { maxLength: 3 }))
      .map(([text, start, length, tokens]) => {
        const at = start % text.length;
        return text.slice(0, at) + tokens.join('') + text.slice(at + length);
      });
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(token, { maxLength: 30 }).map((t) => t.join('')),
      damaged,
    );
    fc.assert(
      fc.property(text, fc.constantFrom('x.yaml', 'x.json'), (content, path) => {
        try {
          createSpace(parseSpaceFile(content, path));
          return true;
        } catch (error) {
          return error instanceof RangeError && /^search space "x\.(yaml|json)"[^\n]+$/.test(error.message);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

/** Nine lists of nine aliases each to the one before. */
function laughs(): string {
  const names = 'a b c d e f g h i'.split(' ');
  const lines = names.map((name, i) => {
    const item = i === 0 ? '1' : `*${names[i - 1]}`;
    return `${name}: &${name} [${Array(9).fill(item).join(', ')}]`;
  });
  return lines.join('\n');
}

describe('docs/search-spaces.md', () => {
  const blocks = [...page.matchAll(/```(yaml|json)\n(.*?)```/gs)].map(([, kind, text]) => ({ kind, text }));

  test.each(blocks)('example $#: $text', ({ kind, text }) => {
    const expected = /^# ([\d,]+) samples/m.exec(text)?.[1].replaceAll(',', '');
    const space = createSpace(parseSpaceFile(text, `example.${kind}`));
    expect(spaceSize(space)).toBe(kind === 'json' ? 16 : Number(expected));
  });

  test('there are at least five examples, and every space that has a name has its row', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(5);
    for (const space of spaces) expect(page).toContain(`| \`${space.name}\` |`);
  });
});
