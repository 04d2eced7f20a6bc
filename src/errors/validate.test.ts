import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { validate } from './validate.ts';

const schema = z.strictObject({
  rate: z.number().positive().default(1),
  mode: z.enum(['fast', 'slow']).default('fast'),
  inner: z.strictObject({ list: z.array(z.int()) }).optional(),
});

describe('validate', () => {
  it('returns the value with defaults filled in', () => {
    expect(validate(schema, { rate: 2 }, 'settings')).toEqual({ rate: 2, mode: 'fast' });
  });

  it.each([
    [{ rate: -1 }, 'settings: rate is -1; too small: expected number to be >0'],
    [{ rate: Number.NaN }, 'settings: rate is NaN; invalid input: expected number, received NaN'],
    [{ rate: '3' }, 'settings: rate is "3"; invalid input: expected number, received string'],
    [{ mode: 'medium' }, 'settings: mode is "medium"; invalid option: expected one of "fast"|"slow"'],
    [
      { inner: { list: [1, 2.5] } },
      'settings: inner.list.1 is 2.5; invalid input: expected int, received number',
    ],
    [{ speed: 3 }, 'settings: unknown "speed"; expected only rate, mode, inner'],
    [{ moode: 3 }, 'settings: unknown "moode" (did you mean mode?); expected only rate, mode, inner'],
    [{ inner: { list: [], lisst: [] } }, 'settings: unknown "inner.lisst"; expected no such key'],
    [7, 'settings: is 7; invalid input: expected object, received number'],
  ])('tells what is wrong with %j in one line', (value, message) => {
    expect(() => validate(schema, value, 'settings')).toThrow(new RangeError(message));
  });

  it('cuts long values', () => {
    expect(() => validate(schema, { mode: 'x'.repeat(10_000) }, 'settings')).toThrow(/^.{80,200}$/);
  });
});
