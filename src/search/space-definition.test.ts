import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyDefinition } from '../../test/random-spaces.ts';
import { createSpace } from './create-space.ts';
import { parseSpaceDefinition, resolveSpace } from './space-definition.ts';
import { describeSample, sampleAt, spaceSize, spaces } from './space.ts';

const firstAndLast = (input: unknown) => {
  const space = createSpace(parseSpaceDefinition(input));
  return [0, spaceSize(space) - 1].map((index) => describeSample(space, sampleAt(space, index)));
};

describe('definitions', () => {
  test('in short: what all layers may be', () => {
    const input = {
      name: 'short',
      layers: [1, 3],
      units: [64, 128],
      activations: ['relu', 'tanh'],
      heads: ['plain', 'dueling'],
      hyperparameters: { learningRate: [0.001, 0.0003], loss: ['huber'] },
    };
    expect(firstAndLast(input)).toEqual([
      '64,relu lr 0.001 loss huber',
      '128,tanh,128,tanh,128,tanh,dueling lr 0.0003 loss huber',
    ]);
    const { decisions } = parseSpaceDefinition(input);
    expect(decisions.map(({ name, condition }) => [name, condition?.values])).toEqual([
      ['depth', undefined],
      ['units 1', undefined],
      ['activation 1', undefined],
      ['units 2', [3]],
      ['activation 2', [3]],
      ['units 3', [3]],
      ['activation 3', [3]],
      ['head', undefined],
      ['learningRate', undefined],
      ['loss', undefined],
    ]);
  });

  test('a single choice needs no list; activations are relu and heads plain unless something else is said', () => {
    expect(firstAndLast({ layers: 2, units: 64, hyperparameters: { gamma: [0.9, 1] } })).toEqual([
      '64,relu,64,relu gamma 0.9',
      '64,relu,64,relu gamma 1',
    ]);
    const decisions = [
      { kind: 'activation', layer: 1, choices: ['relu', 'tanh'] },
      { kind: 'units', layer: 1, choices: 8 },
      {
        kind: 'hyperparameter',
        hyperparameter: 'nSteps',
        choices: 3,
        condition: { decision: 'activation 1', values: 'tanh' },
      },
    ];
    expect(firstAndLast({ decisions })).toEqual(['8,relu', '8,tanh nSteps 3']);
  });

  test('what it gives out is complete: as JSON and parsed again it is the same, and the same space', () => {
    fc.assert(
      fc.property(anyDefinition, (definition) => {
        const parsed = parseSpaceDefinition(definition);
        expect(parseSpaceDefinition(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
        expect(createSpace(parsed)).toEqual(createSpace(definition));
      }),
    );
  });

  test('a name stands for a space that there is, anything else for itself', () => {
    for (const space of spaces) expect(resolveSpace(space.name)).toBe(space);
    const definition = parseSpaceDefinition({ layers: 1, units: 8 }, undefined, 'mine');
    expect(resolveSpace(definition)).toMatchObject({ name: 'mine' });
    expect(parseSpaceDefinition({ layers: 1, units: 8 }, undefined, 'a\tb').name).toBe('custom');
    expect(() => resolveSpace('dqm')).toThrow('(did you mean dqn?)');
  });
});

const short = (changes: object) => ({ layers: 2, units: [64, 128], ...changes });
const listed = (...decisions: unknown[]) => ({ decisions });
const units = { kind: 'units', layer: 1, choices: [8, 16] };
const activation = { kind: 'activation', layer: 1, choices: ['relu', 'tanh'] };
const circular: unknown[] = [];
circular.push(circular);

describe('a mistake is told in one line: where it is, the value, what was expected', () => {
  test.each<[string, unknown, string]>([
    ['nothing', null, 'is null; invalid input: expected object, received null'],
    ['a list', [], 'is []; invalid input: expected object, received array'],
    [
      'no layers',
      { units: 8 },
      'layers is undefined; expected the choices for layers, such as layers: 2 (or a list of "decisions")',
    ],
    [
      'no units',
      { layers: 1 },
      'units is undefined; expected the choices for units, such as units: [64, 128] (or a list of "decisions")',
    ],
    [
      'a misspelt key',
      short({ activation: 'relu' }),
      'unknown "activation" (did you mean activations?); expected only name, layers, units, activations, heads, hyperparameters, decisions',
    ],
    ['a key from nowhere', short({ depth: 3 }), 'unknown "depth"; expected only name,'],
    ['no choice', short({ units: [] }), 'units is []; expected at least one choice'],
    [
      'nothing in the place of choices',
      short({ units: null }),
      'units is null; invalid input: expected array, received null',
    ],
    ['a choice twice', short({ units: [64, 128, 64] }), 'units.2 is 64; expected each choice once'],
    ['no layers at all', short({ layers: 0 }), 'layers.0 is 0; too small: expected number to be >=1'],
    ['too many layers', short({ layers: [2, 17] }), 'layers.1 is 17; too big: expected number to be <=16'],
    ['half a unit', short({ units: 0.5 }), 'units.0 is 0.5; invalid input: expected int, received number'],
    [
      'too many units',
      short({ units: [64, 100_000] }),
      'units.1 is 100000; too big: expected number to be <=16384',
    ],
    [
      'a word for a number',
      short({ units: ['64'] }),
      'units.0 is "64"; invalid input: expected number, received string',
    ],
    [
      'a misspelt activation',
      short({ activations: ['sigmoidd'] }),
      'activations.0 is "sigmoidd"; unknown activation (did you mean sigmoid?); expected one of relu, leaky-relu, elu, silu, sigmoid, tanh',
    ],
    [
      'a misspelt head',
      short({ heads: 'duelling' }),
      'heads.0 is "duelling"; unknown head (did you mean dueling?); expected one of plain, dueling',
    ],
    [
      'a misspelt hyperparameter',
      short({ hyperparameters: { learnRate: 1 } }),
      'hyperparameters.learnRate is [1]; unknown hyperparameter (did you mean learningRate?); expected one of learningRate,',
    ],
    [
      'a name that objects have',
      short({ hyperparameters: { constructor: 1 } }),
      'hyperparameters.constructor is [1]; unknown hyperparameter; expected one of',
    ],
    [
      'an impossible hyperparameter',
      short({ hyperparameters: { learningRate: [0.1, 0] } }),
      'hyperparameters.learningRate.1 is 0; too small: expected number to be >0',
    ],
    [
      'a hyperparameter of the wrong kind',
      short({ hyperparameters: { gamma: 'high' } }),
      'hyperparameters.gamma.0 is "high"; invalid input: expected number, received string',
    ],
    [
      'a list of hyperparameters',
      short({ hyperparameters: ['gamma'] }),
      'hyperparameters is ["gamma"]; invalid input: expected record, received array',
    ],
    [
      'both forms at once',
      short(listed(units, activation)),
      'layers is [2]; expected it among the decisions: a space has either "decisions" or "layers"',
    ],
    ['an empty name', short({ name: '' }), 'name is ""; expected 1 to 64 characters on one line'],
    [
      'a name of two lines',
      short({ name: 'a\nb' }),
      'name is "a\\nb"; expected 1 to 64 characters on one line',
    ],
    [
      'something that contains itself',
      short({ units: circular }),
      'units.0 is something that contains itself or is nested too deeply; invalid input',
    ],
    ['no decisions', listed(), 'decisions is []; expected at least one decision'],
    [
      'decisions that are no list',
      { decisions: units },
      'decisions is {"kind":"units","layer":1,"choices":[8,16]}; invalid input: expected array, received object',
    ],
    [
      'a number for a decision',
      listed(3),
      'decisions.0 is 3; expected an object with a "kind": depth, units, activation, head, hyperparameter',
    ],
    [
      'a decision without kind',
      listed({ layer: 1 }),
      'decisions.0.kind is undefined; expected an object with a "kind": depth,',
    ],
    [
      'a misspelt kind',
      listed({ ...units, kind: 'unit' }),
      'decisions.0.kind is "unit"; unknown kind (did you mean units?); expected an object',
    ],
    [
      'a misspelt key of a decision',
      listed(activation, { kind: 'units', layer: 1, choises: [8] }),
      'unknown "decisions.1.choises" (did you mean choices?); expected only kind, layer, choices, name, condition',
    ],
    [
      'a key of another kind',
      listed({ ...units, hyperparameter: 'tau' }),
      'unknown "decisions.0.hyperparameter"; expected only kind, layer, choices, name, condition',
    ],
    [
      'a layer that is missing',
      listed({ kind: 'units', choices: [8] }),
      'decisions.0.layer is undefined; invalid input: expected number, received undefined',
    ],
    [
      'choices that are missing',
      listed({ kind: 'units', layer: 1 }),
      'decisions.0.choices is undefined; invalid input: expected array, received undefined',
    ],
    [
      'a decision with a choice twice',
      listed({ ...activation, choices: ['relu', 'relu'] }),
      'decisions.0.choices.1 is "relu"; expected each choice once',
    ],
    [
      'a decision on no hyperparameter',
      listed({ kind: 'hyperparameter', hyperparameter: 'gama', choices: [1] }),
      'decisions.0.hyperparameter is "gama"; unknown hyperparameter (did you mean gamma?); expected one of',
    ],
    [
      'a decision on an impossible value',
      listed({ kind: 'hyperparameter', hyperparameter: 'gamma', choices: [1, 2] }),
      'decisions.0.choices.1 is 2; too big: expected number to be <=1',
    ],
    [
      'a misspelt key of a condition',
      listed({ ...units, condition: { decison: 'depth', values: 1 } }),
      'unknown "decisions.0.condition.decison" (did you mean decision?); expected only decision, values',
    ],
    [
      'a condition without values',
      listed({ ...units, condition: { decision: 'depth' } }),
      'decisions.0.condition.values is undefined; invalid input: expected array, received undefined',
    ],
    [
      'a condition on a truth',
      listed({ ...units, condition: { decision: 'depth', values: [true] } }),
      'decisions.0.condition.values.0 is true; expected a number or a word',
    ],
    [
      'a condition on another decision’s misspelt name',
      listed(units, { ...activation, condition: { decision: 'unit 1', values: [8] } }),
      'decisions.1.condition.decision is "unit 1" (did you mean units 1?); expected an earlier decision: units 1',
    ],
    [
      'a condition on a value that is no choice',
      listed(units, { ...activation, condition: { decision: 'units 1', values: 9 } }),
      'decisions.1.condition.values.0 is 9; expected a choice of "units 1": 8, 16',
    ],
    [
      'layers that don’t always have all they need',
      listed(units, { ...activation, condition: { decision: 'units 1', values: 8 } }),
      'nothing decides the activation of layer 1; expected a decision that counts',
    ],
  ])('%s', (_case, input, message) => {
    const parse = () => parseSpaceDefinition(input, 'mine.yaml');
    expect(parse).toThrow(`mine.yaml: ${message}`);
    expect(parse).toThrow(RangeError);
  });

  test('whatever is given, it is a definition or a RangeError of one line', () => {
    const key = fc.constantFrom(
      'kind',
      'layer',
      'choices',
      'condition',
      'decision',
      'values',
      'hyperparameter',
      'name',
    );
    const word = fc.constantFrom<unknown>(
      'units',
      'depth',
      'head',
      'relu',
      'gamma',
      'units 1',
      1,
      2,
      0.5,
      null,
      '__proto__',
    );
    const tree = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        word,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree')),
      ),
    })).tree;
    const spaceKey = fc.constantFrom(
      'layers',
      'units',
      'activations',
      'heads',
      'hyperparameters',
      'decisions',
      'name',
    );
    const input = fc.oneof(
      fc.anything(),
      fc.dictionary(spaceKey, tree),
      fc.array(tree).map((decisions) => ({ decisions })),
      anyDefinition.chain((definition) =>
        fc.tuple(fc.nat(), tree).map(([i, part]) => ({
          ...definition,
          decisions: definition.decisions.map((one, k) =>
            k === i % definition.decisions.length ? part : one,
          ),
        })),
      ),
    );
    fc.assert(
      fc.property(input, (value) => {
        try {
          createSpace(parseSpaceDefinition(value));
          return true;
        } catch (error) {
          return error instanceof RangeError && /^search space: [^\n]+$/.test(error.message);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
