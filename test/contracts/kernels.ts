/**
 * The contract of the learning kernels, for every target: the same bits as the reference, whatever the
 * architecture, and the numbers of PyTorch.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Activation,
  activations,
  type Kernels,
  type Learner,
  type LearnerOptions,
  type LearnerPart,
  type NetworkShape,
  parameterCount,
} from '../../src/kernels/kernels.ts';
import { referenceKernels } from '../../src/kernels/reference.ts';
import { RandomStream } from '../../src/random/random-stream.ts';
import {
  anyLearning,
  anyOptions,
  expectSameBits,
  expectSameState,
  fill,
  idleUnits,
  learningRate,
  maxCount,
  optionsOf,
  parts,
  randomLearner,
  readPart,
  small,
  update,
} from './random-learners.ts';
import { describeSupernet } from './supernet.ts';

/** Expects the reference's Q-values of `count` random observations in a random network. @returns them and their policy. */
function expectSameQValues(kernels: Kernels, shape: NetworkShape, count: number, seed: number) {
  const { inputs, outputs } = shape;
  const random = new RandomStream(seed);
  const parameters = fill(new Float32Array(parameterCount(shape)), random, 1);
  const observations = fill(new Float32Array(count * inputs), random, 2);
  const policy = kernels.createPolicy(shape, maxCount);
  const reference = referenceKernels.createPolicy(shape, maxCount);
  policy.writeParameters(parameters);
  reference.writeParameters(parameters);
  const [values, expected] = [new Float32Array(count * outputs), new Float32Array(count * outputs)];
  policy.qValues(observations, count, values);
  reference.qValues(observations, count, expected);
  expectSameBits(values, expected, 'Q');
  return { policy, observations, values };
}

/** Layers wide enough for their idle units to be left out, most of them of relu. */
const anyIdle = fc
  .record({
    layers: fc.array(
      fc.record({
        units: fc.integer({ min: 30, max: 90 }),
        activation: fc.constantFrom('relu' as const, 'relu' as const, 'elu' as const),
      }),
      { minLength: 2, maxLength: 3 },
    ),
    learning: anyLearning(80),
  })
  .map(({ layers, learning }) => optionsOf({ inputs: 4, layers, outputs: 3 }, learning));

interface HiddenLayers {
  /** [40][4] */
  readonly first: Float32Array;
  readonly firstBiases: Float32Array;
  /** [36][40] */
  readonly second: Float32Array;
  readonly secondBiases: Float32Array;
}

/** Numbers that are not finite and meet a 0 that must not be left out, since their product is NaN. */
const nonFiniteMeetsIdle: readonly (readonly [string, (learner: Learner, layers: HiddenLayers) => void])[] = [
  [
    'an infinite weight behind one of many idle units',
    (_, { firstBiases, second }) => {
      firstBiases.fill(-100, 5, 15);
      second[3 * 40 + 7] = Infinity;
    },
  ],
  [
    'infinite weights before units that they make idle',
    (_, { firstBiases, second }) => {
      firstBiases[7] = 100;
      for (let o = 5; o < 15; o++) second[40 * o + 7] = -Infinity;
    },
  ],
  [
    'an infinite value before idle units',
    ({ replay }, { first, second, secondBiases }) => {
      for (let i = 0; i < replay.observations.length; i += 4) replay.observations[i] = 3e38;
      for (let u = 0; u < 40; u++) first[4 * u] = u === 7 ? 2 : -1e-38;
      for (let o = 0; o < 36; o++) second[40 * o + 7] = -1;
      secondBiases.fill(-1, 20);
    },
  ],
];

