import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anySpace, unconditionalSpace } from '../../test/random-spaces.ts';
import { activations } from '../kernels/kernels.ts';
import { formatArchitecture } from '../networks/architecture.ts';
import { RandomStream } from '../random/random-stream.ts';
import { createSpace } from './create-space.ts';
import { fullyConnected } from './decisions.ts';
import {
  checkSample,
  choiceCounts,
  countingDecisions,
  decodeHyperparameters,
  decodeSample,
  describeSample,
  drawSample,
  enumerateSamples,
  findSpace,
  mutate,
  neighbours,
  type Sample,
  sampleAt,
  sampleIndex,
  type SearchSpace,
  spaceSize,
  spaces,
} from './space.ts';

const lunarLander = findSpace('lunar-lander-100');

const depths = createSpace({
  name: 'depths',
  decisions: fullyConnected({
    layers: [1, 2, 3],
    units: [8, 16],
    activations: ['relu', 'tanh'],
    heads: ['plain', 'dueling'],
    hyperparameters: { learningRate: [0.001, 0.0003], loss: ['huber'] },
  }),
});

/** A sample of the space, by a number that needn't be below its size. */
const anySample = (space: SearchSpace, number: number) => sampleAt(space, number % spaceSize(space));

const key = (sample: Sample) => sample.join();

describe('named spaces', () => {
  test('lunar-lander-100 has 100 architectures, decided layer by layer, units before activation', () => {
    expect(spaceSize(lunarLander)).toBe(100);
    expect(lunarLander.decisions.map((decision) => decision.name)).toEqual([
      'units 1',
      'activation 1',
      'units 2',
      'activation 2',
    ]);
    expect(formatArchitecture(decodeSample(lunarLander, [2, 0, 1, 1]))).toBe('256,relu,128,sigmoid');
  });

  test('lunar-lander-quick has 36 architectures', () => {
    expect(spaceSize(findSpace('lunar-lander-quick'))).toBe(36);
  });

  test('fully-connected has all depths, heads and activations; dqn hyperparameters as well', () => {
    const perLayer = 6 * activations.length;
    const deep = perLayer + perLayer ** 2 + perLayer ** 3 + perLayer ** 4;
    expect(spaceSize(findSpace('fully-connected'))).toBe(2 * deep);
    const dqn = findSpace('dqn');
    expect(spaceSize(dqn)).toBe(2 * (perLayer + perLayer ** 2) * 5 * 4 * 4 * 4 * 4);
    expect(describeSample(dqn, sampleAt(dqn, spaceSize(dqn) - 1))).toBe(
      `512,${activations.at(-1)},512,${activations.at(-1)},dueling lr 0.002 gamma 0.999 batchSize 256 trainFrequency 8 nSteps 5`,
    );
  });

  test.each(spaces.filter((space) => spaceSize(space) <= 100))(
    '$name decodes every sample to an architecture of its own',
    (space) => {
      const texts = [...enumerateSamples(space)].map((sample) =>
        formatArchitecture(decodeSample(space, sample)),
      );
      expect(new Set(texts).size).toBe(spaceSize(space));
    },
  );

  test('an unknown name is answered with the names there are and the nearest one', () => {
    expect(() => findSpace('lunar-lander-10')).toThrow(
      'unknown search space "lunar-lander-10" (did you mean lunar-lander-100?); expected one of lunar-lander-100, lunar-lander-quick, fully-connected, dqn',
    );
    expect(() => findSpace('x')).toThrow(/^unknown search space "x"; expected one of/);
  });
});

