import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StudyFolders } from './study-folders.ts';

let base: string;
let root: string;

/** Only names matter here: what is in the files is none of this module's business. */
async function writeStudy(folder: string): Promise<void> {
  await mkdir(join(folder, 'models'), { recursive: true });
  await writeFile(join(folder, 'study.db'), 'a record');
  await writeFile(join(folder, 'models', 'trial-1.safetensors'), 'a model');
}

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'touchdown-folders-'));
  root = join(base, 'studies');
  for (const name of ['a', 'b', 'ä ö', 'linked-models', 'linked-file']) await writeStudy(join(root, name));
  await writeStudy(join(base, 'outside'));
  await mkdir(join(root, 'empty'));
  await writeFile(join(root, 'notes.txt'), '');
  await symlink(join(base, 'outside'), join(root, 'link-out'));
  await symlink(join(root, 'a'), join(root, 'link-in'));
  await mkdir(join(root, 'linked-record'));
  await symlink(join(base, 'outside', 'study.db'), join(root, 'linked-record', 'study.db'));
  await rm(join(root, 'linked-models', 'models'), { recursive: true });
  await symlink(join(base, 'outside', 'models'), join(root, 'linked-models', 'models'));
  await symlink('/etc/hostname', join(root, 'linked-file', 'models', 'trial-2.safetensors'));
});

afterAll(async () => {
  await rm(base, { recursive: true, force: true });
});

describe('StudyFolders', () => {
  test('lists the studies right below the folder, and none that lies elsewhere', async () => {
    const folders = await StudyFolders.open(root);
    expect([...(await folders.list())].sort()).toEqual([
      'a',
      'b',
      'link-in',
      'linked-file',
      'linked-models',
      'ä ö',
    ]);
  });

  test.each([
    '',
    '.',
    '..',
    '../outside',
    'a/../../outside',
    'a/',
    '/etc',
    'a\\b',
    'a\0',
    'link-out',
    'linked-record',
    'empty',
    'nope',
  ])('finds no study by the name %j', async (name) => {
    expect(await (await StudyFolders.open(root)).find(name)).toBeUndefined();
  });

  test('reads models of a study', async () => {
    const folders = await StudyFolders.open(root);
    expect(await folders.readModel('a', 'trial-1.safetensors')).toEqual(
      new Uint8Array(Buffer.from('a model')),
    );
  });

  test.each([
    ['a', '../study.db'],
    ['a', 'study.db'],
    ['a', '..%2fstudy.db'],
    ['a', 'trial-2.safetensors'],
    ['a', '../../b/models/trial-1.safetensors'],
    ['linked-models', 'trial-1.safetensors'],
    ['linked-file', 'trial-2.safetensors'],
    ['..', 'trial-1.safetensors'],
    ['link-out', 'trial-1.safetensors'],
  ])('has no model of study %j by the name %j', async (study, name) => {
    expect(await (await StudyFolders.open(root)).readModel(study, name)).toBeUndefined();
  });

  test('shows a study alone where the folder is one', async () => {
    const folders = await StudyFolders.open(join(root, 'a'));
    expect(folders.only).toBe('a');
    expect(await folders.list()).toEqual(['a']);
    expect(await folders.find('b')).toBeUndefined();
  });

  test('names a folder that isn’t there', async () => {
    await expect(StudyFolders.open(join(root, 'nope'))).rejects.toThrow(/^no folder ".*nope"; expected one/);
    await expect(StudyFolders.open(join(root, 'notes.txt'))).rejects.toThrow(/^no folder/);
  });
});
