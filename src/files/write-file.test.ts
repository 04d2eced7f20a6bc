import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFileAtomically } from './write-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchdown-write-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a file is replaced whole, and folders are made', async () => {
  const path = join(folder, 'a', 'b', 'file.txt');
  await writeFileAtomically(path, 'a long first version');
  await writeFileAtomically(path, 'second');
  expect(await readFile(path, 'utf8')).toBe('second');
  expect(await readdir(join(folder, 'a', 'b'))).toEqual(['file.txt']);
});

test('writes at the same time leave one of the contents', async () => {
  const path = join(folder, 'file.bin');
  const contents = Array.from({ length: 8 }, (_, i) => new Uint8Array(50_000).fill(i));
  await Promise.all(contents.map((content) => writeFileAtomically(path, content)));
  const bytes = await readFile(path);
  expect(bytes).toHaveLength(50_000);
  expect(new Set(bytes).size).toBe(1);
  expect(await readdir(folder)).toEqual(['file.bin']);
});

test('a write that fails leaves what was there and nothing else', async () => {
  const path = join(folder, 'taken');
  await mkdir(path);
  await writeFile(join(path, 'inside'), 'kept');
  await expect(writeFileAtomically(path, 'x')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(await readdir(folder)).toEqual(['taken']);
  expect(await readFile(join(path, 'inside'), 'utf8')).toBe('kept');
});