function describeIdentity(kernels: Kernels): void {
  // longer than a second: the reference is slow
  it('has parameters, moments, target and loss bit-identical to the reference after updates', () => {
    fc.assert(
      fc.property(anyOptions(70, 128), fc.nat(), fc.boolean(), (options, seed, weighted) => {
        const learner = randomLearner(kernels, options, seed);
        const reference = randomLearner(referenceKernels, options, seed);
        expect(update(learner, 0, 3, weighted)).toEqual(update(reference, 0, 3, weighted));
        expectSameState(learner, reference);
      }),
      { numRuns: 40 },
    );
  });

  // longer than a second: the reference is slow
  it('is still bit-identical to the reference after 200 updates', () => {
    fc.assert(
      fc.property(anyOptions(20, 32), fc.nat(), fc.boolean(), (options, seed, weighted) => {
        const learner = randomLearner(kernels, options, seed);
        const reference = randomLearner(referenceKernels, options, seed);
        expect(update(learner, 0, 200, weighted)).toEqual(update(reference, 0, 200, weighted));
        expectSameState(learner, reference);
      }),
      { numRuns: 4 },
    );
  });

  it('is bit-identical to the reference for layers wider than any block', () => {
    const layers = [
      { units: 35, activation: 'relu' },
      { units: 530, activation: 'silu' },
      { units: 101, activation: 'relu' },
    ] as const;
    const options = optionsOf({ inputs: 8, layers, outputs: 4 }, { batchSize: 80 });
    const learner = randomLearner(kernels, options, 1);
    const reference = randomLearner(referenceKernels, options, 1);
    expect(update(learner, 0, 1)).toEqual(update(reference, 0, 1));
    expectSameState(learner, reference);
  });

  // longer than a second: the reference is slow
  it('is bit-identical to the reference where relu units are 0 for some or all observations', () => {
    fc.assert(
      fc.property(anyIdle, fc.nat(), (options, seed) => {
        const learner = randomLearner(kernels, options, seed);
        const reference = randomLearner(referenceKernels, options, seed);
        for (const each of [learner, reference]) idleUnits(each, seed);
        expect(update(learner, 0, 2)).toEqual(update(reference, 0, 2));
        expectSameState(learner, reference);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['gradients', [70, 530]],
    ['values', [530, 270]],
  ])('is bit-identical to the reference where %s of idle units outgrow a stretch', (_, widths) => {
    const layers = widths.map((units) => ({ units, activation: 'relu' as const }));
    const options = optionsOf({ inputs: 8, layers, outputs: 4 });
    const learner = randomLearner(kernels, options, 1);
    const reference = randomLearner(referenceKernels, options, 1);
    for (const each of [learner, reference]) idleUnits(each, 1);
    expect(update(learner, 0, 1)).toEqual(update(reference, 0, 1));
    expectSameState(learner, reference);
  });

  it.each(nonFiniteMeetsIdle)(
    'is bit-identical to the reference (NaN payloads aside) with %s',
    (_, spoil) => {
      const layers = [40, 36].map((units) => ({ units, activation: 'relu' as const }));
      const options = optionsOf({ inputs: 4, layers, outputs: 3 });
      const learner = randomLearner(kernels, options, 4);
      const reference = randomLearner(referenceKernels, options, 4);
      for (const each of [learner, reference]) {
        for (const part of ['parameters', 'target'] as const) {
          const parameters = readPart(each, part);
          spoil(each, {
            first: parameters.subarray(0, 160),
            firstBiases: parameters.subarray(160, 200),
            second: parameters.subarray(200, 200 + 36 * 40),
            secondBiases: parameters.subarray(200 + 36 * 40, 200 + 36 * 41),
          });
          each.write(part, parameters);
        }
      }
      for (let number = 0; number < 3; number++) {
        expect(update(learner, number, number + 1)).toEqual(update(reference, number, number + 1));
        expectSameState(learner, reference);
      }
    },
  );

  it.each([1, 3])(
    'has the Q-values of the reference for %d observations where a layer outgrows a cache',
    (count) => {
      const layers = [1457, 1451].map((units) => ({ units, activation: 'relu' as const }));
      expectSameQValues(kernels, { inputs: 3, layers, outputs: 2 }, count, count);
    },
  );

  it.each([
    ['an infinite observation', (learner: Learner) => learner.replay.observations.fill(Infinity, 0, 40)],
    ['a NaN in the next observations', (learner: Learner) => learner.replay.nextObservations.fill(NaN, 7, 9)],
    ['enormous rewards', (learner: Learner) => learner.replay.rewards.fill(3e38)],
    ['subnormal observations', (learner: Learner) => learner.replay.observations.fill(1e-41)],
    [
      'moments on the verge of subnormal numbers',
      (learner: Learner) => {
        const count = parameterCount(learner.shape);
        learner.replay.observations.fill(0);
        learner.write('firstMoment', new Float32Array(count).fill(-1.25e-38));
        learner.write('secondMoment', new Float32Array(count).fill(1.1755e-38));
      },
    ],
    [
      'infinite and NaN parameters',
      (learner: Learner) => {
        const parameters = readPart(learner, 'parameters');
        parameters.set([Infinity, -Infinity, NaN, 3e38, -0, 1e-40]);
        learner.write('parameters', parameters);
      },
    ],
  ])('is bit-identical to the reference (NaN payloads aside) with %s', (_, spoil) => {
    for (const activation of activations) {
      const layers = [
        { units: 17, activation },
        { units: 9, activation },
      ];
      const options = optionsOf({ inputs: 5, layers, outputs: 3 });
      const learner = randomLearner(kernels, options, 2);
      const reference = randomLearner(referenceKernels, options, 2);
      spoil(learner);
      spoil(reference);
      expect(update(learner, 0, 3)).toEqual(update(reference, 0, 3));
      expectSameState(learner, reference);
    }
  });
}

function describeUpdates(kernels: Kernels): void {
  it('goes on with the same bits when its parts and `updates` are restored half-way', () => {
    const options = optionsOf(small, { loss: 'squared' });
    const whole = randomLearner(kernels, options, 3);
    const wholeLosses = update(whole, 0, 8);
    const first = randomLearner(kernels, options, 3);
    const firstLosses = update(first, 0, 5);
    const second = randomLearner(kernels, options, 3);
    for (const part of parts) second.write(part, readPart(first, part));
    second.updates = first.updates;
    expect([...firstLosses, ...update(second, 5, 8)]).toEqual(wholeLosses);
    expect(second.updates).toBe(8);
    expectSameState(second, whole);
  });

  it('learns: the loss of a fixed minibatch without bootstrap falls below a hundredth', () => {
    const learner = randomLearner(kernels, optionsOf(small, { gamma: 0, loss: 'squared' }), 4);
    learner.replay.rewards.forEach((_, i, rewards) => {
      rewards[i] = learner.replay.observations[i * small.inputs] * (learner.replay.actions[i] - 1.5);
    });
    const indices = Int32Array.from({ length: learner.options.batchSize }, (_, i) => i);
    const begin = learner.update(indices, 1e-2);
    for (let i = 0; i < 600; i++) learner.update(indices, 1e-2);
    expect(learner.update(indices, 1e-2)).toBeLessThan(begin / 100);
  });
}

/** The Euclidean norm of what a part holds. */
const normOf = (learner: Learner, part: LearnerPart) => Math.hypot(...readPart(learner, part));

function describeDraws(kernels: Kernels): void {
  // 3 · 2^29 repeats one draw in four.
  const anyLimit = fc.oneof(
    fc.constantFrom(1, 2, 3, 64, 50_000, 2 ** 30, 3 * 2 ** 29, 2 ** 31 - 1),
    fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  );

  it('draws indices bit-identical to RandomStream.fillIndices, draws in between included', () => {
    const { replay } = kernels.createLearner(optionsOf(small), 1);
    const [indices, expected] = [new Int32Array(32), new Int32Array(32)];
    const limits = fc.array(fc.tuple(fc.nat(3), anyLimit), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 140n }), limits, (seed, draws) => {
        const [stream, other] = [new RandomStream(seed), new RandomStream(seed)];
        for (const [before, limit] of draws) {
          for (const either of [stream, other]) for (let i = 0; i < before; i++) either.integers(0, 10);
          replay.drawIndices(stream.words, limit, indices);
          other.fillIndices(expected, limit);
          expect(indices).toEqual(expected);
          expect(stream.words).toEqual(other.words);
        }
      }),
    );
  });

  it('refuses draws that it cannot make', () => {
    const { replay } = kernels.createLearner(optionsOf(small), 1);
    const [random, indices] = [new Uint32Array(10), new Int32Array(32)];
    expect(() => replay.drawIndices(random.subarray(1), 5, indices)).toThrow(/random has 9 elements/);
    expect(() => replay.drawIndices(random, 5, indices.subarray(1))).toThrow(/indices has 31 elements/);
    for (const limit of [0, 1.5, 2 ** 31]) {
      expect(() => replay.drawIndices(random, limit, indices)).toThrow(
        `limit is ${limit}; expected an integer from 1 to 2147483647`,
      );
    }
  });
}