describe('samples', () => {
  test('number and sample are each other’s inverse, and the numbers go through the space in lexical order', () => {
    fc.assert(
      fc.property(anySpace, (space) => {
        fc.pre(spaceSize(space) <= 3000);
        const samples = [...enumerateSamples(space)];
        expect(samples.map((sample) => sampleIndex(space, sample))).toEqual([...samples.keys()]);
        for (const [i, sample] of samples.entries()) {
          checkSample(space, sample);
          const before = samples[i - 1] ?? [-1];
          const d = sample.findIndex((choice, t) => choice !== before[t]);
          expect(sample[d]).toBeGreaterThan(before[d]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('the size is the number of different combinations of choices that count', () => {
    fc.assert(
      fc.property(anySpace, (space) => {
        const combinations = choiceCounts(space).reduce((product, count) => product * count, 1);
        fc.pre(combinations <= 20_000);
        const different = new Set<string>();
        for (let rest = 0; rest < combinations; rest++) {
          const counting: (number | undefined)[] = [];
          let digits = rest;
          for (const { choices, condition } of space.decisions) {
            const digit = digits % choices.length;
            digits = Math.floor(digits / choices.length);
            const { decision, choices: values } = condition ?? { decision: 0, choices: [] };
            const holds = condition === undefined || values.includes(counting[decision] ?? -1);
            counting.push(holds ? digit : undefined);
          }
          different.add(counting.join());
        }
        expect(spaceSize(space)).toBe(different.size);
      }),
      { numRuns: 40 },
    );
  });

  test('without conditions numbers are digits, the last decision running fastest, and every integer drawn is a choice', () => {
    fc.assert(
      fc.property(unconditionalSpace, fc.nat(), (space, number) => {
        const counts = choiceCounts(space);
        const sample = anySample(space, number);
        expect(counts.reduce((index, count, i) => index * count + sample[i], 0)).toBe(
          number % spaceSize(space),
        );
        const random = new RandomStream(number);
        const drawn = counts.map((count) => random.integers(0, count));
        expect(drawSample(space, new RandomStream(number))).toEqual(drawn);
      }),
    );
  });

  test('numbers of a space of 7 × 10^12 samples are exact at both ends', () => {
    const layers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const contents = {
      layers,
      units: [16, 32, 64, 128, 256, 512],
      activations: ['relu', 'sigmoid', 'tanh'],
    } as const;
    const space = createSpace({
      name: 'deep',
      decisions: fullyConnected({ ...contents, heads: ['plain', 'dueling'] }),
    });
    const size = spaceSize(space);
    expect(size).toBe(2 * layers.reduce((sum, depth) => sum + 18 ** depth, 0));
    fc.assert(
      fc.property(fc.nat(), (number) => {
        for (const index of [number, size - 1 - number]) {
          expect(sampleIndex(space, sampleAt(space, index))).toBe(index);
        }
      }),
    );
  });

  test('drawn samples are canonical and decode to as many layers as decisions of units count', () => {
    fc.assert(
      fc.property(anySpace, fc.nat(), (space, seed) => {
        const sample = drawSample(space, new RandomStream(seed));
        const counting = countingDecisions(space, sample);
        const layers = space.decisions.filter(({ kind }, i) => kind === 'units' && counting[i]);
        expect(decodeSample(space, sample).layers).toHaveLength(layers.length);
        expect(sample.every((choice, i) => counting[i] || choice === 0)).toBe(true);
        expect(drawSample(space, new RandomStream(seed))).toEqual(sample);
      }),
    );
  });

  test('only what counts is decoded', () => {
    expect(depths.decisions.map((decision) => decision.name)).toEqual([
      'depth',
      'units 1',
      'activation 1',
      'units 2',
      'activation 2',
      'units 3',
      'activation 3',
      'head',
      'learningRate',
      'loss',
    ]);
    const shallow = [0, 1, 0, 0, 0, 0, 0, 1, 1, 0];
    expect(describeSample(depths, shallow)).toBe('16,relu,dueling lr 0.0003 loss huber');
    expect(decodeHyperparameters(depths, shallow)).toEqual({ learningRate: 0.0003, loss: 'huber' });
    expect(describeSample(depths, [1, 1, 0, 0, 1, 0, 0, 0, 0, 0])).toBe('16,relu,8,tanh lr 0.001 loss huber');
    expect(decodeHyperparameters(lunarLander, [0, 0, 0, 0])).toEqual({});
  });

  test('draws are uniform: every choice within 5 standard deviations of its share over 20,000 draws', () => {
    const random = new RandomStream(3);
    const draws = 20_000;
    const counts = choiceCounts(lunarLander).map((count) => Array.from({ length: count }, () => 0));
    for (let i = 0; i < draws; i++) {
      for (const [d, choice] of drawSample(lunarLander, random).entries()) counts[d][choice] += 1;
    }
    for (const perChoice of counts) {
      const share = 1 / perChoice.length;
      const deviation = Math.sqrt(draws * share * (1 - share));
      for (const count of perChoice) expect(Math.abs(count - draws * share)).toBeLessThan(5 * deviation);
    }
  });

  test('what doesn’t belong to the space is refused by name', () => {
    expect(() => checkSample(lunarLander, [0, 0, 0])).toThrow(
      'a sample of 3 choices [0, 0, 0]; expected 4 in space lunar-lander-100',
    );
    expect(() => decodeSample(lunarLander, [0, 2, 0, 0])).toThrow(
      'choice 2 for "activation 1" in space lunar-lander-100; expected a whole number from 0 to 1',
    );
    expect(() => sampleIndex(lunarLander, [0, 0.5, 0, 0])).toThrow(RangeError);
    expect(() => sampleAt(lunarLander, 100)).toThrow(
      'sample number 100 of space lunar-lander-100; expected a whole number from 0 to 99',
    );
    expect(() => sampleAt(lunarLander, -1)).toThrow(RangeError);
  });

  test('a choice that does not count is refused unless it is 0', () => {
    expect(() => checkSample(depths, [0, 1, 0, 1, 0, 0, 0, 0, 0, 0])).toThrow(
      'choice 1 for "units 2" in space depths, which does not count in [0, 1, 0, 1, 0, 0, 0, 0, 0, 0]; expected 0',
    );
    expect(() => [...neighbours(depths, [0])]).toThrow(RangeError);
    expect(() => mutate(depths, [9], new RandomStream(1))).toThrow(RangeError);
  });
});

describe('neighbours', () => {
  test('differ in exactly one of the decisions that count in both; each once, and each other’s', () => {
    fc.assert(
      fc.property(anySpace, fc.nat(), (space, number) => {
        const sample = anySample(space, number);
        const counting = countingDecisions(space, sample);
        const all = [...neighbours(space, sample)];
        fc.pre(all.length <= 2000);
        expect(new Set(all.map(key)).size).toBe(all.length);
        for (const other of all.slice(0, 50)) {
          const both = countingDecisions(space, other).map((counted, i) => counted && counting[i]);
          expect(both.filter((counted, i) => counted && sample[i] !== other[i])).toHaveLength(1);
          expect([...neighbours(space, other)].some((back) => key(back) === key(sample))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('are all of them: as many as a look at the whole space finds', () => {
    fc.assert(
      fc.property(anySpace, fc.nat(), (space, number) => {
        fc.pre(spaceSize(space) <= 2000);
        const sample = anySample(space, number);
        const counting = countingDecisions(space, sample);
        const found = [...enumerateSamples(space)].filter((other) => {
          const theirs = countingDecisions(space, other);
          return other.filter((choice, i) => counting[i] && theirs[i] && choice !== sample[i]).length === 1;
        });
        expect(new Set([...neighbours(space, sample)].map(key))).toEqual(new Set(found.map(key)));
      }),
      { numRuns: 40 },
    );
  });

  test('of a sample without conditions: every other choice of every decision', () => {
    expect([...neighbours(lunarLander, [0, 1, 4, 0])].map(key)).toEqual([
      '1,1,4,0',
      '2,1,4,0',
      '3,1,4,0',
      '4,1,4,0',
      '0,0,4,0',
      '0,1,0,0',
      '0,1,1,0',
      '0,1,2,0',
      '0,1,3,0',
      '0,1,4,1',
    ]);
  });
});

describe('mutate', () => {
  test('gives a neighbour: in the space, canonical and different', () => {
    fc.assert(
      fc.property(anySpace, fc.nat(), fc.nat(), (space, number, seed) => {
        const sample = anySample(space, number);
        const mutant = mutate(space, sample, new RandomStream(seed));
        checkSample(space, mutant);
        const counting = countingDecisions(space, sample);
        const canChange = choiceCounts(space).some((count, i) => counting[i] && count > 1);
        const theirs = countingDecisions(space, mutant);
        const changed = mutant.filter((choice, i) => counting[i] && theirs[i] && choice !== sample[i]);
        expect(changed).toHaveLength(canChange ? 1 : 0);
        expect(key(mutant) === key(sample)).toBe(!canChange);
      }),
    );
  });

  test('draws decision, choice and what begins to count uniformly, within 5 standard deviations over 40,000 draws', () => {
    const random = new RandomStream(5);
    const seen = new Map<string, number>();
    const draws = 40_000;
    const sample = [1, 1, 0, 0, 1, 0, 0, 1, 0, 0];
    for (let i = 0; i < draws; i++) {
      const mutant = key(mutate(depths, sample, random));
      seen.set(mutant, (seen.get(mutant) ?? 0) + 1);
    }
    // Seven decisions count and have a choice. The depth has two other choices, one of which opens four networks.
    const expectShare = (mutant: string, share: number) => {
      const deviation = Math.sqrt(draws * share * (1 - share));
      expect(Math.abs((seen.get(mutant) ?? 0) - draws * share)).toBeLessThan(5 * deviation);
    };
    expect([...seen.keys()].sort()).toEqual([...neighbours(depths, sample)].map(key).sort());
    expectShare('0,1,0,0,0,0,0,1,0,0', 1 / 14);
    for (const layer of ['0,0', '0,1', '1,0', '1,1']) expectShare(`2,1,0,0,1,${layer},1,0,0`, 1 / 56);
    expectShare('1,0,0,0,1,0,0,1,0,0', 1 / 7);
    expectShare('1,1,0,0,1,0,0,1,1,0', 1 / 7);
  });
});
