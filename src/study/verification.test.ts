import { describe, expect, test } from 'vitest';
import { candidate } from '../../test/constructed-runs.ts';
import { createJob } from '../../test/contracts/executor.ts';
import type { Executor, TrialResult } from './executor.ts';
import { Verification } from './verification.ts';

const names = ['a', 'b', 'c'];
/** Parameters. */
const sizes = [2, 3, 1];
/** Per name, per round: b drops out after the first. */
const scores: Readonly<Record<string, readonly number[]>> = {
  a: [250, 260, 255, 252, 258],
  b: [150, 165, 152, 0, 0],
  c: [255, 240, 258, 250, 251],
};

/** Runs so many jobs at once, a moment each, b the longest, then a; trains nothing. */
function createExecutor(parallelism: number) {
  const begun: string[] = [];
  const stopped: string[] = [];
  let mostAtOnce = 0;
  let running = 0;
  const waiting: (() => void)[] = [];
  const executor: Executor = {
    parallelism,
    async run({ architecture, seed }, { signal }): Promise<TrialResult> {
      const key = `${architecture}${seed}`;
      if (running >= parallelism) await new Promise<void>((resolve) => waiting.push(resolve));
      running += 1;
      mostAtOnce = Math.max(mostAtOnce, running);
      try {
        if (signal.aborted) stopped.push(key);
        signal.throwIfAborted();
        begun.push(key);
        await new Promise((resolve) => setTimeout(resolve, 5 * sizes[names.indexOf(architecture)]));
        if (signal.aborted) stopped.push(key);
        signal.throwIfAborted();
      } finally {
        running -= 1;
        waiting.shift()?.();
      }
      return {
        state: 'complete',
        training: { steps: 1, episodes: 1, updates: 1, solvedAt: undefined, curve: [] },
        returns: Float64Array.of(scores[architecture][seed - 1]),
        parameters: new Float32Array(1),
        seconds: 0,
      };
    },
    startReplicas: () => {
      throw new Error('replicas; expected trials alone');
    },
    close: () => Promise.resolve(),
  };
  return { executor, begun, stopped, mostAtOnce: () => mostAtOnce };
}

async function verify(parallelism: number, signal = new AbortController().signal) {
  const { executor, ...seen } = createExecutor(parallelism);
  const told: string[] = [];
  const dropped: string[] = [];
  const left: string[] = [];
  const verification = new Verification({
    executor,
    signal,
    jobOf: ({ architecture }, round) => createJob({ architecture, seed: round }),
    onProgress: () => {},
    onRun: ({ name }, round) => told.push(`${name}${round}`),
    onStop: ({ name }, round) => left.push(`${name}${round}`),
    onDrop: ({ candidate: { name }, runs }) => dropped.push(`${name} after ${runs.length}`),
  });
  const [field] = await verification.run([names.map((name, i) => candidate(name, sizes[i]))], 5);
  return { field, told, dropped, left, ...seen };
}

describe('Verification', () => {
  test('the result does not depend on how many run at once; who dropped out is told of no more', async () => {
    const one = await verify(1);
    for (const { field, told, dropped } of [one, await verify(2), await verify(4)]) {
      expect(field).toEqual(one.field);
      expect(field.map(({ runs }) => runs.length)).toEqual([5, 1, 5]);
      expect(dropped).toEqual(['b after 1']);
      expect(told.toSorted()).toEqual(one.told.toSorted());
      expect(told).not.toContain('b2');
    }
  });

  test('no worker idles at the end of a round: the largest begin first, and then those of the next; what it has of a dropout is stopped', async () => {
    const { begun, stopped, left, mostAtOnce } = await verify(2);
    expect(mostAtOnce()).toBe(2);
    // The second round begins while one of the first trains.
    expect(begun.slice(0, 4)).toEqual(['b1', 'a1', 'c1', 'b2']);
    expect(begun.filter((key) => key.endsWith('5'))).toEqual(['a5', 'c5']);
    expect(stopped).toEqual(['b2']);
    expect(left).toEqual(['b2']);
    expect(begun).not.toContain('b3');
  });

  test('an abort ends it with the reason', async () => {
    const controller = new AbortController();
    const ends = verify(2, controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(ends).rejects.toThrow('enough');
  });
});
