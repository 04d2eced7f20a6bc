// Workers start, load the program and compile the kernels: 2 s and more for the suite of each executor.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  complete,
  createJob,
  createReplicaJob,
  describeExecutor,
  outcomeOf,
  replicaPolicy,
} from '../../test/contracts/executor.ts';
import type { Executor } from '../study/executor.ts';
import { InlineExecutor } from './inline.ts';
import { ReplicaThread } from './replica-thread.ts';
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

  test('snapshots of the parameters are taken at the steps asked for, and the result has the same bits', async () => {
    const plain = new InlineExecutor();
    const job = createJob({ totalSteps: 3001 });
    const options = { signal: new AbortController().signal, onProgress: () => {} };
    const taken: { step: number; parameters: Float32Array }[] = [];
    const take = ({ step }: { step: number }, parameters: Float32Array) => taken.push({ step, parameters });
    const snapshots = { steps: [0, 1001, 1002, 2000], take };
    const watched = await complete(plain.run(job, { ...options, snapshots }));
    expect(outcomeOf(watched)).toEqual(outcomeOf(await complete(plain.run(job, options))));
    // Whole steps of eight environments.
    expect(taken.map(({ step }) => step)).toEqual([0, 1008, 2000, 3008]);
    expect(taken.at(-1)?.parameters).toEqual(watched.parameters);
    expect(taken[1].parameters).not.toEqual(taken[0].parameters);
    expect(taken[1].parameters).not.toEqual(taken[2].parameters);
  });

  test('a number of workers that is none is refused', () => {
    expect(() => new ThreadExecutor(0)).toThrow('0 workers; expected a whole number ≥ 1');
  });
});

describe('a thread that misbehaves', () => {
  let folder: string;
  let executor: Executor;
  // One that is out of memory takes seconds to end, and is not to be taken for one that hangs.
  let impatient: Executor;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'touchdown-misbehaviour-'));
    const workerFile = new URL('../../test/execution/misbehaving-worker.ts', import.meta.url);
    const options = { workerFile, resourceLimits: { maxOldGenerationSizeMb: 64 } };
    executor = new ThreadExecutor(2, options);
    impatient = new ThreadExecutor(2, { ...options, patience: 2 });
  });
  afterAll(async () => {
    await executor.close();
    await impatient.close();
    await rm(folder, { recursive: true });
  });

  const run = async (kind: string, times: number) => {
    const misbehaviour = join(folder, `${kind}-${times}`);
    await writeFile(misbehaviour, `${kind} ${times}`);
    const job = createJob({ environment: { id: 'LunarLander-v3', options: { misbehaviour } } });
    const threads = kind === 'hang' ? impatient : executor;
    return threads.run(job, { signal: new AbortController().signal, onProgress: () => {} });
  };

  test.each([
    ['exit', /^worker exited with code 3|exit.* 3/i],
    ['throw', /out of nowhere/],
    ['memory', /memory/],
    ['hang', /no sign of life from the trial's thread for 2 s/],
  ])(
    '%s: once is made good by another thread, with the same result; twice is a failed trial',
    async (kind, reason) => {
      const plain = new InlineExecutor();
      const whole = await plain.run(createJob(), {
        signal: new AbortController().signal,
        onProgress: () => {},
      });
      const [once, twice] = await Promise.all([run(kind, 1), run(kind, 2)]);
      expect(outcomeOf(await complete(once))).toEqual(outcomeOf(await complete(whole)));
      expect(twice).toMatchObject({ state: 'failed', error: expect.stringMatching(reason) });
      expect(twice).toMatchObject({ error: expect.stringMatching(/ \(twice\)$/) });
    },
  );
});

describe('a process that is stopped', () => {
  test('goes on where it was: the time of the stop is not taken for a thread that hangs', async () => {
    const script = fileURLToPath(new URL('../../test/execution/stopped-process.ts', import.meta.url));
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    try {
      for await (const line of createInterface(child.stdout)) {
        if (lines.push(line) !== 3) continue;
        child.kill('SIGSTOP');
        await setTimeout(4500);
        child.kill('SIGCONT');
      }
    } finally {
      child.kill('SIGKILL');
    }
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.at(-1)).toBe('complete');
    // A training that began anew would have reported its first steps again.
    const steps = lines.slice(0, -1).map((line) => Number(line.split(' ')[1]));
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  }, 60_000);
});

describe('a replica whose thread ends', () => {
  test('goes on in another, with the same answers; a second end is an error', async () => {
    const [job] = [createReplicaJob(1, { totalSteps: 9000 })];
    const options = { signal: new AbortController().signal, onProgress: () => {} };
    const ask = async (replica: ReplicaThread, afterwards: () => void) => {
      await replica.train(3000, replicaPolicy);
      const first = await replica.score([[0, 0, 0, 0]], [1, 2]);
      const training = replica.train(9000, replicaPolicy);
      afterwards();
      await training;
      return [first, await replica.score([[1, 0, 1, 0]], [1, 2]), await replica.finish()];
    };
    const plain = new ReplicaThread(job, 1, options);
    const whole = await ask(plain, () => {});
    await plain.close();
    const disturbed = new ReplicaThread(job, 1, options);
    expect(await ask(disturbed, () => void disturbed.endThread())).toEqual(whole);
    // Longer than the thread has left.
    const asked = disturbed.train(1_000_000_000, replicaPolicy);
    void disturbed.endThread();
    await expect(asked).rejects.toThrow('a thread of the search ended with code 1');
    await disturbed.close();
  });
});
