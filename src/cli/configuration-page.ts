/** The tables of settings in docs/configuration.md, made from the schema: `npm run docs` writes them, a test compares. */
import { show } from '../errors/validate.ts';
import { type JsonSchema, toJsonSchema } from '../files/json-schema.ts';
import { studyFileSchema } from '../study/configuration.ts';

const begin = '<!-- begin: made by npm run docs -->';
const end = '<!-- end -->';

const partsOf = (schema: JsonSchema): readonly (readonly [key: string, part: JsonSchema])[] =>
  Object.entries(schema.properties ?? {}).map(([key, part]) => [key, part as JsonSchema]);

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
const write = (value: unknown): string => `\`${typeof value === 'string' ? value : show(value)}\``;

/** What a value may be, in a few words. */
function describeValue(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map(write).join(', ');
  if (schema.type === 'boolean') return '`true`, `false`';
  const { minimum: min, maximum: max, exclusiveMinimum: above, exclusiveMaximum: below, multipleOf } = schema;
  const isWhole = schema.type === 'integer';
  const bounds = [
    ...(min === undefined ? [] : [`from ${min}`]),
    ...(above === undefined ? [] : [isWhole ? `from ${Number(above) + 1}` : `above ${above}`]),
    ...(max === undefined ? [] : [`to ${max}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
    ...(multipleOf === undefined ? [] : [`in steps of ${multipleOf}`]),
  ];
  return [isWhole ? 'whole number' : String(schema.type), ...bounds].join(' ');
}

function describeDefault({ default: value }: JsonSchema, isNeeded: boolean): string {
  if (value !== undefined) return write(value);
  return isNeeded ? 'needed' : '';
}

/** A row per setting, and those of objects within by their paths. */
function rowsOf(schema: JsonSchema, prefix: string): string[] {
  return partsOf(schema).flatMap(([key, part]) => {
    if (part.const !== undefined) return [];
    if (part.properties) return rowsOf(part, `${prefix}${key}.`);
    const initial = describeDefault(part, schema.required?.includes(key) ?? false);
    return [`| \`${prefix}${key}\` | ${describeValue(part)} | ${initial} | ${part.description ?? ''} |`];
  });
}

/** The settings of an object; nothing where it has none. */
function table(schema: JsonSchema): string | undefined {
  const rows = rowsOf(schema, '');
  const head = ['| setting | values | default | what |', '|---|---|---|---|'];
  return rows.length === 0 ? undefined : [...head, ...rows].join('\n');
}

/** One of several objects that are told apart by their name. */
function describeNamed(option: JsonSchema): string {
  const name = write(partsOf(option).find(([key]) => key === 'name')?.[1].const);
  const settings = table(option);
  return settings === undefined ? `${name} has no settings.` : `${name}:\n\n${settings}`;
}

/** What a part of a study may be; nothing for what another page is about. */
function describePart(part: JsonSchema): string[] {
  if (part.anyOf) return [];
  if (part.oneOf) return part.oneOf.map(describeNamed);
  if (part.properties) return [table(part) ?? ''];
  const initial = part.default === undefined ? '' : `; ${write(part.default)} where nothing is said`;
  return [sentence(`${describeValue(part)}${initial}`)];
}

/** A section for every part of a study. */
const describeSettings = (): string =>
  partsOf(toJsonSchema(studyFileSchema))
    .flatMap(([key, part]) => [
      `### \`${key}\``,
      ...(part.description === undefined ? [] : [sentence(part.description)]),
      ...describePart(part),
    ])
    .join('\n\n');

/** A page with the tables in their place. @throws Error for a page without one. */
export function withSettings(page: string): string {
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`a page without "${begin}" and "${end}" after it`);
  return `${page.slice(0, before)}${begin}\n\n${describeSettings()}\n\n${page.slice(after)}`;
}
