import { defineConfig } from 'vitest/config';

const browserTests = 'test/browser/**/*.test.ts';
const longTests = process.env['TOUCHDOWN_LONG_TESTS'] ? [] : ['**/*.long.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Processes, not threads: tests load native code and start workers of their own.
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [browserTests, ...longTests],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // After the others, one file after another: they promise what is to be seen within two seconds.
        extends: true,
        test: {
          name: 'browser',
          include: [browserTests],
          exclude: longTests,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
