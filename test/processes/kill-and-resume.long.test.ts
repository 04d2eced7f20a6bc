// Minutes: searches of seconds each that are killed twenty times.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkplace, killSearches, remainsOf, runWhole, type SearchName } from './killed-studies.ts';

let folder: string;
beforeAll(() => {
  folder = createWorkplace();
});
afterAll(() => rmSync(folder, { recursive: true }));

const minutes = 60_000;

describe('a search that is killed twenty times and gone on with', () => {
  test.each<SearchName>(['children', 'random', 'enas'])(
    '%s: ends with the same table and models, byte for byte',
    async (search) => {
      const study = `${search}-whole`;
      const duration = await runWhole(folder, study, search, 2);
      const kills = await killSearches(folder, search, 20, { study, duration });
      expect(kills.length).toBeGreaterThanOrEqual(20);
    },
    10 * minutes,
  );
});

describe('a search on other workers and kernels', () => {
  test.each<SearchName>(['children', 'random', 'enas'])(
    '%s: 1, 2 and 4 workers, and WebAssembly, have the same tables',
    async (search) => {
      await runWhole(folder, `${search}-1`, search, 1);
      await runWhole(folder, `${search}-2`, search, 2);
      await runWhole(folder, `${search}-4`, search, 4);
      await runWhole(folder, `${search}-wasm`, search, 2, { TOUCHDOWN_KERNELS: 'wasm' });
      const [first, ...others] = await Promise.all(
        ['1', '2', '4', 'wasm'].map((name) => remainsOf(folder, `${search}-${name}`)),
      );
      for (const other of others) expect(other.record).toBe(first.record);
    },
    10 * minutes,
  );
});
