/** Reads the values of command-line options. Every error names the value seen and what was expected. */
import { InvalidArgumentError } from 'commander';

/** A parser for whole numbers from `min` to `max`; `600_000`, `600,000`, `600k` and `1.5M` are understood. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min} on` : `from ${min} to ${max}`;
  return (text) => {
    const match = /^(\d[\d_,]*(?:\.\d+)?)([kM]?)$/.exec(text.trim());
    const scale = { '': 1, k: 1000, M: 1_000_000 }[match?.[2] ?? ''] ?? 1;
    const scaled = match ? Number(match[1].replaceAll(/[_,]/g, '')) * scale : Number.NaN;
    const value = Math.abs(scaled - Math.round(scaled)) < 1e-6 ? Math.round(scaled) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`Expected a whole number ${range}.`);
    }
    return value;
  };
}

/** A parser for numbers in an interval; its text is shown as the expectation. */
export function numberWhere(accepts: (value: number) => boolean, expected: string): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value) || !accepts(value)) throw new InvalidArgumentError(`Expected ${expected}.`);
    return value;
  };
}

export const positiveNumber = numberWhere((value) => value > 0, 'a number above 0');
export const share = numberWhere((value) => value >= 0 && value <= 1, 'a number from 0 to 1');
