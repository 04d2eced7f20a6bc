import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatArchitecture } from '../networks/architecture.ts';
import { RandomStream } from '../random/random-stream.ts';
import {
  checkSample,
  choiceCounts,
  type Decision,
  decodeSample,
  drawSample,
  enumerateSamples,
  findSpace,
  sampleAt,
  sampleIndex,
  type SearchSpace,
  spaceSize,
  spaces,
} from './space.ts';

const lunarLander = findSpace('lunar-lander-100');

/** Spaces of one to three layers with arbitrary choices. */
const anySpace = fc
  .array(
    fc.tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: 4096 }), { minLength: 1, maxLength: 5 }),
      fc.subarray(['relu', 'sigmoid', 'tanh'] as const, { minLength: 1 }),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map(
    (layers): SearchSpace => ({
      name: 'arbitrary',
      decisions: layers.flatMap(([units, activations], i): readonly Decision[] => [
        { kind: 'units', name: `units ${i + 1}`, choices: units },
        { kind: 'activation', name: `activation ${i + 1}`, choices: activations },
      ]),
    }),
  );

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

  test.each(spaces)('$name decodes every sample to an architecture of its own', (space) => {
    const texts = [...enumerateSamples(space)].map((sample) =>
      formatArchitecture(decodeSample(space, sample)),
    );
    expect(new Set(texts).size).toBe(spaceSize(space));
  });

  test('an unknown name is answered with the names there are and the nearest one', () => {
    expect(() => findSpace('lunar-lander-10')).toThrow(
      'unknown search space "lunar-lander-10" (did you mean lunar-lander-100?); expected one of lunar-lander-100, lunar-lander-quick',
    );
    expect(() => findSpace('x')).toThrow(/^unknown search space "x"; expected one of/);
  });
});

describe('samples', () => {
  test('number and sample are each other’s inverse, and the numbers go through the space in order', () => {
    fc.assert(
      fc.property(anySpace, (space) => {
        const samples = [...enumerateSamples(space)];
        expect(samples.map((sample) => sampleIndex(space, sample))).toEqual([...samples.keys()]);
        for (const [i, sample] of samples.entries()) expect(sampleAt(space, i)).toEqual(sample);
      }),
      { numRuns: 30 },
    );
  });

  test('drawn samples belong to the space and decode to one layer per pair of decisions', () => {
    fc.assert(
      fc.property(anySpace, fc.nat(), (space, seed) => {
        const sample = drawSample(space, new RandomStream(seed));
        checkSample(space, sample);
        expect(decodeSample(space, sample).layers).toHaveLength(space.decisions.length / 2);
        expect(drawSample(space, new RandomStream(seed))).toEqual(sample);
      }),
    );
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
});
