import { describe, expect, test } from 'vitest';
import { describeStrategy } from '../../test/contracts/strategy.ts';
import { RandomStream } from '../random/random-stream.ts';
import { createSpace } from './create-space.ts';
import { EvolutionSearch, type EvolutionSettings } from './evolution.ts';
import { RandomSearch } from './random.ts';
import { choiceCounts, drawSample, findSpace, type Sample, sampleIndex, type SearchSpace } from './space.ts';
import { parseSpaceDefinition } from './space-definition.ts';
import type { Proposal, Strategy } from './strategy.ts';

const quick = findSpace('lunar-lander-quick');
const lunarLander = findSpace('lunar-lander-100');
const settings: EvolutionSettings = { trials: 75, population: 20, tournament: 5, lag: 8 };

for (const lag of [1, 2, 8, 50]) {
  describeStrategy({
    name: `evolution, lag ${lag}`,
    space: quick,
    create: (random) => new EvolutionSearch(quick, { ...settings, trials: 40, lag }, random),
  });
}

const asked = (answer: Proposal | 'wait' | 'done'): Proposal => {
  if (typeof answer === 'string') throw new Error(`expected a proposal, got ${answer}`);
  return answer;
};

const differences = (a: Sample, b: Sample) => a.filter((choice, i) => choice !== b[i]).length;

/** Six layers of eight widths and two activations: 16.8 million architectures. */
const large = createSpace(
  parseSpaceDefinition({
    name: 'large',
    layers: [6],
    units: [8, 16, 32, 64, 128, 256, 512, 1024],
    activations: ['relu', 'sigmoid'],
  }),
);

/** How near a sample is to a planted one: 0 to 1. */
const nearness = (space: SearchSpace, best: Sample, sample: Sample) =>
  choiceCounts(space).reduce((sum, count, i) => sum + 1 - Math.abs(sample[i] - best[i]) / (count - 1), 0) /
  best.length;

describe('EvolutionSearch', () => {
  test('begins with a population of different architectures, then waits for all but the last lag − 1 outcomes', () => {
    const strategy = new EvolutionSearch(lunarLander, settings, new RandomStream(1));
    const founders = Array.from({ length: 20 }, (_, number) => asked(strategy.ask(number)).sample);
    expect(new Set(founders.map((sample) => sampleIndex(lunarLander, sample))).size).toBe(20);
    for (let number = 0; number < 13; number++) {
      expect(strategy.ask(20)).toBe('wait');
      strategy.tell(number, { score: number, solved: false });
    }
    asked(strategy.ask(20));
    expect(strategy.ask(21)).toBe('wait');
  });

  test('the parent is one of the latest of the population: the best there ever was is forgotten once it is old', () => {
    const small = { trials: 60, population: 6, tournament: 40, lag: 2 };
    const strategy = new EvolutionSearch(large, small, new RandomStream(3));
    const samples: Sample[] = [];
    for (let number = 0; number < 60; number++) {
      samples.push(asked(strategy.ask(number)).sample);
      strategy.tell(number, { score: number === 0 ? 1000 : -number, solved: false });
    }
    // Forty draws from six all but always hold the best of them: of falling scores the oldest.
    for (let number = 6; number < 60; number++) {
      const oldest = Math.max(0, number - 1 - 6);
      expect(differences(samples[oldest], samples[number])).toBe(1);
    }
  });

  test('comes nearer to a planted architecture than random search, under noise, in 10 of 10 searches of 100 trials', () => {
    const meanOfLast = (strategy: Strategy, best: Sample, luck: RandomStream) => {
      let sum = 0;
      for (let number = 0; number < strategy.trialCount; number++) {
        const { sample } = asked(strategy.ask(number));
        const value = nearness(large, best, sample);
        if (number >= 75) sum += value / 25;
        strategy.tell(number, { score: value + luck.uniform(-0.1, 0.1), solved: false });
      }
      return sum;
    };
    for (let seed = 0; seed < 10; seed++) {
      const root = new RandomStream(seed);
      const best = drawSample(large, root.fork('best'));
      const evolved = meanOfLast(
        new EvolutionSearch(large, { ...settings, trials: 100 }, root.fork('evolution')),
        best,
        root.fork('luck'),
      );
      const random = meanOfLast(
        new RandomSearch(large, { trials: 100 }, root.fork('random')),
        best,
        root.fork('luck'),
      );
      expect(evolved).toBeGreaterThan(random + 0.05);
    }
  });
});
