import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  readCheckpoint,
  readNewestCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
  writeNextCheckpoint,
} from './checkpoint-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchdown-checkpoint-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const anyState = fc.record({
  step: fc.nat(),
  solvedAt: fc.option(fc.nat(), { nil: undefined }),
  parameters: fc.float32Array(),
  sums: fc.float64Array(),
  words: fc.uint32Array(),
  bytes: fc.array(fc.uint8Array(), { maxLength: 3 }),
});

const state = { step: 3, parameters: Float32Array.of(1, -0, Number.NaN), inner: { rows: [1, 2] } };

describe('checkpoints', () => {
  test('come back as they were, bit for bit', async () => {
    const path = join(folder, 'any');
    await fc.assert(
      fc.asyncProperty(anyState, fc.string(), async (any, label) => {
        await writeCheckpoint(path, label, any);
        expect(await readCheckpoint(path, label)).toEqual(any);
      }),
      { numRuns: 50 },
    );
  });

  test('of part of an array hold that part alone', async () => {
    const path = join(folder, 'part');
    await writeCheckpoint(path, 'part', new Float32Array(1_000_000).subarray(10, 14));
    expect(await readCheckpoint(path, 'part')).toEqual(new Float32Array(4));
    expect((await readFile(path)).length).toBeLessThan(200);
  });

  test('that are not there are undefined; one takes the place of another, and nothing else is left', async () => {
    const inside = join(folder, 'deeper');
    const path = join(inside, 'one');
    expect(await readCheckpoint(path, 'x')).toBeUndefined();
    await writeCheckpoint(path, 'x', 1);
    await writeCheckpoint(path, 'x', 2);
    expect(await readCheckpoint(path, 'x')).toBe(2);
    expect(await readdir(inside)).toEqual(['one']);
  });

  test('cut off anywhere, or with any bit turned, are refused by name', async () => {
    const path = join(folder, 'whole');
    const damaged = join(folder, 'damaged');
    await writeCheckpoint(path, 'x', state);
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), async (at, bit) => {
        await writeFile(damaged, whole.subarray(0, at));
        await expect(readCheckpoint(damaged, 'x')).rejects.toThrow(`checkpoint "${damaged}" can't be used: `);
        const turned = Buffer.from(whole);
        turned[at] ^= 1 << bit;
        await writeFile(damaged, turned);
        await expect(readCheckpoint(damaged, 'x')).rejects.toThrow(`checkpoint "${damaged}" can't be used: `);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['something else', Buffer.from('a text of more than twenty bytes'), /32 bytes that are no checkpoint$/],
    ['nothing', Buffer.alloc(0), /0 bytes that are no checkpoint$/],
  ])('%s is refused', async (_what, bytes, message) => {
    const path = join(folder, 'other');
    await writeFile(path, bytes);
    await expect(readCheckpoint(path, 'x')).rejects.toThrow(message);
  });

  test('of another label are refused, with both', async () => {
    const path = join(folder, 'label');
    await writeCheckpoint(path, 'trial 3', state);
    await expect(readCheckpoint(path, 'trial 4')).rejects.toThrow(
      'it is of trial 3; expected one of trial 4',
    );
  });

  test('of a class or an array that would not come back are refused', async () => {
    await expect(writeCheckpoint(join(folder, 'odd'), 'x', { a: new Int8Array(1) })).rejects.toThrow(
      'Int8Array',
    );
  });

  test('that follow one another leave the one before, which stands in for a damaged or missing one', async () => {
    const inside = join(folder, 'series');
    const path = join(inside, 'one');
    const problems: string[] = [];
    const newest = () => readNewestCheckpoint(path, 'x', (problem) => problems.push(problem));
    expect(await newest()).toBeUndefined();
    for (const i of [1, 2, 3]) await writeNextCheckpoint(path, 'x', { i });
    expect(await newest()).toEqual({ i: 3 });
    expect(problems).toEqual([]);
    await writeFile(path, (await readFile(path)).subarray(0, 30));
    expect(await newest()).toEqual({ i: 2 });
    expect(problems).toEqual([expect.stringMatching(/^checkpoint ".*one" can't be used: .*cut off/)]);
    await rm(path);
    expect(await newest()).toEqual({ i: 2 });
    await writeNextCheckpoint(path, 'x', { i: 4 });
    await rm(`${path}.previous`);
    expect(await newest()).toEqual({ i: 4 });
    await writeNextCheckpoint(path, 'x', { i: 5 });
    await removeCheckpoint(path);
    expect(await readdir(inside)).toEqual([]);
    expect(await newest()).toBeUndefined();
  });
});
