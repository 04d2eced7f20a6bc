/** What samples must be before anything is said of them. */

/** @throws RangeError for no values or one that isn't finite. */
export function requireFinite(values: ArrayLike<number>): void {
  if (values.length === 0) throw new RangeError('no values; expected at least one');
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`value ${i} is ${values[i]}; expected a finite number`);
    }
  }
}

/**
 * For what only compares values: an infinite one is fine (a training that failed is worse than any).
 * @throws RangeError for no values or one that is NaN.
 */
export function requireOrdered(values: ArrayLike<number>): void {
  if (values.length === 0) throw new RangeError('no values; expected at least one');
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) throw new RangeError(`value ${i} is NaN; expected a number`);
  }
}
