import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anySpace } from '../../../test/random-spaces.ts';
import { RandomStream } from '../../random/random-stream.ts';
import { createSpace } from '../create-space.ts';
import { fullyConnected } from '../decisions.ts';
import {
  checkSample,
  choiceCounts,
  countingDecisions,
  enumerateSamples,
  findSpace,
  sampleIndex,
  type SearchSpace,
  spaceSize,
} from '../space.ts';
import { Controller, controllerDefaults } from './controller.ts';
import { Reinforce } from './reinforce.ts';

const space = findSpace('lunar-lander-100');
const counts = choiceCounts(space);
const small = { ...controllerDefaults, hiddenUnits: 6 };
/** Weights ten times the usual make the policy of these tests far from uniform. */
const strong = { ...small, initialRange: 1 };

/** Compares every entry of the gradient with a fourth-order central difference. */
function expectGradient(controller: Controller, sample: readonly number[]): void {
  for (const [policyWeight, entropyWeight] of [
    [1, 0],
    [0, 1],
    [-0.7, 0.3],
  ]) {
    const gradient = new Float64Array(controller.parameters.length);
    controller.accumulateGradient(sample, policyWeight, entropyWeight, gradient);
    const objective = () => {
      const { logProbability, entropy } = controller.evaluate(sample);
      return policyWeight * logProbability + entropyWeight * entropy;
    };
    const scale = Math.max(...gradient.map(Math.abs));
    for (const [i, slope] of gradient.entries()) {
      const value = controller.parameters[i];
      const width = 1e-4;
      const at = (offset: number) => {
        controller.parameters[i] = value + offset;
        const result = objective();
        controller.parameters[i] = value;
        return result;
      };
      // Fourth-order central difference; its rounding errors are some 1e-11.
      const measured = (8 * (at(width) - at(-width)) - (at(2 * width) - at(-2 * width))) / (12 * width);
      expect(Math.abs(measured - slope)).toBeLessThan(1e-6 * Math.max(Math.abs(slope), 1e-3 * scale, 1e-4));
    }
  }
}

/** A controller whose policy is far from uniform. */
const controllerOf = (searched: SearchSpace, seed: number) =>
  new Controller(
    choiceCounts(searched),
    new RandomStream(seed),
    strong,
    searched.decisions.map(({ condition }) => condition),
  );

const deep = (layers: number[], units: number[]) =>
  createSpace({
    name: 'deep',
    decisions: fullyConnected({ layers, units, activations: ['relu', 'tanh'], heads: ['plain', 'dueling'] }),
  });

describe('Controller', () => {
  test('probabilities of all 100 samples sum to 1 within 1e-12, and marginals are their sums', () => {
    const controller = new Controller(counts, new RandomStream(1), strong);
    const marginals = counts.map((count) => Array.from({ length: count }, () => 0));
    let total = 0;
    for (const sample of enumerateSamples(space)) {
      const probability = Math.exp(controller.evaluate(sample).logProbability);
      total += probability;
      for (const [d, choice] of sample.entries()) marginals[d][choice] += probability;
    }
    expect(Math.abs(total - 1)).toBeLessThan(1e-12);
    for (const [d, row] of controller.marginals().entries()) {
      for (const [k, p] of row.entries()) expect(Math.abs(p - marginals[d][k])).toBeLessThan(1e-12);
    }
  });

  test('samples come as often as their probabilities say, within 5 standard deviations over 20,000 draws', () => {
    const controller = new Controller(counts, new RandomStream(2), strong);
    const random = new RandomStream(3);
    const draws = 20_000;
    const seen = Array.from({ length: 100 }, () => 0);
    for (let i = 0; i < draws; i++) seen[sampleIndex(space, controller.sample(random))] += 1;
    for (const sample of enumerateSamples(space)) {
      const p = Math.exp(controller.evaluate(sample).logProbability);
      const deviation = Math.sqrt(draws * p * (1 - p));
      expect(Math.abs(seen[sampleIndex(space, sample)] - draws * p)).toBeLessThan(5 * deviation + 1);
    }
  });

  test('the fresh policy of the default width is nearly uniform: each choice within 2 % of its share', () => {
    for (const row of new Controller(counts, new RandomStream(4)).marginals()) {
      for (const p of row) expect(Math.abs(p * row.length - 1)).toBeLessThan(0.02);
    }
  });

  test('gradient: relative error < 1e-6 of central differences, for every parameter of the policy and entropy terms', () => {
    expectGradient(new Controller([3, 2, 4], new RandomStream(5), { ...strong, hiddenUnits: 4 }), [2, 0, 3]);
  });

  test('gradients add up over samples', () => {
    const controller = new Controller(counts, new RandomStream(6), small);
    const both = new Float64Array(controller.parameters.length);
    controller.accumulateGradient([0, 1, 2, 0], 1, 0, both);
    controller.accumulateGradient([4, 0, 1, 1], 1, 0, both);
    const one = new Float64Array(both.length);
    controller.accumulateGradient([4, 0, 1, 1], 1, 0, one);
    const other = new Float64Array(both.length);
    controller.accumulateGradient([0, 1, 2, 0], 1, 0, other);
    for (const [i, g] of both.entries()) expect(g).toBeCloseTo(one[i] + other[i], 14);
  });

  test('same seed, same bits: weights, samples and updates', () => {
    const train = () => {
      const root = new RandomStream(7);
      const controller = new Controller(counts, root.fork('weights'), small);
      const reinforce = new Reinforce(controller, {
        learningRate: 0.02,
        entropyWeight: 0.1,
        baselineDecay: 0.8,
      });
      const draws = root.fork('samples');
      for (let i = 0; i < 5; i++) {
        const samples = [controller.sample(draws), controller.sample(draws)];
        reinforce.update(
          samples,
          samples.map((sample) => sample[0]),
        );
      }
      return controller.parameters;
    };
    const bits = new BigUint64Array(train().buffer);
    expect(new BigUint64Array(train().buffer)).toEqual(bits);
    // Known bits: another engine or machine that computes something else fails here.
    expect([bits[0], bits[50], bits[400]]).toEqual([
      13806063968221951349n,
      13812025541646940480n,
      4581093451438962927n,
    ]);
  });
});

