import { describe, expect, test } from 'vitest';
import type { StudyConfigurationInput } from './configuration.ts';
import { findComparisonConflict, parseSearchComparison } from './search-comparison-configuration.ts';

const study = (name: 'enas' | 'random' | 'grid', more: StudyConfigurationInput = {}) => ({
  ...more,
  strategy: { name },
});

describe('parseSearchComparison', () => {
  test('what it gives out is complete: as JSON and parsed again it is the same', () => {
    const configuration = parseSearchComparison({ seeds: 2, studies: [study('enas'), study('random')] });
    expect(parseSearchComparison(JSON.parse(JSON.stringify(configuration)))).toEqual(configuration);
  });

  test.each([
    [{ seeds: 0, studies: [study('enas'), study('random')] }, 'comparison: seeds is 0'],
    [{ seeds: 1, studies: [study('grid'), study('grid')] }, 'strategy grid is named twice'],
    [
      { seeds: 1, studies: [study('random'), study('enas')] },
      "strategy enas is number 2; expected it as the first: it can't keep to the budget of another",
    ],
    [
      { seeds: 2, studies: [study('enas', { seed: 2 ** 32 - 1 }), study('random', { seed: 2 ** 32 - 1 })] },
      'the last seed is 4294967296; expected at most 4294967295',
    ],
  ])('%j is refused in one line', (input, message) => {
    expect(() => parseSearchComparison(input)).toThrow(RangeError);
    expect(() => parseSearchComparison(input)).toThrow(message);
  });
});

describe('findComparisonConflict', () => {
  const configuration = (more: StudyConfigurationInput = {}, seeds = 2) =>
    parseSearchComparison({ seeds, studies: [study('enas', more), study('random', more)] });

  test('the same goes on, and so do more seeds', () => {
    expect(findComparisonConflict(configuration(), configuration())).toBeUndefined();
    expect(findComparisonConflict(configuration(), configuration({}, 3))).toBeUndefined();
    expect(findComparisonConflict(configuration(), configuration({}, 1))).toBe(
      'it has 2 seeds, here is only 1',
    );
  });

  test('names what differs, also where only one side has it', () => {
    const other = parseSearchComparison({ seeds: 2, studies: [study('random'), study('grid')] });
    expect(findComparisonConflict(configuration(), other)).toBe(
      'the strategies are enas, random there and random, grid here',
    );
    expect(findComparisonConflict(configuration(), configuration({ trial: { steps: 7 } }))).toBe(
      'trial.steps of enas is 600000 there and 7 here',
    );
    expect(
      findComparisonConflict(configuration(), configuration({ verification: { maxParameters: 9 } })),
    ).toBe('verification.maxParameters of enas is undefined there and 9 here');
  });
});
