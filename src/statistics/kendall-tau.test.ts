import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kendallTau } from './kendall-tau.ts';

/** Pairs with ties; never constant on either side. */
const pairs = fc
  .array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 })), {
    minLength: 2,
    maxLength: 30,
  })
  .map((all) => ({ x: all.map(([x]) => x), y: all.map(([, y]) => y) }))
  .filter(({ x, y }) => new Set(x).size > 1 && new Set(y).size > 1);

test('is 1 for the same order, −1 for the reverse and in between otherwise', () => {
  expect(kendallTau([1, 2, 3, 4], [10, 20, 21, 400])).toBe(1);
  expect(kendallTau([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1);
  // 4 of 6 pairs in the same order, 2 in reverse.
  expect(kendallTau([1, 2, 3, 4], [2, 1, 4, 3])).toBeCloseTo(1 / 3, 12);
  expect(kendallTau([1, 2], [Number.NEGATIVE_INFINITY, 5])).toBe(1);
});

test('lies within [−1, 1], is exactly 1 with itself and does not care which side is first', () => {
  fc.assert(
    fc.property(pairs, ({ x, y }) => {
      expect(Math.abs(kendallTau(x, y))).toBeLessThanOrEqual(1);
      expect(kendallTau(x, x)).toBe(1);
      expect(kendallTau(y, x)).toBe(kendallTau(x, y));
    }),
  );
});

test('changes its sign where one side is reversed', () => {
  fc.assert(
    fc.property(pairs, ({ x, y }) => {
      const reversed = y.map((value) => 1 - value);
      expect(kendallTau(x, reversed) + kendallTau(x, y)).toBe(0);
    }),
  );
});

test('depends on order alone: not on the size of values, nor on which pair comes first', () => {
  fc.assert(
    fc.property(pairs, ({ x, y }) => {
      const cubes = x.map((value) => value ** 3 + value);
      expect(kendallTau(cubes, y)).toBe(kendallTau(x, y));
      expect(kendallTau(x.toReversed(), y.toReversed())).toBe(kendallTau(x, y));
    }),
  );
});

test('is NaN where one side is constant: that ranks nothing', () => {
  expect(kendallTau([3, 3, 3], [1, 2, 3])).toBeNaN();
  expect(kendallTau([1, 2, 3], [0, 0, 0])).toBeNaN();
  expect(kendallTau([1], [2])).toBeNaN();
});

test('names what it cannot rank', () => {
  expect(() => kendallTau([], [])).toThrow(new RangeError('no values; expected at least one'));
  expect(() => kendallTau([1, 2], [1])).toThrow(
    new RangeError('2 and 1 values to rank; expected as many of either'),
  );
  expect(() => kendallTau([1, 2], [Number.NaN, 1])).toThrow('value 0 is NaN; expected a number');
});
