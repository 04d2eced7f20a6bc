import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StudyLock } from './study-lock.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchdown-lock-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test('one holds it at a time; the other is told who', () => {
  expect(StudyLock.isTaken(folder)).toBe(false);
  const lock = StudyLock.take(folder);
  expect(StudyLock.isTaken(folder)).toBe(true);
  expect(() => StudyLock.take(folder)).toThrow(
    new RegExp(
      `^the study in "${folder}" is being run by process ${process.pid} on .* since 20.*Z; expected`,
    ),
  );
  lock.release();
  StudyLock.take(folder).release();
  expect(StudyLock.isTaken(folder)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test('who takes it waits for one that only asks', async () => {
  StudyLock.take(folder).release();
  // Asking is a transaction that writes nothing; this one takes longer than any.
  const code = `const { default: Database } = await import('better-sqlite3');
    const database = new Database(process.argv[1]); database.exec('begin immediate');
    console.log('asking'); setTimeout(() => database.close(), 60);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, join(folder, 'study.lock')]);
  await once(child.stdout, 'data');
  const exit = once(child, 'exit');
  const lock = StudyLock.take(folder);
  expect(StudyLock.isTaken(folder)).toBe(true);
  lock.release();
  expect(await exit).toEqual([0, null]);
});

test('a process that is killed holds it no more', async () => {
  const code = `const { StudyLock } = await import(process.argv[1]); globalThis.lock = StudyLock.take(process.argv[2]);
    console.log('held'); setInterval(() => {}, 1000);`;
  const lockFile = new URL('./study-lock.ts', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, lockFile, folder]);
  await once(child.stdout, 'data');
  expect(() => StudyLock.take(folder)).toThrow(`by process ${child.pid} on`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  StudyLock.take(folder).release();
});
