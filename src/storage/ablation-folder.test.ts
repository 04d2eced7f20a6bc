import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAblationConfiguration } from '../study/ablation-configuration.ts';
import type { AblationRun } from '../study/ablation.ts';
import { openAblationFolder, readAblationFolder } from './ablation-folder.ts';

let base: string;
let count = 0;
const fresh = () => join(base, `ablation-${++count}`);

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'touchdown-ablation-'));
});
afterAll(async () => {
  await rm(base, { recursive: true, force: true });
});

const configuration = parseAblationConfiguration({ architectures: [{ architecture: '8,relu', seeds: 2 }] });
const versions = { touchdown: '1.2.3', node: '24.0.0', kernels: 'wasm' };
const open = (folder: string, asked = configuration, by = versions) => openAblationFolder(folder, asked, by);

const start = { architecture: '8,relu', parameterCount: 108, seed: 5 };
const first: AblationRun = {
  ...start,
  round: 1,
  state: 'complete',
  score: 1 / 3,
  returns: [0.33, -0.5],
  steps: 100,
  updates: 50,
  episodes: 3,
  solvedAt: null,
  curve: [[50, -1.5]],
};
const second: AblationRun = { ...start, round: 2, state: 'failed', error: 'out of memory' };
const timing = { seconds: 1.5, secondsToSolve: 0.5 };

/** A folder with both runs, closed. */
async function filled(): Promise<string> {
  const folder = fresh();
  const record = await open(folder);
  await record.add(first, timing);
  await record.add(second, { seconds: 2, secondsToSolve: null });
  await record.close();
  return folder;
}

describe('openAblationFolder', () => {
  test('keeps runs and timings, a line each, and has them when it is opened again', async () => {
    const folder = await filled();
    expect((await readdir(folder)).sort()).toEqual(['ablation.json', 'runs.jsonl', 'timings.jsonl']);
    const text = await readFile(join(folder, 'runs.jsonl'), 'utf8');
    expect(text).toBe(`${JSON.stringify(first)}\n${JSON.stringify(second)}\n`);
    const again = await open(folder);
    expect(again.runs).toEqual([first, second]);
    expect(again.timingOf(first)).toEqual(timing);
    expect(again.torn).toBe(false);
    await again.close();
  });

  test('drops a torn last line, says so, and appends after the whole ones', async () => {
    const folder = await filled();
    const file = join(folder, 'runs.jsonl');
    const whole = await readFile(file);
    const cut = whole.subarray(0, whole.length - 7);
    await writeFile(file, cut);
    await appendFile(join(folder, 'timings.jsonl'), '{"archi');
    const again = await open(folder);
    expect(again.torn).toBe(true);
    expect(again.runs).toEqual([first]);
    await again.add(second, timing);
    await again.close();
    expect(await readFile(file)).toEqual(whole);
    const reopened = await open(folder);
    expect(reopened.timingOf(second)).toEqual(timing);
    await reopened.close();
  });

  test('names file and line of what is whole and yet no run', async () => {
    const folder = await filled();
    const file = join(folder, 'runs.jsonl');
    await appendFile(file, '{"round":\n');
    await expect(open(folder)).rejects.toThrow(`"${file}" line 3 isn't JSON`);
    await writeFile(file, `${JSON.stringify({ ...first, score: null })}\n`);
    await expect(open(folder)).rejects.toThrow(`"${file}" line 1: score is null`);
  });

  test('goes on with more architectures and seeds, and takes them up', async () => {
    const folder = await filled();
    const more = parseAblationConfiguration({
      architectures: [
        { architecture: '4,relu', seeds: 1 },
        { architecture: '8,relu', seeds: 3 },
      ],
    });
    await (await open(folder, more)).close();
    await expect(open(folder)).rejects.toThrow(
      `cannot go on with the ablation in "${folder}": 4,relu is among its architectures`,
    );
    await (await open(folder, more)).close();
  });

  test('refuses other settings, and another version of the program', async () => {
    const folder = await filled();
    const other = parseAblationConfiguration({ ...configuration, steps: 5 });
    await expect(open(folder, other)).rejects.toThrow(
      'steps is 300000 there and 5 here; expected the same, or another folder',
    );
    await expect(open(folder, configuration, { ...versions, touchdown: '2.0.0' })).rejects.toThrow(
      'it is by touchdown 1.2.3, this is 2.0.0',
    );
    await (
      await open(folder, configuration, { ...versions, node: '26.0.0', kernels: 'native-avx2' })
    ).close();
  });

  test('refuses a folder of something else and leaves it alone', async () => {
    const folder = fresh();
    await mkdir(folder);
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await expect(open(folder)).rejects.toThrow(`cannot create an ablation: "${folder}" is not empty`);
    expect(await readdir(folder)).toEqual(['notes.txt']);
  });
});

describe('readAblationFolder', () => {
  test('has configuration and whole runs, and leaves a torn line where it is', async () => {
    const folder = await filled();
    const file = join(folder, 'runs.jsonl');
    await appendFile(file, '{"archi');
    const before = await readFile(file);
    expect(await readAblationFolder(folder)).toEqual({ configuration, runs: [first, second] });
    expect(await readFile(file)).toEqual(before);
  });

  test('names a folder that is no ablation’s', async () => {
    const folder = fresh();
    await expect(readAblationFolder(folder)).rejects.toThrow(
      `"${folder}" has no ablation.json with runs.jsonl; expected the folder of an ablation`,
    );
  });
});
