import { describe, expect, test } from 'vitest';
import { formatAge, formatDuration, formatName, formatScore, formatShort } from './format.ts';

describe('formats', () => {
  test('write counts with three digits at most', () => {
    expect([0, 836, 9999, 18_180, 100_000, 999_400, 999_949].map(formatShort)).toEqual([
      '0',
      '836',
      '9,999',
      '18.2k',
      '100k',
      '999k',
      '1M',
    ]);
  });

  test('write scores with a real minus sign, and a dash for none', () => {
    expect([12.34, -0.06, undefined].map(formatScore)).toEqual(['12.3', '−0.1', '–']);
  });

  test('write durations and ages in the unit that fits', () => {
    expect([0.2, 8, 100, 5400, 7500].map(formatDuration)).toEqual([
      '< 1 s',
      '8 s',
      '2 min',
      '1 h 30 min',
      '2 h 05 min',
    ]);
    expect(formatAge(1000, 2000)).toBe('just now');
    expect(formatAge(0, 3 * 86_400_000)).toBe('3 days ago');
  });

  test('write architectures with room between the layers', () => {
    expect(formatName('64,relu,128,tanh')).toBe('64\u00A0relu · 128\u00A0tanh');
    expect(formatName('64,relu,dueling lr 0.001 gamma 0.99')).toBe(
      '64\u00A0relu · dueling, lr 0.001 gamma 0.99',
    );
  });
});
