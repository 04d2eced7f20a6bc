import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readScalars } from '../../test/tensorboard-reader.ts';
import { crc32c, EventWriter } from './tensorboard.ts';

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchdown-tensorboard-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('TensorBoard event files', () => {
  test('have the checksums of RFC 3720, appendix B.4', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe306_9283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a91_36aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8_ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd_794e);
  });

  test('hold scalars as they were written, in order, in single precision', async () => {
    const scalar = fc.record({
      tag: fc.string({ unit: 'grapheme', minLength: 1 }),
      value: fc.float(),
      step: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(scalar), async (scalars) => {
        const run = join(folder, `run-${++count}`);
        const before = Date.now() / 1000;
        const writer = new EventWriter(run);
        for (const { tag, value, step } of scalars) writer.addScalar(tag, value, step);
        writer.close();
        const [name, ...others] = await readdir(run);
        expect(others).toEqual([]);
        expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\./);
        const read = readScalars(await readFile(join(run, name)));
        expect(read.map(({ tag, value, step }) => ({ tag, value, step }))).toEqual(scalars);
        for (const { wallTime } of read) {
          expect(wallTime).toBeGreaterThanOrEqual(before - 1);
          expect(wallTime).toBeLessThan(before + 60);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('of the same folder and second don’t touch one another', async () => {
    const run = join(folder, 'shared');
    for (const value of [1, 2]) {
      const writer = new EventWriter(run);
      writer.addScalar('a', value, 0);
      writer.close();
    }
    expect(await readdir(run)).toHaveLength(2);
  });
});
