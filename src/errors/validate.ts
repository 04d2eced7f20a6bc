/** Checks plain data against a schema at the edge of the program; what fails is told in one line. */
import { z } from 'zod';
import { suggestion } from './unknown-name.ts';

const shorten = (text: string, length = 80) => (text.length > length ? `${text.slice(0, length)}…` : text);

/** A value for an error message: JSON on one line, cut where it is long. */
export function show(value: unknown): string {
  if (typeof value === 'number') return String(value);
  try {
    return shorten(JSON.stringify(value) ?? String(value));
  } catch {
    return 'something that contains itself or is nested too deeply';
  }
}

/** The part of a value under a key; undefined where there is none. */
function partOf(value: unknown, key: PropertyKey): unknown {
  return (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key];
}

/** Without what a schema wraps around the one that says what the data look like. */
function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodReadonly
  ) {
    inner = inner.unwrap();
  }
  return inner;
}

/** The schema of a value: of a union told apart by a key, the option that the value names. */
function schemaOf(schema: unknown, value: unknown): unknown {
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodDiscriminatedUnion)) return inner;
  const key = inner.def.discriminator;
  return inner.options.find(
    (option) => option instanceof z.ZodObject && z.safeParse(option.shape[key], partOf(value, key)).success,
  );
}

/** The keys that the object at a path may have; undefined where the schema doesn't say. */
function keysAt(
  schema: z.ZodType,
  value: unknown,
  path: readonly PropertyKey[],
): readonly string[] | undefined {
  let part = value;
  let current = schemaOf(schema, part);
  for (const key of path) {
    part = partOf(part, key);
    if (current instanceof z.ZodObject) current = schemaOf(partOf(current.shape, key), part);
    else if (current instanceof z.ZodArray) current = schemaOf(current.element, part);
    else return undefined;
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : undefined;
}

function describe(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    const known = keysAt(schema, value, issue.path);
    const expected = known === undefined ? 'no such key' : `only ${known.join(', ')}`;
    const name = show(path === '' ? key : `${path}.${key}`);
    return `unknown ${name}${suggestion(key, known ?? [])}; expected ${expected}`;
  }
  const expected = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  return `${path === '' ? '' : `${path} `}is ${show(issue.path.reduce(partOf, value))}; ${expected}`;
}

/**
 * @param what names the data in the message: `hyperparameters`.
 * @returns the value as the schema gives it out, defaults filled in.
 * @throws RangeError with one fault in one line: where it is, the value seen, what was expected.
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  // A misspelt key says more than the missing one.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  throw new RangeError(`${what}: ${describe(issue, schema, value)}`);
}
