import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { validate } from './validate.ts';

const schema = z.strictObject({
  rate: z.number().positive().default(1),
  mode: z.enum(['fast', 'slow']).default('fast'),
  inner: z.strictObject({ list: z.array(z.int()) }).optional(),
  shapes: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('circle'), radius: z.number() }),
        z.strictObject({ kind: z.literal('square'), side: z.number() }),
      ]),
    )
    .default([])
    .readonly(),
  free: z.record(z.string(), z.strictObject({ a: z.int() })).default({}),
});

describe('validate', () => {
  it('returns the value with defaults filled in', () => {
    expect(validate(schema, { rate: 2 }, 'settings')).toEqual({
      rate: 2,
      mode: 'fast',
      shapes: [],
      free: {},
    });
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
    [{ speed: 3 }, 'settings: unknown "speed"; expected only rate, mode, inner, shapes, free'],
    [
      { moode: 3 },
      'settings: unknown "moode" (did you mean mode?); expected only rate, mode, inner, shapes, free',
    ],
    [
      { inner: { list: [], lisst: [] } },
      'settings: unknown "inner.lisst" (did you mean list?); expected only list',
    ],
    [
      {
        shapes: [
          { kind: 'circle', radius: 1 },
          { kind: 'square', side: 1, sides: 4 },
        ],
      },
      'settings: unknown "shapes.1.sides" (did you mean side?); expected only kind, side',
    ],
    [{ free: { x: { a: 1, b: 2 } } }, 'settings: unknown "free.x.b"; expected no such key'],
    [7, 'settings: is 7; invalid input: expected object, received number'],
  ])('tells what is wrong with %j in one line', (value, message) => {
    expect(() => validate(schema, value, 'settings')).toThrow(new RangeError(message));
  });

  it('tells of values that can not be written as JSON', () => {
    const circular: unknown[] = [];
    circular.push(circular);
    expect(() => validate(schema, { mode: circular }, 'settings')).toThrow(
      'settings: mode is something that contains itself or is nested too deeply; invalid option',
    );
  });

  it('cuts long values', () => {
    expect(() => validate(schema, { mode: 'x'.repeat(10_000) }, 'settings')).toThrow(/^.{80,200}$/);
  });
});
