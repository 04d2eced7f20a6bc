import { describe, expect, test } from 'vitest';
import { findConflict, parseAblationConfiguration } from './ablation-configuration.ts';

const architectures = [
  { architecture: '8,relu', seeds: 2 },
  { architecture: '16,relu', seeds: 2 },
];
const begun = parseAblationConfiguration({ architectures });

describe('parseAblationConfiguration', () => {
  test('fills in defaults and gives the same when it is read again', () => {
    expect(begun).toMatchObject({ steps: 300_000, episodes: 100, seed: 0 });
    expect(parseAblationConfiguration(JSON.parse(JSON.stringify(begun)))).toEqual(begun);
  });

  test.each([
    [{ architectures: [] }, /architectures is \[\]/],
    [{ architectures: [{ architecture: '8,rleu', seeds: 1 }] }, /activation "rleu"; expected relu/],
    [{ architectures: [{ architecture: '8,relu', seeds: 0 }] }, /architectures.0.seeds is 0/],
    [{ architectures: [...architectures, { architecture: '8, relu', seeds: 1 }] }, /"8,relu" is there twice/],
    [{ architectures, step: 3 }, /unknown "step"/],
  ])('refuses %j in one line', (input, message) => {
    expect(() => parseAblationConfiguration(input)).toThrow(message);
  });
});

describe('findConflict', () => {
  test('has nothing against more seeds, more architectures or another order', () => {
    const more = [
      { architecture: '4,tanh', seeds: 1 },
      { architecture: '16,relu', seeds: 3 },
      { architecture: '8,relu', seeds: 2 },
    ];
    expect(findConflict(begun, begun)).toBeUndefined();
    expect(findConflict(begun, parseAblationConfiguration({ architectures: more }))).toBeUndefined();
  });

  test.each([
    [{ architectures, steps: 5 }, 'steps is 300000 there and 5 here'],
    [{ architectures, episodes: 5 }, 'episodes is 100 there and 5 here'],
    [{ architectures, seed: 5 }, 'seed is 0 there and 5 here'],
    [{ architectures, hyperparameters: { gamma: 0.9 } }, 'gamma is 0.99 there and 0.9 here'],
    [{ architectures, environment: { id: 'X' } }, 'environment.id is "LunarLander-v3" there and "X" here'],
    [
      { architectures, environment: { options: { enableWind: true } } },
      'environment.options is {} there and {"enableWind":true} here',
    ],
    [{ architectures: architectures.slice(1) }, '8,relu is among its architectures and not asked for here'],
    [
      { architectures: [architectures[0], { architecture: '16,relu', seeds: 1 }] },
      '16,relu has 2 seeds there and only 1 here',
    ],
  ])('names what %j asks differently', (input, message) => {
    expect(findConflict(begun, parseAblationConfiguration(input))).toBe(message);
  });
});
