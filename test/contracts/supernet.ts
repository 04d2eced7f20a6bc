/** The contract of a supernet: its networks share what they have in common and are otherwise like any other. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type {
  Kernels,
  Learner,
  NetworkShape,
  Supernet,
  SupernetOptions,
  SupernetShape,
} from '../../src/kernels/kernels.ts';
import { referenceKernels } from '../../src/kernels/reference.ts';
import { RandomStream } from '../../src/random/random-stream.ts';
import {
  anyActivation,
  anyLearning,
  expectSameBits,
  expectSameState,
  fillNetwork,
  fillReplay,
  maxCount,
  optionsOf,
  parts,
  readPart,
  update,
} from './random-learners.ts';

/** The network with so many units (counted down from the most) and the activations of these numbers. */
function pick(shape: SupernetShape, choices: readonly (readonly [number, number])[]): NetworkShape {
  const layers = shape.layers.slice(0, choices.length).map(({ units, activations }, index) => ({
    units: units - (choices[index][0] % units),
    activation: activations[choices[index][1] % activations.length],
  }));
  return { ...shape, layers };
}

const anySupernet = (maxUnits: number): fc.Arbitrary<SupernetOptions> =>
  fc
    .record({
      shape: fc.record({
        inputs: fc.integer({ min: 1, max: 20 }),
        layers: fc.array(
          fc.record({
            units: fc.integer({ min: 1, max: maxUnits }),
            activations: fc.uniqueArray(anyActivation, { minLength: 1, maxLength: 3 }),
          }),
          { minLength: 1, maxLength: 3 },
        ),
        outputs: fc.integer({ min: 1, max: 6 }),
        head: fc.constantFrom('plain' as const, 'dueling' as const),
      }),
      learning: anyLearning(48),
    })
    .map(({ shape, learning }) => ({ ...optionsOf({ ...shape, layers: [] }, learning), shape }));

/** Which networks of a supernet are used one after another. */
const anyChoices = fc.array(fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 }), {
  minLength: 2,
  maxLength: 5,
});

function randomSupernet(kernels: Kernels, options: SupernetOptions, seed: number): Supernet {
  const random = new RandomStream(seed);
  const supernet = kernels.createSupernet(options, maxCount);
  fillReplay(supernet.replay, options.shape.outputs, random);
  return supernet;
}

/** The network of a slice, stored alone, in the state that the slice has now. */
function standAlone(kernels: Kernels, slice: Learner): Learner {
  const alone = kernels.createLearner(slice.options, maxCount);
  for (const part of parts) alone.write(part, readPart(slice, part));
  for (const name of ['observations', 'nextObservations', 'actions', 'rewards', 'terminated'] as const) {
    alone.replay[name].set(slice.replay[name]);
  }
  alone.updates = slice.updates;
  return alone;
}

function qValuesOf(learner: Learner, seed: number): Float32Array {
  const count = 37;
  const observations = new Float32Array(count * learner.shape.inputs);
  const random = new RandomStream(seed);
  for (let i = 0; i < observations.length; i++) observations[i] = random.uniform(-1, 1);
  const values = new Float32Array(count * learner.shape.outputs);
  learner.qValues(observations, count, values);
  return values;
}

