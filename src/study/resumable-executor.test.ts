import { expect, test } from 'vitest';
import { createJob } from '../../test/contracts/executor.ts';
import type { Executor, TrialResult } from './executor.ts';
import { ResumableExecutor } from './resumable-executor.ts';

const seeds = [4, 3, 2, 1];

test('jobs reach the executor in the order in which they were given, however long each is looked up', async () => {
  const begun: number[] = [];
  const executor: Executor = {
    parallelism: 1,
    run: ({ seed }): Promise<TrialResult> => {
      begun.push(seed);
      return Promise.resolve({ state: 'failed', error: 'nothing was run', seconds: 0 });
    },
    startReplicas: () => [],
    close: () => Promise.resolve(),
  };
  let lookups = 0;
  const resumable = new ResumableExecutor(
    executor,
    {
      stateFile: (label) => label,
      // The first takes longest; one can't be looked up.
      readResult: async () => {
        lookups += 1;
        if (lookups === 2) throw new Error('the disk is gone');
        await new Promise((resolve) => setTimeout(resolve, 20 / lookups));
        return undefined;
      },
      writeResult: () => Promise.resolve(),
    },
    1,
    () => {},
  );
  const options = { signal: new AbortController().signal, onProgress: () => {} };
  const ends = seeds.map((seed) => resumable.run(createJob({ seed }), options));
  const outcomes = await Promise.allSettled(ends);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(begun).toEqual([4, 2, 1]);
});
