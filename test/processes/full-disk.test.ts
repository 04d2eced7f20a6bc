/**
 * A real file system without space: a small one in memory, which root may mount. Where it may not be mounted, a limit on
 * the size of files, or of the database, stands in. A search begun three times: half a minute.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../src/storage/database.ts';
import { SqliteStorage } from '../../src/storage/sqlite.ts';
import { createStudyFolder, findDatabase } from '../../src/storage/study-folder.ts';
import { parseStudyConfiguration } from '../../src/study/configuration.ts';
import { command } from '../command.ts';
import { common, createWorkplace, remainsOf, searches } from './killed-studies.ts';

let folder: string;
let disk: string;
/** A file that takes the disk's room. */
let filler: string;
let isMounted: boolean;
beforeAll(() => {
  folder = createWorkplace();
  disk = join(folder, 'disk');
  filler = join(disk, 'filler');
  mkdirSync(disk);
  isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status === 0;
  writeFileSync(join(disk, 'tiny.yaml'), 'layers: [2]\nunits: [8, 32]\nactivations: [relu, tanh]\n');
});
afterAll(() => {
  if (isMounted) spawnSync('umount', ['-l', disk]);
  rmSync(folder, { recursive: true });
});

/** @param limit kilobytes that a file may have, at most. */
function run(cwd: string, args: readonly string[], limit?: number) {
  const program = [process.execPath, command, ...args];
  const limited =
    limit === undefined ? program : ['bash', '-c', `ulimit -f ${limit}; exec "$0" "$@"`, ...program];
  const { status, stderr } = spawnSync(limited[0], limited.slice(1), {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, lines: stderr.trim().split('\n') };
}

const args = [...searches.children, ...common];

test('a full disk stops a search with one clear line, and it goes on to the same end once there is room', async () => {
  expect(run(folder, ['search', ...args, '--study', 'whole']).status).toBe(0);
  // Room for the record as it begins, not for what comes.
  writeFileSync(filler, new Uint8Array(isMounted ? 1_750_000 : 0));
  const stopped = run(disk, ['search', ...args, '--study', 'study'], isMounted ? undefined : 256);
  const [hint, problem] = stopped.lines.slice(-2);
  expect(stopped.status).toBe(1);
  expect(hint).toBe('what was done is kept; to go on: touchdown resume study');
  const full = /^touchdown: no space left on the disk of ".*"; expected room for the study's record$/;
  expect(problem).toMatch(isMounted ? full : /^touchdown: /);
  expect(stopped.lines.filter((line) => /^ +at /.test(line))).toEqual([]);
  rmSync(filler);
  const resumed = run(disk, ['resume', 'study', '--json']);
  expect(resumed.lines.at(-1)).toMatch(/in all$/);
  expect(resumed.status).toBe(0);
  expect(await remainsOf(disk, 'study')).toEqual(await remainsOf(folder, 'whole'));
});

/** All room of the disk, taken and given back. */
const roomOnDisk = {
  take: () => expect(() => writeFileSync(filler, new Uint8Array(4_000_000))).toThrow('ENOSPC'),
  give: () => rmSync(filler),
};

/** Where there is no disk to fill, SQLite itself is told to have no room: as many pages as there are, and no more. */
const roomInDatabase = ({ connection }: OpenDatabase) => ({
  take: () => connection.pragma('max_page_count = 1'),
  give: () => connection.pragma('max_page_count = 1000000'),
});

test('a change that the database has no room for is told, and leaves the record as it was', async () => {
  const path = join(disk, 'record');
  const versions = { touchdown: '1.2.3', node: '24.0.0', kernels: 'wasm' };
  await (await createStudyFolder(path, parseStudyConfiguration({}), versions)).close();
  const opened = await openDatabase(findDatabase(path), false);
  const { id } = await opened.database.selectFrom('studies').select('id').executeTakeFirstOrThrow();
  const storage = new SqliteStorage(path, opened, id);
  const room = isMounted ? roomOnDisk : roomInDatabase(opened);
  await storage.addPolicy({ iteration: 0, probabilities: [[1]] });
  const before = await storage.read();
  room.take();
  const large = { iteration: 1, probabilities: [Array.from({ length: 5000 }, () => 1 / 5000)] };
  await expect(storage.addPolicy(large)).rejects.toThrow(
    `no space left on the disk of "${path}"; expected room for the study's record`,
  );
  expect(await storage.read()).toEqual(before);
  room.give();
  const policy = { iteration: 1, probabilities: [[0.5, 0.5]] };
  await storage.addPolicy(policy);
  expect((await storage.read()).policies).toEqual([...before.policies, policy]);
  await storage.close();
});
