/** Options of benchmarks that are whole numbers, as `parseArgs` gives them. */

/** @throws RangeError in one line when the option is not a whole number of at least so much. */
export function wholeNumber(values: Readonly<Record<string, unknown>>, option: string, least = 1): number {
  const text = String(values[option]);
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`--${option} is "${text}"; expected a whole number ≥ ${least}`);
  }
  return value;
}
