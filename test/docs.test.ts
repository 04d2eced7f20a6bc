/** What documents promise: links lead somewhere, samples are of this library, command lines of this command. */
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';
import { createReader } from './command-reader.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'models/README.md',
  ...globSync('docs/**/*.md', { cwd: root }),
];
const read = (page: string): string => readFileSync(join(root, page), 'utf8');

interface Block {
  /** What stands behind the opening fence. */
  readonly language: string;
  readonly text: string;
}

const fence = /^ *```(\S*)\n([\s\S]*?)^ *```$/gm;
const blocksOf = (page: string): readonly Block[] =>
  [...read(page).matchAll(fence)].map(([, language, text]) => ({ language, text }));
const proseOf = (page: string): string => read(page).replaceAll(fence, '');

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading] of proseOf(page).matchAll(/^#+ (.*)$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replaceAll(/[^\p{Letter}\p{Number}\p{Mark} _-]/gu, '').replaceAll(' ', '-');
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

/** Links and pictures that lead to a file or a heading of the repository. */
const linksOf = (page: string): readonly string[] =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

test.each(pages)('every link of %s leads to a file and a heading that are there', (page) => {
  const broken = linksOf(page).filter((link) => {
    const [path, anchor] = link.split('#', 2);
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor);
  });
  expect(broken).toEqual([]);
});

/** Why this isn't a command line, if it isn't. Nothing runs. */
async function refusal(words: readonly string[]): Promise<string | undefined> {
  try {
    await createReader().parseAsync(['node', 'touchdown', ...words]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The arguments of `touchdown` in fenced blocks, without a prompt, a comment, and what the shell does with it. */
const commandLinesOf = (page: string): readonly string[] =>
  blocksOf(page)
    .filter(({ language }) => language === '' || language === 'sh')
    .flatMap(({ text }) => [...text.matchAll(/^(?:\$ )?(?:npx )?touchdown (.*)$/gm)])
    .map(([, line]) => line.split(/ +# | > | \| |; /, 1)[0].trim());

// Of docs/command-line.md, made from the commands' help, src/cli/program.test.ts reads the examples.
const written = pages.filter((page) => page !== 'docs/command-line.md' && commandLinesOf(page).length > 0);

test('command lines are found', () => {
  expect(written).toContain('README.md');
  expect(commandLinesOf('README.md')).toContain('play MODEL heuristic --side-by-side');
});

test.each(written)('every command line of %s is one', async (page) => {
  for (const line of commandLinesOf(page)) {
    expect({ line, refusal: await refusal(line.split(/ +/)) }).toEqual({ line, refusal: undefined });
  }
});

const samples = pages.flatMap((page) =>
  blocksOf(page)
    .filter(({ language }) => language === 'ts')
    .map(({ text }, index) => {
      // A sample may say in its first line which file of the source it would be.
      const file = /^\/\/ ((?:src|test)\/\S+\.ts)\n/.exec(text)?.[1];
      return { page, text, file: file ?? `samples/${page.replaceAll(/\W/g, '-')}-${index}.ts` };
    }),
);

const folder = mkdtempSync(join(tmpdir(), 'touchdown-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The compiler reads the library: some seconds.
test('every sample of TypeScript has the types of the library', () => {
  expect(samples.length).toBeGreaterThan(3);
  symlinkSync(resolve(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const files = samples.map(({ file }) => join(folder, file));
  for (const [index, { text }] of samples.entries()) {
    mkdirSync(dirname(files[index]), { recursive: true });
    writeFileSync(files[index], text);
  }
  const project = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent({ ...project.config, files, include: [] }, ts.sys, root);
  const program = ts.createProgram(files, {
    ...options,
    // A sample of the source imports its neighbours as if it lay beside them; others may leave a name unused.
    rootDirs: [root, folder],
    noUnusedLocals: false,
  });
  const problems = files.flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  const host = {
    getCurrentDirectory: () => folder,
    getNewLine: () => '\n',
    getCanonicalFileName: (name: string) => name,
  };
  expect(ts.formatDiagnostics(problems, host)).toBe('');
});
