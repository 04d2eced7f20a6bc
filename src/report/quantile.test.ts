import { expect, test } from 'vitest';
import { quantile } from './quantile.ts';

test('quantiles are linear between values', () => {
  expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile([10, 20, 60], share))).toEqual([10, 15, 20, 40, 60]);
  expect(quantile([10, 20], 0.25)).toBe(12.5);
  expect([0, 0.3, 1].map((share) => quantile([7], share))).toEqual([7, 7, 7]);
});
