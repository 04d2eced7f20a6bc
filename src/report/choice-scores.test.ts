import { describe, expect, test } from 'vitest';
import { type ChartDecision, mapScores, scoresOfChoices } from './choice-scores.ts';

const units = (layer: number): ChartDecision => ({
  name: `units ${layer}`,
  kind: 'units',
  layer,
  choices: [16, 64],
});
const activation = (layer: number, choices: readonly string[]): ChartDecision => ({
  name: `activation ${layer}`,
  kind: 'activation',
  layer,
  choices,
});

const layers = (choices: readonly string[]) => [
  units(1),
  activation(1, choices),
  units(2),
  activation(2, choices),
];

describe('scores of choices', () => {
  test('are means over the trials that have the choice, whatever the others are', () => {
    const decisions = [units(1), { name: 'gamma', kind: 'hyperparameter', choices: [0.9, 0.99, 0.999] }];
    const samples = [
      { chosen: [0, 0], score: 10 },
      { chosen: [0, 1], score: 20 },
      { chosen: [1, 1], score: 60 },
      // Of a network without that decision.
      { chosen: [undefined, 1], score: 100 },
    ];
    const scores = scoresOfChoices(decisions, samples);
    expect(scores.map(({ name }) => name)).toEqual(['units 1', 'gamma']);
    expect(scores[0].choices.map(({ choice, mean, count }) => [choice, mean, count])).toEqual([
      ['16', 15, 2],
      ['64', 60, 1],
    ]);
    // Nothing has tried 0.999.
    expect(scores[1].choices.map(({ choice, mean, count }) => [choice, mean, count])).toEqual([
      ['0.9', 10, 1],
      ['0.99', 60, 3],
    ]);
    expect(scores[1].choices[1]).toMatchObject({ lowerQuartile: 40, upperQuartile: 80 });
  });

  test('leave out decisions that decide nothing', () => {
    expect(scoresOfChoices([activation(1, ['relu'])], [{ chosen: [0], score: 1 }])).toEqual([]);
  });
});

describe('maps of scores', () => {
  test('are of the units of two layers, one per pair of activations', () => {
    const samples = [
      { chosen: [0, 0, 1, 1], score: 10 },
      { chosen: [0, 0, 1, 1], score: 30 },
      { chosen: [1, 1, 1, 0], score: 5 },
    ];
    expect(mapScores(layers(['relu', 'tanh']), samples)).toEqual([
      {
        title: 'relu, then tanh',
        across: { name: 'units 2', choices: ['16', '64'] },
        down: { name: 'units 1', choices: ['16', '64'] },
        cells: [{ across: '64', down: '16', score: 20, count: 2 }],
      },
      {
        title: 'tanh, then relu',
        across: { name: 'units 2', choices: ['16', '64'] },
        down: { name: 'units 1', choices: ['16', '64'] },
        cells: [{ across: '64', down: '64', score: 5, count: 1 }],
      },
    ]);
  });

  test('are of units and of activations where there are too many pairs of these', () => {
    const maps = mapScores(layers(['relu', 'tanh', 'sigmoid']), [
      { chosen: [0, 0, 1, 2], score: 10 },
      { chosen: [0, 1, 1, 2], score: 30 },
    ]);
    expect(maps.map(({ title, cells }) => [title, cells])).toEqual([
      ['units, over all activations', [{ across: '64', down: '16', score: 20, count: 2 }]],
      [
        'activations, over all units',
        [
          { across: 'sigmoid', down: 'relu', score: 10, count: 1 },
          { across: 'sigmoid', down: 'tanh', score: 30, count: 1 },
        ],
      ],
    ]);
  });

  test('leave out networks that lack one of the layers', () => {
    const samples = [{ chosen: [0, 0, undefined, undefined], score: 10 }];
    expect(mapScores(layers(['relu', 'tanh']), samples)).toEqual([]);
    expect(mapScores(layers(['relu']), samples)).toEqual([]);
  });

  test('are of the two decisions that make the greatest difference in a space without layers to choose', () => {
    const decisions = ['gamma', 'tau', 'learningRate'].map((name) => ({
      name,
      kind: 'hyperparameter',
      choices: [1, 2],
    }));
    const samples = [0, 1].flatMap((a) =>
      [0, 1].flatMap((b) => [0, 1].map((c) => ({ chosen: [a, b, c], score: 100 * a + b + 30 * c }))),
    );
    const [map, ...others] = mapScores(decisions, samples);
    expect(others).toEqual([]);
    expect([map.down.name, map.across.name]).toEqual(['gamma', 'learningRate']);
    expect(map.cells).toContainEqual({ across: '2', down: '2', score: 130.5, count: 2 });
  });

  test('need two decisions with a choice', () => {
    expect(mapScores([units(1)], [{ chosen: [0], score: 1 }])).toEqual([]);
    expect(mapScores([], [])).toEqual([]);
  });
});
