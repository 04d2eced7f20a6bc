import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { share, wholeNumber } from './parse.ts';

describe('option parsers', () => {
  it.each([
    ['500', 500],
    ['600_000', 600_000],
    ['600,000', 600_000],
    ['600k', 600_000],
    ['1.5M', 1_500_000],
    ['0', 0],
  ])('reads %s as %d', (text, value) => {
    expect(wholeNumber(0)(text)).toBe(value);
  });

  it.each(['', '-1', '1.5', 'ten', '1e3', '5kk', '0x10', 'Infinity', '99999999999999999999'])(
    'refuses %j',
    (text) => {
      expect(() => wholeNumber(0)(text)).toThrow('Expected a whole number from 0 on.');
    },
  );

  it('keeps to the range and says which', () => {
    expect(() => wholeNumber(1)('0')).toThrow('from 1 on');
    expect(() => wholeNumber(1, 64)('65')).toThrow('from 1 to 64');
    expect(() => share('1.1')).toThrow('a number from 0 to 1');
    expect(() => share('')).toThrow('a number from 0 to 1');
  });

  it('reads back every whole number it prints, and never returns anything else than one', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (value) => wholeNumber(0)(String(value)) === value));
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          return Number.isSafeInteger(wholeNumber(0)(text));
        } catch (error) {
          return error instanceof Error && error.message.startsWith('Expected');
        }
      }),
    );
  });
});
