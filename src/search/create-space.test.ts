import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyDefinition } from '../../test/random-spaces.ts';
import { createSpace } from './create-space.ts';
import { type ConditionDefinition, type DecisionDefinition, fullyConnected } from './decisions.ts';
import { decodeSample, enumerateSamples, spaceSize } from './space.ts';

const depth: DecisionDefinition = { kind: 'depth', choices: [1, 2] };
const units = (layer: number, condition?: ConditionDefinition): DecisionDefinition => ({
  kind: 'units',
  layer,
  choices: [8, 16],
  condition,
});
const activation = (layer: number, condition?: ConditionDefinition): DecisionDefinition => ({
  kind: 'activation',
  layer,
  choices: ['relu', 'tanh'],
  condition,
});
const deep: ConditionDefinition = { decision: 'depth', values: [2] };
const create = (...decisions: DecisionDefinition[]) => createSpace({ name: 'mine', decisions });

describe('createSpace', () => {
  test('resolves conditions to indices and names to what is decided, and freezes the lot', () => {
    const space = create(depth, units(1), activation(1), units(2, deep), activation(2, deep));
    expect(space.decisions[3]).toEqual({
      kind: 'units',
      layer: 2,
      choices: [8, 16],
      name: 'units 2',
      condition: { decision: 0, choices: [1] },
    });
    expect(Object.isFrozen(space.decisions[3])).toBe(true);
    expect(Object.isFrozen(space.decisions)).toBe(true);
    expect(spaceSize(space)).toBe(4 + 16);
  });

  test('one decision may stand for another: widths that depend on the activation', () => {
    const name = 'width of relu';
    const space = create(
      activation(1),
      { ...units(1, { decision: 'activation 1', values: ['relu'] }), name },
      { kind: 'units', layer: 1, choices: [4], condition: { decision: 'activation 1', values: ['tanh'] } },
    );
    expect([...enumerateSamples(space)].map((sample) => decodeSample(space, sample).layers[0])).toEqual([
      { units: 8, activation: 'relu' },
      { units: 16, activation: 'relu' },
      { units: 4, activation: 'tanh' },
    ]);
  });

  test.each<[string, readonly DecisionDefinition[], string]>([
    [
      'a name taken twice',
      [units(1), activation(1), units(1)],
      'decisions.2 has the name "units 1", as decisions.0 has; expected a "name" of its own',
    ],
    [
      'a condition on nothing',
      [units(1, deep), activation(1)],
      'decisions.0.condition.decision is "depth"; expected a decision before it',
    ],
    [
      'a condition on a misspelt decision',
      [depth, units(1), activation(1), units(2, { decision: 'dept', values: [2] })],
      'decisions.3.condition.decision is "dept" (did you mean depth?); expected an earlier decision: depth, units 1, activation 1',
    ],
    [
      'a condition on a later decision',
      [units(1), activation(1), units(2, deep), depth],
      'decisions.2.condition.decision is "depth"; expected an earlier decision: units 1, activation 1',
    ],
    [
      'a condition on a value that is no choice',
      [depth, units(1), activation(1), units(2, { decision: 'depth', values: [2, 3] })],
      'decisions.3.condition.values.1 is 3; expected a choice of "depth": 1, 2',
    ],
    [
      'a condition on a misspelt value',
      [activation(1), units(1, { decision: 'activation 1', values: ['rleu'] })],
      'decisions.1.condition.values.0 is "rleu"',
    ],
    [
      'a layer without units',
      [activation(1)],
      'nothing decides the units of layer 1; expected a decision that counts',
    ],
    [
      'a layer without activation',
      [units(1), activation(1), units(2)],
      'nothing decides the activation of layer 2; expected',
    ],
    [
      'a gap between layers',
      [units(1), activation(1), units(3), activation(3)],
      'nothing decides the units of layer 2; expected',
    ],
    [
      'a layer missing at some depth',
      [depth, units(1), activation(1)],
      'nothing decides the units of layer 2 where the depth is 2; expected',
    ],
    [
      'a layer beyond the depth',
      [depth, units(1), activation(1), units(2), activation(2)],
      'decision "units 2" counts where the depth is 1; expected a condition on the depth',
    ],
    [
      'two decisions for one thing',
      [units(1), activation(1), { ...units(1), name: 'again' }],
      'decisions "units 1" and "again" can both count; expected one at a time for units 1',
    ],
    [
      'a layer that only some choices of another decision have',
      [depth, activation(1), units(1, { decision: 'activation 1', values: ['relu'] })],
      'nothing decides the units of layer 1 where the depth is 1',
    ],
  ])('refuses %s', (_case, decisions, message) => {
    expect(() => create(...decisions)).toThrow(`search space mine: ${message}`);
    expect(() => create(...decisions)).toThrow(RangeError);
  });

  test('refuses more samples than can be numbered exactly', () => {
    const layers = Array.from({ length: 16 }, (_, i) => i + 1);
    const decisions = fullyConnected({ layers, units: [1, 2, 4, 8, 16], activations: ['relu', 'tanh'] });
    expect(() => createSpace({ name: 'huge', decisions }, 'huge.yaml')).toThrow(
      'huge.yaml: about 1.1e+16 samples; expected at most 2^53 − 1, 9.0e+15',
    );
  });

  test('refuses conditions that nobody can look through, soon', () => {
    const names = [
      'tau',
      'gamma',
      'learningRate',
      'explorationFraction',
      'explorationInitialEps',
      'explorationFinalEps',
    ];
    const chain = names.flatMap((hyperparameter, i) =>
      Array.from(
        { length: 8 },
        (_, k): DecisionDefinition => ({
          kind: 'hyperparameter',
          hyperparameter: hyperparameter as 'tau',
          name: `${hyperparameter} ${k}`,
          choices: [0.1, 0.2],
          condition: {
            decision: i === 0 ? 'batchSize' : `${names[i - 1]} ${k}`,
            values: [i === 0 ? 16 * (k + 1) : 0.1],
          },
        }),
      ),
    );
    const batch: DecisionDefinition = {
      kind: 'hyperparameter',
      hyperparameter: 'batchSize',
      choices: Array.from({ length: 8 }, (_, k) => 16 * (k + 1)),
    };
    expect(spaceSize(create(units(1), activation(1), batch, ...chain))).toBe(4 * 8 * 7);
    const layers = Array.from(
      { length: 14 },
      (_, i): DecisionDefinition => ({
        kind: 'units',
        layer: i + 1,
        choices: [1, 2],
      }),
    );
    const eachOfTwo = layers.flatMap((_, i): DecisionDefinition[] =>
      [1, 2].map((value) => ({
        ...activation(i + 1, { decision: `units ${i + 1}`, values: [value] }),
        name: `activation ${i + 1} of ${value}`,
      })),
    );
    expect(() => create(...layers, ...eachOfTwo)).toThrow(
      'conditions make more than 4000 different sets of decisions; expected at most so many',
    );
  });

  test('accepts all definitions that are drawn for other tests', () => {
    fc.assert(
      fc.property(anyDefinition, (definition) => {
        expect(createSpace(definition).decisions).toHaveLength(definition.decisions.length);
      }),
    );
  });
});
