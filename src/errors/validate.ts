/** Checks plain data against a schema at the edge of the program; what fails is told in one line. */
import { z } from 'zod';
import { suggestion } from './unknown-name.ts';

const shorten = (text: string, length = 80) => (text.length > length ? `${text.slice(0, length)}…` : text);

/** A value for an error message: JSON on one line, cut where it is long. */
export function show(value: unknown): string {
  return shorten(typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value)));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let part = value;
  for (const key of path) part = (part as Readonly<Record<PropertyKey, unknown>>)[key];
  return part;
}

function describe(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    const known = path === '' && schema instanceof z.ZodObject ? Object.keys(schema.shape) : undefined;
    const expected = known === undefined ? 'no such key' : `only ${known.join(', ')}`;
    const name = show(path === '' ? key : `${path}.${key}`);
    return `unknown ${name}${suggestion(key, known ?? [])}; expected ${expected}`;
  }
  const expected = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  return `${path === '' ? '' : `${path} `}is ${show(valueAt(value, issue.path))}; ${expected}`;
}

/**
 * @param what names the data in the message: `hyperparameters`.
 * @returns the value as the schema gives it out, defaults filled in.
 * @throws RangeError with the first fault in one line: where it is, the value seen, what was expected.
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new RangeError(`${what}: ${describe(result.error.issues[0], schema, value)}`);
}
