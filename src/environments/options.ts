/** Options of environments, checked once, where they come in; what fails is told in one line. */
import type { z } from 'zod';
import { unknownName } from './unknown-name.ts';

/** A value for an error message; JSON has no NaN. */
const show = (value: unknown): string =>
  typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));

/**
 * @param id names the environment in the message.
 * @returns the options, defaults filled in.
 * @throws RangeError with the first fault: the option, the value seen, what was expected.
 */
export function parseOptions<Shape extends z.ZodRawShape>(
  id: string,
  schema: z.ZodObject<Shape>,
  given: unknown,
): z.output<z.ZodObject<Shape>> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue.code === 'unrecognized_keys') {
    throw unknownName(`option of ${id}`, issue.keys[0], Object.keys(schema.shape));
  }
  const expected = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  const [name] = issue.path;
  const value = name === undefined ? given : (given as Readonly<Record<PropertyKey, unknown>>)[name];
  throw new RangeError(
    `${id}: ${name === undefined ? 'options' : String(name)} is ${show(value)}; ${expected}`,
  );
}