describe('Controller with conditions', () => {
  test('probabilities of all samples sum to 1 within 1e-12, marginals are their sums given that a decision counts', () => {
    fc.assert(
      fc.property(anySpace, fc.nat(), (conditional, seed) => {
        fc.pre(spaceSize(conditional) <= 300);
        const controller = controllerOf(conditional, seed);
        const sums = choiceCounts(conditional).map((count) => Array.from({ length: count }, () => 0));
        let total = 0;
        for (const sample of enumerateSamples(conditional)) {
          const probability = Math.exp(controller.evaluate(sample).logProbability);
          total += probability;
          const counting = countingDecisions(conditional, sample);
          for (const [d, choice] of sample.entries()) if (counting[d]) sums[d][choice] += probability;
        }
        expect(Math.abs(total - 1)).toBeLessThan(1e-12);
        for (const [d, row] of controller.marginals().entries()) {
          const counted = sums[d].reduce((sum, p) => sum + p, 0);
          for (const [k, p] of row.entries()) expect(Math.abs(p - sums[d][k] / counted)).toBeLessThan(1e-10);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('samples are canonical; what does not count adds neither to log-probability nor to entropy', () => {
    fc.assert(
      fc.property(anySpace, fc.nat(), (conditional, seed) => {
        checkSample(conditional, controllerOf(conditional, seed).sample(new RandomStream(seed)));
      }),
      { numRuns: 30 },
    );
    const conditional = deep([1, 2], [8, 16, 32]);
    const controller = controllerOf(conditional, 3);
    const shallow = [0, 2, 1, 0, 0, 1];
    const before = controller.evaluate(shallow);
    // The output matrices of the layer that is not there: they don't matter.
    const gradient = new Float64Array(controller.parameters.length);
    controller.accumulateGradient(shallow, 1, 1, gradient);
    const unused = [...gradient.keys()].filter((i) => gradient[i] === 0);
    expect(unused.length).toBeGreaterThanOrEqual(5 * strong.hiddenUnits);
    for (const i of unused) controller.parameters[i] += 1;
    expect(controller.evaluate(shallow)).toEqual(before);
  });

  test('a sampler, which remembers, draws what the controller draws', () => {
    const draw = fc.property(anySpace, fc.nat(1000), (definition, seed) => {
      const controller = controllerOf(definition, seed);
      const sampler = controller.sampler();
      const [one, other] = [new RandomStream(seed), new RandomStream(seed)];
      for (let i = 0; i < 20; i++) expect(sampler(one)).toEqual(controller.sample(other));
    });
    fc.assert(draw, { numRuns: 30 });
  });

  test('gradient: relative error < 1e-6 of central differences, whatever counts', () => {
    const conditional = deep([1, 2, 3], [8, 16]);
    for (const sample of [
      [0, 1, 0, 0, 0, 0, 0, 1],
      [1, 1, 0, 0, 1, 0, 0, 0],
      [2, 0, 1, 1, 1, 0, 1, 1],
    ]) {
      expectGradient(controllerOf(conditional, 5), sample);
    }
  });

  test('conditions that always hold change no bit', () => {
    const always = counts.map((_, t) =>
      t === 0 ? undefined : { decision: 0, choices: Array.from({ length: counts[0] }, (__, k) => k) },
    );
    const plain = new Controller(counts, new RandomStream(8), strong);
    const same = new Controller(counts, new RandomStream(8), strong, always);
    expect(same.parameters).toEqual(plain.parameters);
    expect(same.sample(new RandomStream(1))).toEqual(plain.sample(new RandomStream(1)));
    expect(same.evaluate([1, 0, 2, 1])).toEqual(plain.evaluate([1, 0, 2, 1]));
  });

  test('marginals of a large space are within 0.1 of the exact ones, the same every time, and distributions', () => {
    // 2 × 8^1 + … + 2 × 8^4 samples: 9,361 steps of the LSTM, too many to take.
    const conditional = deep([1, 2, 3, 4], [8, 16, 32, 64]);
    const controller = controllerOf(conditional, 9);
    const estimated = controller.marginals();
    expect(controller.marginals()).toEqual(estimated);
    const exact = choiceCounts(conditional).map((count) => Array.from({ length: count }, () => 0));
    for (const sample of enumerateSamples(conditional)) {
      const probability = Math.exp(controller.evaluate(sample).logProbability);
      const counting = countingDecisions(conditional, sample);
      for (const [d, choice] of sample.entries()) if (counting[d]) exact[d][choice] += probability;
    }
    for (const [d, row] of estimated.entries()) {
      const counted = exact[d].reduce((sum, p) => sum + p, 0);
      expect(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-12);
      for (const [k, p] of row.entries()) expect(Math.abs(p - exact[d][k] / counted)).toBeLessThan(0.1);
    }
  });

  test('where no sample comes to a decision, its marginals are a distribution all the same', () => {
    const count = 40;
    const decisions = 5;
    // Counts only where four decisions of 40 choices each had their last: once in 2.6 million samples.
    const conditions = Array.from({ length: decisions }, (_, t) =>
      t === 0 ? undefined : { decision: t - 1, choices: [count - 1] },
    );
    const rare = [...conditions, ...Array.from({ length: 3 }, () => undefined)];
    const choices = rare.map(() => count);
    const controller = new Controller(choices, new RandomStream(2), small, rare);
    const rows = controller.marginals();
    for (const row of rows) {
      expect(Math.min(...row)).toBeGreaterThan(0);
      expect(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-12);
    }
  });
});

/** Scores with a part per choice, noise of the size of the differences, and one architecture planted on top. */
function plantedLandscape(random: RandomStream) {
  const parts = counts.map((count) => Array.from({ length: count }, () => random.uniform(-1, 1)));
  const best = parts.map((row) => row.indexOf(Math.max(...row)));
  const value = (sample: readonly number[]) => {
    const sum = sample.reduce((total, choice, d) => total + parts[d][choice], 0);
    return sample.every((choice, d) => choice === best[d]) ? sum + 1 : sum;
  };
  const noise = () => {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += random.random();
    return 1.5 * (sum - 6);
  };
  return { best, measure: (sample: readonly number[]) => value(sample) + noise() };
}

describe('Reinforce', () => {
  // 30 searches of 40 controller steps: about 2 s.
  test('finds a planted best of 100 architectures under noise in 40 iterations of 5, more often than random search', () => {
    let found = 0;
    let foundByRandom = 0;
    const searches = 30;
    for (let seed = 0; seed < searches; seed++) {
      const root = new RandomStream(seed);
      const { best, measure } = plantedLandscape(root.fork('landscape'));
      const controller = new Controller(counts, root.fork('weights'), {
        ...controllerDefaults,
        hiddenUnits: 32,
      });
      const reinforce = new Reinforce(controller, {
        learningRate: 0.03,
        entropyWeight: 0.1,
        baselineDecay: 0.8,
      });
      const draws = root.fork('samples');
      for (let iteration = 0; iteration < 40; iteration++) {
        const samples = Array.from({ length: 5 }, () => controller.sample(draws));
        reinforce.update(samples, samples.map(measure));
      }
      const likeliest = controller.marginals().map((row) => row.indexOf(Math.max(...row)));
      if (likeliest.every((choice, d) => choice === best[d])) found += 1;
      // Random search at the same budget: every architecture measured twice, the best mean wins.
      const scored = [...enumerateSamples(space)].map((sample) => ({
        sample,
        score: measure(sample) + measure(sample),
      }));
      const winner = scored.reduce((a, b) => (b.score > a.score ? b : a)).sample;
      if (winner.every((choice, d) => choice === best[d])) foundByRandom += 1;
    }
    expect(found).toBeGreaterThan(foundByRandom);
    expect(found).toBeGreaterThanOrEqual(searches / 2);
  });
});
