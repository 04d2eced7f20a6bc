// Searches of seconds each, begun five times: half a minute each. kill-and-resume.long.test.ts kills more often.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkplace, killSearches, remainsOf, runWhole } from './killed-studies.ts';

let folder: string;
beforeAll(() => {
  folder = createWorkplace();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a search that is killed three times and gone on with', () => {
  test.each(['children', 'enas'] as const)(
    '%s: ends with the same table and models, byte for byte',
    async (search) => {
      const study = `${search}-whole`;
      const duration = await runWhole(folder, study, search, 2);
      expect((await remainsOf(folder, study)).files).toEqual(['models', 'study.db']);
      const kills = await killSearches(folder, search, 3, { study, duration });
      expect(kills.length).toBeGreaterThanOrEqual(3);
    },
  );
});
