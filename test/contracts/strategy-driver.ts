/** Runs a strategy as a study does, with trials that end in an order drawn at random. */
import { setImmediate } from 'node:timers/promises';
import type { RandomStream } from '../../src/random/random-stream.ts';
import type { Outcome, Proposal, Strategy } from '../../src/search/strategy.ts';
import { runTrials } from '../../src/study/trial-loop.ts';

const longestTrial = 8;

/** @returns the proposals by trial number. @param random draws how long trials take, in turns of the event loop. */
export async function runInRandomOrder(
  strategy: Strategy,
  parallelism: number,
  outcome: (proposal: Proposal, number: number) => Outcome,
  random: RandomStream,
): Promise<{ readonly proposals: readonly Proposal[]; readonly ended: readonly number[] }> {
  const proposals: Proposal[] = [];
  const ended: number[] = [];
  await runTrials(
    strategy,
    parallelism,
    {
      run: async (number, proposal) => {
        proposals[number] = proposal;
        for (let turns = random.integers(0, longestTrial); turns > 0; turns--) await setImmediate();
        ended.push(number);
        return outcome(proposal, number);
      },
      commit: async (number, result) => strategy.tell(number, result),
    },
    new AbortController().signal,
  );
  return { proposals, ended };
}
