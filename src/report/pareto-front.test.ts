import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paretoFront } from './pareto-front.ts';

const point = fc.record({
  parameterCount: fc.integer({ min: 1, max: 12 }),
  score: fc.integer({ min: -5, max: 5 }),
});

test('on the front is what no other beats in one without losing in the other', () => {
  fc.assert(
    fc.property(fc.array(point), (points) => {
      const front = paretoFront(points);
      const isBeaten = (a: (typeof points)[number]) =>
        points.some(
          (b) =>
            b.parameterCount <= a.parameterCount &&
            b.score >= a.score &&
            (b.parameterCount < a.parameterCount || b.score > a.score),
        );
      const key = (a: (typeof points)[number]) => `${a.parameterCount}: ${a.score}`;
      const expected = new Set(points.filter((a) => !isBeaten(a)).map(key));
      expect(new Set(front.map(key))).toEqual(expected);
      // One of several alike.
      expect(front).toHaveLength(expected.size);
      expect(front).toEqual(front.toSorted((a, b) => a.parameterCount - b.parameterCount));
    }),
  );
});
