import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import { EvolutionSearch } from '../search/evolution.ts';
import { GridSearch } from '../search/grid.ts';
import { HalvingSearch } from '../search/halving.ts';
import { RandomSearch } from '../search/random.ts';
import { findSpace, type Sample, sampleIndex, spaceSize } from '../search/space.ts';
import type { Outcome, Strategy } from '../search/strategy.ts';
import { BudgetedSearch } from './budgeted-search.ts';

const space = findSpace('lunar-lander-quick');
const size = spaceSize(space);

const strategies = {
  random: () => new RandomSearch(space, { trials: Infinity }, new RandomStream(3)),
  evolution: () =>
    new EvolutionSearch(
      space,
      { trials: Infinity, population: 6, tournament: 2, lag: 3 },
      new RandomStream(3),
    ),
  halving: () =>
    new HalvingSearch(space, { configurations: 27, eta: 3, minimumSteps: 1 }, 9, new RandomStream(3)),
  grid: () => new GridSearch(space),
} as const satisfies Record<string, () => Strategy>;

/** The more units and the longer, the more work. */
const fullWork = ({ sample, steps = 9 }: { readonly sample: Sample; readonly steps?: number }) =>
  ((10 + sampleIndex(space, sample)) * steps) / 9;
/** Some end early. */
const endsAt = (sample: Sample) => (sampleIndex(space, sample) % 3 === 0 ? 0.4 : 1);
/** In no order. */
const outcomeOf = (sample: Sample): Outcome => ({
  score: (37 * sampleIndex(space, sample)) % 101,
  solved: true,
});

interface Settings {
  readonly strategy?: Strategy;
  readonly work?: (proposal: { readonly sample: Sample; readonly steps?: number }) => number | undefined;
}

/** Runs a search with so many trials between ask and tell, told as late as that allows. */
function runSearch(
  budget: number,
  parallelism: number,
  { strategy = strategies.random(), work = fullWork }: Settings = {},
) {
  const search = new BudgetedSearch(strategy, { budget, fullWork: work, patience: 2 * size });
  const trials: { readonly sample: Sample; readonly steps: number; readonly work: number }[] = [];
  for (let told = 0; ; ) {
    const answer = trials.length - told < parallelism ? search.ask(trials.length) : 'wait';
    if (typeof answer === 'object') {
      const { sample, steps = 9 } = answer;
      trials.push({ sample, steps, work: fullWork(answer) * endsAt(sample) });
      continue;
    }
    if (told === trials.length) {
      if (answer !== 'done') throw new Error(`"${answer}" when all was told; expected "done"`);
      return { trials, samples: trials.map(({ sample }) => sample), work: search.work };
    }
    const trial = trials[told++];
    search.tell(outcomeOf(trial.sample), trial.work);
  }
}

describe('BudgetedSearch', () => {
  test.each(['random', 'evolution', 'halving', 'grid'] as const)(
    '%s has the same trials with 2, 3 and 16 at once as with one, also where some are not to be trained',
    (name) => {
      const even = (proposal: Parameters<typeof fullWork>[0]) =>
        sampleIndex(space, proposal.sample) % 2 === 0 ? fullWork(proposal) : undefined;
      for (const work of [fullWork, even]) {
        for (const budget of [1, 50, 137, 400, 1000]) {
          const [first, ...others] = [1, 2, 3, 16].map((parallelism) =>
            runSearch(budget, parallelism, { strategy: strategies[name](), work }),
          );
          for (const other of others) expect(other).toEqual(first);
        }
      }
    },
  );

  test('stops at the first trial that might exceed the budget, and not before', () => {
    for (const budget of [100, 200, 300, 400]) {
      const { trials, work } = runSearch(budget, 1);
      expect(work).toBe(trials.reduce((sum, trial) => sum + trial.work, 0));
      expect(work).toBeLessThanOrEqual(budget);
      const next = runSearch(1000, 1).trials[trials.length];
      expect(work + fullWork(next)).toBeGreaterThan(budget);
    }
  });

  test('runs one trial however small the budget', () => {
    expect(runSearch(0, 2).samples).toHaveLength(1);
  });

  test('ends where the strategy does, before the budget is spent', () => {
    expect(runSearch(Infinity, 4, { strategy: strategies.grid() }).samples).toHaveLength(size);
    expect(runSearch(1e9, 4, { strategy: strategies.halving() }).samples).toHaveLength(27 + 9 + 3);
  });

  test('goes through the space again where there is work left', () => {
    const { samples } = runSearch(1e4, 1);
    expect(samples.length).toBeGreaterThan(2 * size);
    const drawn = samples.map((sample) => sampleIndex(space, sample));
    for (const round of [drawn.slice(0, size), drawn.slice(size, 2 * size)]) {
      expect(new Set(round).size).toBe(size);
    }
  });

  test('skips what is not to be trained; where that is everything, nothing runs', () => {
    const small = (proposal: Parameters<typeof fullWork>[0]) =>
      sampleIndex(space, proposal.sample) < 5 ? fullWork(proposal) : undefined;
    const { samples } = runSearch(200, 2, { work: small });
    expect(samples.length).toBeGreaterThan(5);
    expect(Math.max(...samples.map((sample) => sampleIndex(space, sample)))).toBeLessThan(5);
    for (const name of ['random', 'evolution', 'halving'] as const) {
      expect(runSearch(200, 2, { strategy: strategies[name](), work: () => undefined }).samples).toEqual([]);
    }
  });

  test('one that is to be trained is found however far apart its turns are', () => {
    const only = (proposal: Parameters<typeof fullWork>[0]) =>
      sampleIndex(space, proposal.sample) === 7 ? fullWork(proposal) : undefined;
    expect(runSearch(17 * 40, 1, { work: only }).samples).toHaveLength(40);
  });

  test('tells the strategy in order that what was skipped has failed', () => {
    const heard: [number, number][] = [];
    const strategy = strategies.random();
    const tell = strategy.tell.bind(strategy);
    strategy.tell = (number, outcome) => {
      heard.push([number, outcome.score]);
      tell(number, outcome);
    };
    const order = new RandomSearch(space, { trials: Infinity }, new RandomStream(3));
    const work = (proposal: Parameters<typeof fullWork>[0]) =>
      sampleIndex(space, proposal.sample) % 4 === 0 ? fullWork(proposal) : undefined;
    runSearch(200, 3, { strategy, work });
    for (const [i, [number, score]] of heard.entries()) {
      const proposal = order.ask(i);
      if (proposal === 'done') throw new Error('expected a proposal');
      const expected = work(proposal) === undefined ? -Infinity : outcomeOf(proposal.sample).score;
      expect([number, score]).toEqual([i, expected]);
    }
    expect(heard.length).toBeGreaterThan(10);
  });
});
