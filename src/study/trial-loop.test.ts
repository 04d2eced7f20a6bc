import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import { RandomSearch } from '../search/random.ts';
import { findSpace } from '../search/space.ts';
import type { Proposal, Strategy } from '../search/strategy.ts';
import { runTrials } from './trial-loop.ts';

const space = findSpace('lunar-lander-quick');
const strategyOf = (trials: number) => new RandomSearch(space, { trials }, new RandomStream(1));
const neverAborts = new AbortController().signal;

/** Tells the strategy the trial's number as its score. */
const tell = (strategy: Strategy, number: number) => strategy.tell(number, { score: number, solved: false });

describe('runTrials', () => {
  test.each([1, 2, 3, 20])(
    'commits in order of number whichever trial ends first, with %i at once',
    async (parallelism) => {
      const strategy = strategyOf(12);
      const committed: number[] = [];
      const ended: number[] = [];
      let running = 0;
      let most = 0;
      await runTrials(
        strategy,
        parallelism,
        {
          run: async (number) => {
            most = Math.max(most, ++running);
            // Later trials end earlier.
            await setTimeout(number % 4 === 0 ? 15 : 1);
            running -= 1;
            ended.push(number);
            return number * 10;
          },
          commit: async (number, result) => {
            expect(result).toBe(number * 10);
            await setTimeout(1);
            committed.push(number);
            tell(strategy, number);
          },
        },
        neverAborts,
      );
      expect(committed).toEqual(Array.from({ length: 12 }, (_, i) => i));
      expect(most).toBe(Math.min(parallelism, 12));
      expect(ended.toSorted((a, b) => a - b)).toEqual(committed);
      expect(parallelism > 1).toBe(JSON.stringify(ended) !== JSON.stringify(committed));
    },
  );

  test('an abort stops the trials that run, waits for them and throws the signal’s reason', async () => {
    const controller = new AbortController();
    const strategy = strategyOf(10);
    const committed: number[] = [];
    let stopped = 0;
    const search = runTrials(
      strategy,
      2,
      {
        run: async (number, _proposal, signal) => {
          if (number < 3) return;
          try {
            await setTimeout(60_000, undefined, { signal });
          } finally {
            await setTimeout(5);
            stopped += 1;
          }
        },
        commit: async (number) => {
          committed.push(number);
          tell(strategy, number);
          if (number === 2)
            setTimeout(1).then(
              () => controller.abort(new Error('enough')),
              () => {},
            );
        },
      },
      controller.signal,
    );
    await expect(search).rejects.toThrow('enough');
    expect(committed).toEqual([0, 1, 2]);
    expect(stopped).toBe(2);
  });

  test('an error of one trial stops the others and is thrown', async () => {
    const strategy = strategyOf(10);
    const stopped: number[] = [];
    const search = runTrials(
      strategy,
      3,
      {
        run: async (number, _proposal, signal) => {
          if (number === 1) throw new Error('disk full');
          await setTimeout(60_000, undefined, { signal }).catch(() => stopped.push(number));
        },
        commit: async () => {},
      },
      neverAborts,
    );
    await expect(search).rejects.toThrow('disk full');
    expect(new Set(stopped)).toEqual(new Set([0, 2]));
  });

  test('an error of a commit stops the trials that run and is thrown', async () => {
    const stopped: number[] = [];
    const search = runTrials(
      strategyOf(10),
      2,
      {
        run: async (number, _proposal, signal) => {
          if (number > 0) await setTimeout(60_000, undefined, { signal }).catch(() => stopped.push(number));
        },
        commit: async () => {
          throw new Error('disk full');
        },
      },
      neverAborts,
    );
    await expect(search).rejects.toThrow('disk full');
    expect(stopped).toEqual([1]);
  });

  test('a strategy that waits for nothing is an error, not a hang', async () => {
    const stuck: Strategy = {
      name: 'stuck',
      trialCount: 1,
      iterationSize: 1,
      ask: (): Proposal | 'wait' => 'wait',
      tell: () => {},
    };
    await expect(
      runTrials(stuck, 1, { run: async () => {}, commit: async () => {} }, neverAborts),
    ).rejects.toThrow('strategy stuck waits for outcomes at trial 0; it has heard them all');
  });
});