export function describeSupernet(kernels: Kernels): void {
  // longer than a second on the slow targets: dozens of learners
  it('updates and acts with a slice bit-identically to the same network stored alone', () => {
    fc.assert(
      fc.property(anySupernet(70), anyChoices, fc.nat(), (options, choices, seed) => {
        const supernet = randomSupernet(kernels, options, seed);
        choices.forEach((choice, turn) => {
          const slice = supernet.learner(pick(options.shape, choice));
          fillNetwork(slice, new RandomStream(turn));
        });
        choices.forEach((choice, turn) => {
          const slice = supernet.learner(pick(options.shape, choice));
          const alone = standAlone(kernels, slice);
          expect(update(slice, 2 * turn, 2 * turn + 2)).toEqual(update(alone, 2 * turn, 2 * turn + 2));
          expectSameState(slice, alone);
          expectSameBits(qValuesOf(slice, turn), qValuesOf(alone, turn), 'Q');
        });
        expect(supernet.updates).toBe(2 * choices.length);
      }),
      { numRuns: 15 },
    );
  });

  it('leaves every network of the supernet in the state that the reference leaves it in', () => {
    fc.assert(
      fc.property(anySupernet(20), anyChoices, fc.nat(), (options, choices, seed) => {
        const supernets = [kernels, referenceKernels].map((some) => randomSupernet(some, options, seed));
        const whole = options.shape.layers.map((): [number, number] => [0, 0]);
        const [learners, expected] = supernets.map((supernet) => {
          const chosen = [whole, ...choices].map((choice) => supernet.learner(pick(options.shape, choice)));
          chosen.forEach((learner, turn) => fillNetwork(learner, new RandomStream(turn)));
          chosen.forEach((learner, turn) => update(learner, turn, turn + 1));
          return chosen;
        });
        learners.forEach((learner, index) => expectSameState(learner, expected[index]));
      }),
      { numRuns: 15 },
    );
  });

  const shape: SupernetShape = {
    inputs: 2,
    layers: [
      { units: 6, activations: ['relu', 'tanh'] },
      { units: 5, activations: ['relu', 'sigmoid'] },
    ],
    outputs: 3,
  };
  const options: SupernetOptions = { ...optionsOf({ ...shape, layers: [] }), shape };
  const network = (...layers: NetworkShape['layers']): NetworkShape => ({ ...shape, layers });

  it('shares a weight between networks that have both of its units, and no other', () => {
    const supernet = kernels.createSupernet(options, 1);
    const wide = supernet.learner(
      network({ units: 6, activation: 'relu' }, { units: 5, activation: 'sigmoid' }),
    );
    const narrow = supernet.learner(
      network({ units: 4, activation: 'relu' }, { units: 2, activation: 'sigmoid' }),
    );
    const other = supernet.learner(
      network({ units: 6, activation: 'tanh' }, { units: 5, activation: 'sigmoid' }),
    );
    const shallow = supernet.learner(network({ units: 3, activation: 'relu' }));
    const first = 6 * 2;
    wide.write(
      'parameters',
      readPart(wide, 'parameters').map((_, i) => i + 1),
    );
    const slice = readPart(narrow, 'parameters');
    // The first layer's leading four rows of two weights, then four biases, then rows of the second.
    expect([...slice.subarray(0, 12)]).toEqual([
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      first + 1,
      first + 2,
      first + 3,
      first + 4,
    ]);
    expect([...slice.subarray(12, 20)]).toEqual([19, 20, 21, 22, 25, 26, 27, 28]);
    // Other units in the first layer; the head of the second layer's sigmoid units is shared.
    const hidden = 6 * 3 + 5 * 7;
    expect(readPart(other, 'parameters').subarray(0, hidden)).toEqual(new Float32Array(hidden));
    expectSameBits(
      readPart(other, 'parameters').subarray(hidden),
      readPart(wide, 'parameters').subarray(hidden),
      'head',
    );
    expect([...readPart(shallow, 'parameters').subarray(0, 9)]).toEqual([1, 2, 3, 4, 5, 6, 13, 14, 15]);
    expect([...readPart(shallow, 'parameters').subarray(9)]).toEqual(Array.from({ length: 12 }, () => 0));
  });

  it('hands out one learner per network, and refuses networks that it does not contain', () => {
    const supernet = kernels.createSupernet(options, 1);
    const relu = network({ units: 4, activation: 'relu' });
    expect(supernet.learner(relu)).toBe(supernet.learner({ ...relu }));
    expect(supernet.learner(relu).replay).toBe(supernet.replay);
    const refuse = (asked: NetworkShape, message: RegExp) => {
      expect(() => supernet.learner(asked)).toThrow(RangeError);
      expect(() => supernet.learner(asked)).toThrow(message);
    };
    refuse(network({ units: 7, activation: 'relu' }), /hidden layer 1 is 7; expected an integer from 1 to 6/);
    refuse(network({ units: 6, activation: 'sigmoid' }), /hidden layer 1 is "sigmoid"; expected relu, tanh/);
    refuse({ ...relu, head: 'dueling' }, /head is "dueling"; expected plain/);
    refuse({ ...relu, inputs: 3 }, /inputs is 3/);
    refuse(network(), /without hidden layers/);
    const empty = { ...options, shape: { ...shape, layers: [{ units: 4, activations: [] }] } };
    expect(() => kernels.createSupernet(empty, 1)).toThrow(/activations of hidden layer 1 are \[\]/);
  });
}
