/** Real searches in processes of their own that are killed at random instants and gone on with. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { command } from '../command.ts';
import { openStudyFolder } from '../../src/storage/study-folder.ts';

/**
 * Seconds of searching and retraining, with a control. A checkpoint follows every slice of work. With
 * `--json` nothing is drawn, which would take longer than all the rest.
 */
export const common = [
  '--seed 4 --finalists 2 --verification-seeds 2 --verification-timesteps 4000 --verification-episodes 4',
  '--control --learning-starts 200 --buffer-size 4000 --checkpoint-interval 0 --space tiny.yaml --json',
].flatMap((part) => part.split(' '));

export const searches = {
  children: '--strategy children --iterations 2 --samples-per-iteration 3 -n 4000'.split(' '),
  random: '--strategy random --trials 6 -n 4000'.split(' '),
  // Four of the sixteen architectures are small enough to be tuned.
  enas: '--strategy enas --iterations 3 --samples-per-iteration 3 -n 10000 --max-parameters 200'.split(' '),
} as const;

export type SearchName = keyof typeof searches;

/** A new folder with the search space. */
export function createWorkplace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'touchdown-killed-'));
  writeFileSync(join(folder, 'tiny.yaml'), 'layers: [2]\nunits: [8, 32]\nactivations: [relu, tanh]\n');
  return folder;
}

function start(cwd: string, args: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  const env = { ...process.env, NO_COLOR: '1', ...environment };
  return spawn(process.execPath, [command, ...args], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** @throws Error with what it said when it doesn't end well. */
async function finish(child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`the process ended with status ${status}: ${said.slice(-2000)}`);
}

const listFiles = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** What is kept of a study's jobs, as text that changes whenever it does. */
function seeCheckpoints(study: string): string {
  const folder = join(study, 'checkpoints');
  // `study` is there before there is work.
  const names = listFiles(folder).filter((name) => name !== 'study');
  const ages = names.map((name) => {
    const mtime = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs;
    return `${name} ${mtime}`;
  });
  return ages.join();
}

/** Files of jobs' states that were begun and not finished. */
const halfWritten = (study: string): readonly string[] =>
  listFiles(join(study, 'checkpoints')).filter((name) => name.endsWith('.tmp'));

/** Looks without a pause until a process is in the middle of keeping something, has ended, or two seconds are over. */
async function catchWriting(child: ChildProcess, study: string): Promise<void> {
  const end = performance.now() + 2000;
  while (child.exitCode === null && performance.now() < end) {
    for (let i = 0; i < 100; i++) if (halfWritten(study).length > 0) return;
    await setImmediate();
  }
}

/** Waits until a process keeps something, or has ended. */
async function waitForWork(child: ChildProcess, study: string): Promise<void> {
  const before = seeCheckpoints(study);
  while (child.exitCode === null && seeCheckpoints(study) === before) await setTimeout(5);
}

/** Runs a search that nothing disturbs. @returns milliseconds from when it first kept something to its end. */
export async function runWhole(
  cwd: string,
  study: string,
  search: SearchName,
  workers: number,
  environment?: Record<string, string>,
): Promise<number> {
  const args = ['search', ...searches[search], ...common, '--study', study, '-j', String(workers)];
  const child = start(cwd, args, environment);
  const ended = finish(child);
  await waitForWork(child, join(cwd, study));
  const begun = performance.now();
  await ended;
  return performance.now() - begun;
}

/** A kill: after how many milliseconds of work, and whether in the middle of keeping a job's state. */
interface Kill {
  readonly after: number;
  readonly whileWriting: boolean;
}

/**
 * Runs a search, kills it again and again with SIGKILL, and lets it end. One kill in four waits until a job's state is
 * being written.
 * @param duration of one that is whole, in milliseconds. @param random from 0 to 1.
 */
async function runKilled(
  cwd: string,
  study: string,
  search: SearchName,
  kills: number,
  duration: number,
  random: () => number,
): Promise<readonly Kill[]> {
  const folder = join(cwd, study);
  const instants: Kill[] = [];
  let args = ['search', ...searches[search], ...common, '--study', study, '-j', '2'];
  for (let i = 0; i < kills; i++) {
    const child = start(cwd, args);
    const exit = once(child, 'exit');
    const after = (duration * 1.5 * random()) / kills;
    // One in five before it has begun to work.
    if (i % 5 !== 4) await waitForWork(child, folder);
    const before = halfWritten(folder);
    await setTimeout(after);
    if (i % 4 === 1) await catchWriting(child, folder);
    // It was done before.
    if (child.exitCode !== null) return instants;
    child.kill('SIGKILL');
    await exit;
    const left = halfWritten(folder);
    instants.push({ after: Math.round(after), whileWriting: left.some((name) => !before.includes(name)) });
    const exists = listFiles(folder).includes('study.db');
    // Workers change: nothing depends on how many there are.
    if (exists) {
      args = ['resume', study, '--checkpoint-interval', '0', '--json', '-j', String(1 + (i % 3))];
    }
  }
  await finish(start(cwd, args));
  return instants;
}

/**
 * Kills searches so many times in all, at least once while a job's state is being written: one may end before its time,
 * then another is begun.
 * @param whole a study of the same search that nothing disturbed. @returns every kill. @throws where one doesn't end like it.
 */
export async function killSearches(
  cwd: string,
  search: SearchName,
  kills: number,
  whole: { readonly study: string; readonly duration: number },
): Promise<readonly Kill[]> {
  const expected = await remainsOf(cwd, whole.study);
  const all: Kill[] = [];
  const wasCaughtWriting = () => all.some(({ whileWriting }) => whileWriting);
  for (let round = 1; all.length < kills || (!wasCaughtWriting() && round < 10); round++) {
    const study = `${search}-killed-${round}`;
    const left = Math.max(kills - all.length, 2);
    const killed = await runKilled(cwd, study, search, left, whole.duration, Math.random);
    all.push(...killed);
    const instants = killed.map(({ after }) => after).join(', ');
    expect(await remainsOf(cwd, study), `killed after ${instants} ms`).toEqual(expected);
  }
  expect(wasCaughtWriting(), `a kill of ${all.length} while a state was written`).toBe(true);
  return all;
}

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

const timeless = (key: string, value: unknown) => (key === 'seconds' || key === 'createdAt' ? 0 : value);

/** All that a study leaves behind but times: its record as text, and its files. */
export async function remainsOf(cwd: string, study: string) {
  const folder = join(cwd, study);
  const storage = await openStudyFolder(folder);
  const { versions, ...record } = await storage.read();
  await storage.close();
  const models = readdirSync(join(folder, 'models')).sort();
  return {
    record: JSON.stringify(record, timeless, 1),
    touchdown: versions.touchdown,
    files: listFiles(folder).toSorted(),
    models: models.map((name) => `${name} ${hashOf(join(folder, 'models', name))}`),
  };
}
