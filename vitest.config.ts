import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: process.env['TOUCHDOWN_LONG_TESTS'] ? [] : ['**/*.long.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Processes, not threads: tests load native code and start workers of their own.
    pool: 'forks',
    maxWorkers: 2,
  },
});