function describeLoss(kernels: Kernels): void {
  const dueling = { ...small, head: 'dueling' } as const;

  it.each([small, dueling])('has the TD errors of the last update: r + γ max − Q before it, %j', (shape) => {
    const learner = randomLearner(kernels, optionsOf(shape), 9);
    learner.write('target', readPart(learner, 'parameters')); // so that the choice's value is the largest one
    const indices = Int32Array.from({ length: 32 }, (_, i) => 3 * i);
    const { observations, nextObservations, actions, rewards, terminated } = learner.replay;
    const valuesOf = (rows: Float32Array) => {
      const values = new Float32Array(indices.length * shape.outputs);
      const batch = new Float32Array(indices.length * shape.inputs);
      indices.forEach((index, b) => batch.set(rows.subarray(3 * index, 3 * index + 3), 3 * b));
      learner.qValues(batch, indices.length, values);
      return (b: number) => values.subarray(b * shape.outputs, (b + 1) * shape.outputs);
    };
    const q = valuesOf(observations);
    const next = valuesOf(nextObservations);
    const expected = Array.from(indices, (index, b) => {
      const bootstrap = terminated[index] ? 0 : learner.options.gamma * Math.max(...next(b));
      return rewards[index] + bootstrap - q(b)[actions[index]];
    });
    learner.update(indices, learningRate);
    learner.tdErrors.forEach((error, b) => expect(error).toBeCloseTo(expected[b], 5));
  });

  it('multiplies losses by importance weights: 1 changes nothing, 2 doubles, 0 silences', () => {
    const updateWith = (weights?: Float32Array) => {
      const learner = randomLearner(kernels, optionsOf(small, { tau: 1 }), 10);
      const indices = Int32Array.from({ length: 32 }, (_, i) => i);
      return { learner, loss: learner.update(indices, learningRate, weights) };
    };
    const plain = updateWith();
    const ones = updateWith(new Float32Array(32).fill(1));
    expect(ones.loss).toBe(plain.loss);
    expectSameState(ones.learner, plain.learner);
    const doubled = updateWith(new Float32Array(32).fill(2));
    expect(doubled.loss).toBe(2 * plain.loss);
    expect(normOf(doubled.learner, 'firstMoment')).toBeCloseTo(2 * normOf(plain.learner, 'firstMoment'), 5);
    expect(doubled.learner.tdErrors).toEqual(plain.learner.tdErrors);
    const silent = updateWith(new Float32Array(32));
    expect(silent.loss).toBe(0);
    expect(normOf(silent.learner, 'firstMoment')).toBe(0);
  });

  it("has Huber's loss with delta 1 if none is given, and the squared one where delta is large", () => {
    const [first, ...others] = [
      {},
      { huberDelta: 1 },
      { huberDelta: 0.25 },
      { huberDelta: 1e6 },
      { loss: 'squared', huberDelta: 0.25 },
      { loss: 'squared' },
    ].map((changes) => {
      const learner = randomLearner(kernels, optionsOf(small, changes as Partial<LearnerOptions>), 13);
      return update(learner, 0, 3);
    });
    const [one, quarter, large, ignored, squared] = others;
    expect(one).toEqual(first);
    expect(quarter[0]).toBeLessThan(first[0] / 2);
    expect(ignored).toEqual(squared);
    large.forEach((loss, i) => expect(loss).toBeCloseTo(squared[i], 5));
    expect(squared[0]).toBeGreaterThan(first[0]);
  });

  it('forgets importance weights after the update that had them', () => {
    const [learner, other] = [11, 11].map((seed) => randomLearner(kernels, optionsOf(small), seed));
    update(learner, 0, 1, true);
    update(other, 0, 1, true);
    const indices = new Int32Array(32).fill(7);
    expect(learner.update(indices, learningRate)).toBe(
      other.update(indices, learningRate, new Float32Array(32).fill(1)),
    );
  });

  it('scales a gradient down to maxGradientNorm and leaves a shorter one alone, bit for bit', () => {
    const after = (changes: Partial<LearnerOptions>) => {
      const learner = randomLearner(kernels, optionsOf(dueling, changes), 12);
      update(learner, 0, 1);
      return learner;
    };
    const free = after({});
    // The first moment after one update is 1 − β₁ times the gradient.
    const norm = normOf(free, 'firstMoment') / 0.1;
    expectSameState(after({ maxGradientNorm: 1.001 * norm }), free);
    const clipped = after({ maxGradientNorm: norm / 3 });
    expect(normOf(clipped, 'firstMoment') / 0.1 / (norm / 3)).toBeCloseTo(1, 4);
    expect(readPart(clipped, 'firstMoment')[5] * 3).toBeCloseTo(readPart(free, 'firstMoment')[5], 5);
  });
}

