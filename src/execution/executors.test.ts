// Workers start, load the program and compile the kernels: 2 s and more for the suite of each executor.
import { afterAll, describe, expect, test } from 'vitest';
import { complete, createJob, describeExecutor, outcomeOf } from '../../test/contracts/executor.ts';
import type { Executor } from '../study/executor.ts';
import { InlineExecutor } from './inline.ts';
import { ThreadExecutor } from './threads.ts';

describeExecutor({ name: 'inline', create: () => new InlineExecutor() });
describeExecutor({ name: '1 thread', create: () => new ThreadExecutor(1) });
describeExecutor({ name: '2 threads', create: () => new ThreadExecutor(2) });

describe('executors', () => {
  const executors: readonly Executor[] = [new InlineExecutor(), new ThreadExecutor(1), new ThreadExecutor(2)];
  afterAll(async () => {
    for (const executor of executors) await executor.close();
  });

  test('have the same results as one another, bit for bit', async () => {
    const jobs = [1, 2, 3].map((seed) => createJob({ seed }));
    const results = executors.map((executor) =>
      Promise.all(
        jobs.map(async (job) => {
          const signal = new AbortController().signal;
          return outcomeOf(await complete(executor.run(job, { signal, onProgress: () => {} })));
        }),
      ),
    );
    const [inline, ...threads] = await Promise.all(results);
    for (const others of threads) expect(others).toEqual(inline);
  });

  test('a number of workers that is none is refused', () => {
    expect(() => new ThreadExecutor(0)).toThrow('0 workers; expected a whole number ≥ 1');
  });
});
