/** Search spaces drawn at random, for properties that hold for all of them. */
import fc from 'fast-check';
import { createSpace } from '../src/search/create-space.ts';
import {
  type ConditionDefinition,
  type DecisionDefinition,
  defaultName,
  fullyConnected,
  type SpaceDefinition,
} from '../src/search/decisions.ts';
import { parseSpaceDefinition } from '../src/search/space-definition.ts';

const units = fc.uniqueArray(fc.integer({ min: 1, max: 4096 }), { minLength: 1, maxLength: 3 });
const activations = fc.subarray(['relu', 'sigmoid', 'tanh'] as const, { minLength: 1 });

/** Decisions beyond the layers: anything that may be added at most once. */
const extras: readonly fc.Arbitrary<DecisionDefinition>[] = [
  fc
    .subarray(['plain', 'dueling'] as const, { minLength: 1 })
    .map((choices) => ({ kind: 'head', choices }) as const),
  ...(
    [
      ['learningRate', [1e-2, 1e-3, 1e-4]],
      ['gamma', [0.9, 0.99]],
      ['loss', ['squared', 'huber']],
      ['batchSize', [16, 32, 64]],
    ] as const
  ).map(([hyperparameter, choices]) =>
    fc
      .subarray<number | string>([...choices], { minLength: 1 })
      .map((some): DecisionDefinition => ({ kind: 'hyperparameter', hyperparameter, choices: some })),
  ),
];

/** A condition on one of some decisions. */
const conditionOn = (earlier: readonly DecisionDefinition[]): fc.Arbitrary<ConditionDefinition> =>
  fc
    .constantFrom(...earlier)
    .chain((decision) =>
      fc
        .subarray<number | string>([...decision.choices], { minLength: 1 })
        .map((values) => ({ decision: defaultName(decision), values })),
    );

/** Adds one decision to each definition, unconditionally or on a condition. */
function extend(
  definitions: fc.Arbitrary<readonly DecisionDefinition[]>,
  extra: fc.Arbitrary<DecisionDefinition>,
): fc.Arbitrary<readonly DecisionDefinition[]> {
  return definitions.chain((decisions) =>
    fc.oneof(
      fc.constant(decisions),
      extra.map((added) => [...decisions, added]),
      fc
        .tuple(extra, conditionOn(decisions))
        .map(([added, condition]) => [...decisions, { ...added, condition }]),
    ),
  );
}

const layered: fc.Arbitrary<readonly DecisionDefinition[]> = fc
  .record({
    layers: fc.subarray([1, 2, 3], { minLength: 1 }),
    units,
    activations,
  })
  .map(fullyConnected);

/** Definitions of one to three layers, a head and hyperparameters, with conditions on whatever comes before. */
export const anyDefinition: fc.Arbitrary<SpaceDefinition> = extras
  .reduce(extend, layered)
  .map((decisions) => ({ name: 'arbitrary', decisions }));

/** Their spaces: of 1 to about 100,000 samples. */
export const anySpace = anyDefinition.map((definition) => createSpace(definition));

/** Spaces without conditions. */
export const unconditionalSpace = fc
  .record({ layers: fc.integer({ min: 1, max: 3 }).map((depth) => [depth]), units, activations })
  .map((contents) => createSpace({ name: 'arbitrary', decisions: fullyConnected(contents) }));

/** With layers that are there at some depths only, two heads and a hyperparameter. */
export const conditionalSpace = createSpace(
  parseSpaceDefinition({
    layers: [1, 2, 3],
    units: [4, 8],
    activations: ['relu', 'tanh'],
    heads: ['plain', 'dueling'],
    hyperparameters: { gamma: [0.9, 0.99] },
  }),
);