function describeActing(kernels: Kernels): void {
  // A few observations at a time go another way than many.
  const anyCount = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: maxCount }));

  it('has Q-values bit-identical to the reference for 1 to 80 observations, and acts by their argmax', () => {
    fc.assert(
      fc.property(anyOptions(70, 128), anyCount, fc.nat(), ({ shape }, count, seed) => {
        const { outputs } = shape;
        const { policy, observations, values } = expectSameQValues(kernels, shape, count, seed);
        const actions = new Int32Array(count);
        policy.act(observations, count, actions);
        for (let n = 0; n < count; n++) {
          const row = values.subarray(n * outputs, (n + 1) * outputs);
          expect(actions[n]).toBe(row.indexOf(Math.max(...row)));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('answers for the first observations of longer arrays and leaves the rest of the results alone', () => {
    const learner = randomLearner(kernels, optionsOf(small), 5);
    const observations = fill(new Float32Array(9 * small.inputs), new RandomStream(6), 1);
    const all = new Int32Array(9);
    learner.act(observations, 9, all);
    const some = new Int32Array(9).fill(-1);
    learner.act(observations, 2, some);
    expect([...some]).toEqual([all[0], all[1], ...Array.from({ length: 7 }, () => -1)]);
  });

  it('takes the first action where Q-values are equal', () => {
    const policy = kernels.createPolicy(small, 3); // all parameters zero
    const actions = new Int32Array(3).fill(-1);
    policy.act(new Float32Array(3 * small.inputs).fill(1), 3, actions);
    expect([...actions]).toEqual([0, 0, 0]);
  });

  it('reads back what was written', () => {
    const learner = randomLearner(kernels, optionsOf(small), 7);
    const written = fill(new Float32Array(parameterCount(small)), new RandomStream(8), 1);
    for (const part of parts) {
      learner.write(part, written);
      expect(readPart(learner, part)).toEqual(written);
    }
    const policy = kernels.createPolicy(small, 1);
    policy.writeParameters(written);
    const read = new Float32Array(written.length);
    policy.readParameters(read);
    expect(read).toEqual(written);
  });
}

interface Fixture {
  readonly torch: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly batchSize: number;
  readonly replayCapacity: number;
  readonly gamma: number;
  readonly tau: number;
  readonly learningRate: number;
  readonly adam: LearnerOptions['adam'];
  readonly cases: readonly {
    readonly layers: NetworkShape['layers'];
    readonly loss: LearnerOptions['loss'];
    readonly huberDelta: number;
    readonly parameters: number[];
    readonly target: number[];
    readonly observations: number[];
    readonly nextObservations: number[];
    readonly rewards: number[];
    readonly actions: number[];
    readonly terminated: number[];
    readonly indices: number[][];
    readonly losses: number[];
    readonly after: Readonly<Record<LearnerPart, number[]>>;
  }[];
}

function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  const difference = expected.reduce((sum, value, i) => sum + (actual[i] - value) ** 2, 0);
  return Math.sqrt(difference / expected.reduce((sum, value) => sum + value ** 2, 0));
}

function describePyTorch(kernels: Kernels): void {
  const {
    cases,
    learningRate: rate,
    inputs,
    outputs,
    ...options
  } = JSON.parse(
    readFileSync(new URL('../data/pytorch-double-dqn.json', import.meta.url), 'utf8'),
  ) as Fixture;

  it.each(cases)(
    'is within a relative error < 2e-6 of PyTorch in double precision: $loss loss',
    (example) => {
      const { layers, loss, huberDelta, indices, after } = example;
      const shape = { inputs, layers, outputs };
      const learner = kernels.createLearner({ ...options, loss, huberDelta, shape }, 1);
      learner.write('parameters', Float32Array.from(example.parameters));
      learner.write('target', Float32Array.from(example.target));
      learner.replay.observations.set(example.observations);
      learner.replay.nextObservations.set(example.nextObservations);
      learner.replay.rewards.set(example.rewards);
      learner.replay.actions.set(example.actions);
      learner.replay.terminated.set(example.terminated);
      const losses = indices.map((batch) => learner.update(Int32Array.from(batch), rate));
      expect(relativeError(losses, example.losses)).toBeLessThan(2e-6);
      for (const part of parts)
        expect(relativeError(readPart(learner, part), after[part])).toBeLessThan(2e-6);
    },
  );
}

function describeRefusals(kernels: Kernels): void {
  const valid = optionsOf(small);
  it.each<[string, Partial<LearnerOptions>, RegExp]>([
    ['a batch of 17', { batchSize: 17 }, /batchSize is 17; expected a multiple of 16 from 16 to 512/],
    ['a batch of 528', { batchSize: 528, replayCapacity: 1000 }, /batchSize is 528/],
    ['a replay smaller than the batch', { replayCapacity: 31 }, /replayCapacity is 31; expected .* from 32/],
    ['gamma 2', { gamma: 2 }, /gamma is 2; expected a number in \[0, 1\]/],
    ['tau 0', { tau: 0 }, /tau is 0; expected a number in \(0, 1\]/],
    ['tau NaN', { tau: NaN }, /tau is NaN/],
    ['beta1 1', { adam: { ...valid.adam, beta1: 1 } }, /beta1 is 1/],
    ['beta2 −1', { adam: { ...valid.adam, beta2: -1 } }, /beta2 is -1/],
    ['no gradient', { maxGradientNorm: 0 }, /maxGradientNorm is 0; expected a number in \[1e-44, 3e38\]/],
    ['no delta', { huberDelta: 0 }, /huberDelta is 0; expected a number in \[1e-44, 3e38\]/],
    ['an infinite delta', { huberDelta: 1e39 }, /huberDelta is 1e\+39/],
    ['epsilon 0', { adam: { ...valid.adam, epsilon: 0 } }, /epsilon is 0/],
    ['no hidden layers', { shape: { ...small, layers: [] } }, /without hidden layers/],
    ['half an input', { shape: { ...small, inputs: 0.5 } }, /inputs is 0.5/],
    [
      'an activation that there is none of',
      { shape: { ...small, layers: [{ units: 5, activation: 'step' as Activation }] } },
      /hidden layer 1 is "step"; expected relu, leaky-relu, elu, silu, sigmoid, tanh/,
    ],
    [
      'an empty layer',
      { shape: { ...small, layers: [{ units: 0, activation: 'relu' }] } },
      /hidden layer 1 is 0/,
    ],
  ])('refuses %s with a RangeError that says what was expected', (_, changes, message) => {
    const create = () => kernels.createLearner({ ...valid, ...changes }, 1);
    expect(create).toThrow(RangeError);
    expect(create).toThrow(message);
  });

  it('refuses calls that do not fit', () => {
    expect(() => kernels.createPolicy(small, 0)).toThrow(/maxCount is 0; expected an integer from 1 to 4096/);
    expect(() => kernels.createPolicy(small, 4097)).toThrow(/maxCount is 4097/);
    const learner = kernels.createLearner(valid, 4);
    const batch = new Int32Array(32);
    expect(() => learner.update(batch.subarray(1), 1e-3)).toThrow(/indices has 31 elements; expected 32/);
    expect(() => learner.update(batch, -1)).toThrow(/learningRate is -1/);
    expect(() =>
      learner.update(
        batch.map(() => 150),
        1e-3,
      ),
    ).toThrow(/index 150 .* from 0 to 149/);
    const weights = new Float32Array(32);
    expect(() => learner.update(batch, 1e-3, weights.subarray(1))).toThrow(
      /weights has 31 elements; expected 32/,
    );
    weights[3] = NaN;
    expect(() => learner.update(batch, 1e-3, weights)).toThrow(/weight 3 of the minibatch is NaN/);
    expect(() => learner.act(new Float32Array(15), 5, new Int32Array(5))).toThrow(
      /count is 5; expected .* 1 to 4/,
    );
    expect(() => learner.act(new Float32Array(11), 4, new Int32Array(4))).toThrow(
      /observations has 11 elements; expected at least 12/,
    );
    expect(() => learner.act(new Float32Array(12), 4, new Int32Array(3))).toThrow(/actions has 3 elements/);
    expect(() => learner.qValues(new Float32Array(12), 4, new Float32Array(15))).toThrow(
      /values has 15 elements/,
    );
    expect(() => learner.read('target', new Float32Array(1))).toThrow(/target has 1 elements; expected 44/);
    expect(() => {
      learner.updates = -1;
    }).toThrow(/updates is -1/);
  });
}

export function describeKernels(kernels: Kernels): void {
  describe(`the ${kernels.target} kernels`, () => {
    if (kernels.target !== 'reference') describeIdentity(kernels);
    describeUpdates(kernels);
    describeLoss(kernels);
    describeDraws(kernels);
    describeActing(kernels);
    describeSupernet(kernels);
    describePyTorch(kernels);
    describeRefusals(kernels);
  });
}
