/** The tables of settings in docs/configuration.md, made from the schema: `npm run docs` writes them, a test compares. */
import { type JsonSchema, toJsonSchema } from '../files/json-schema.ts';
import { studyFileSchema } from '../study/configuration.ts';

const begin = '<!-- begin: made by npm run docs -->';
const end = '<!-- end -->';

const partsOf = (schema: JsonSchema): readonly (readonly [key: string, part: JsonSchema])[] =>
  Object.entries(schema.properties ?? {}).map(([key, part]) => [key, part as JsonSchema]);

/** What a value may be, in a few words. */
function describeValue(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  const { minimum: min, maximum: max, exclusiveMinimum: above, exclusiveMaximum: below, multipleOf } = schema;
  if (schema.type === 'boolean') return '`true`, `false`';
  const isWhole = schema.type === 'integer';
  const kind = isWhole ? 'whole number' : String(schema.type);
  const bounds = [
    ...(min === undefined ? [] : [`from ${min}`]),
    ...(above === undefined ? [] : [isWhole ? `from ${Number(above) + 1}` : `above ${above}`]),
    ...(max === undefined ? [] : [`to ${max}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
    ...(multipleOf === undefined ? [] : [`in steps of ${multipleOf}`]),
  ];
  return [kind, ...bounds].join(' ');
}

function describeDefault({ default: value }: JsonSchema, isNeeded: boolean): string {
  if (value !== undefined) return `\`${String(value)}\``;
  return isNeeded ? 'needed' : '';
}

/** A row per setting. */
function table(schema: JsonSchema, prefix: string): string {
  const rows = partsOf(schema)
    .filter(([, part]) => part.const === undefined)
    .map(
      ([key, part]) =>
        `| \`${prefix}${key}\` | ${describeValue(part)} | ${describeDefault(part, schema.required?.includes(key) ?? false)} | ${part.description ?? ''} |`,
    );
  return ['| setting | values | default | |', '|---|---|---|---|', ...rows].join('\n');
}

/** Sections of tables: one for every part of a study. */
function describeSettings(): string {
  const parts = partsOf(toJsonSchema(studyFileSchema));
  const sections = parts.map(([key, part]): string => {
    const heading = `### \`${key}\`\n\n`;
    const about = part.description ? `${sentence(part.description)}\n\n` : '';
    if (part.oneOf) {
      const options = part.oneOf.map((option) => {
        const schema = option as JsonSchema;
        const name = String((schema.properties?.['name'] as JsonSchema).const);
        const hasSettings = partsOf(schema).length > 1;
        return `\`name: ${name}\`${hasSettings ? `\n\n${table(schema, '')}` : ' has no settings.'}\n`;
      });
      return `${heading}${about}${options.join('\n')}`;
    }
    if (part.type !== 'object')
      return `${heading}${about}${part.anyOf ? '' : `${sentence(describeValue(part))}\n`}`;
    const inner = partsOf(part).flatMap(([name, { type, properties }]) =>
      type === 'object' && properties ? [[name, { properties } as JsonSchema] as const] : [],
    );
    const own = {
      ...part,
      properties: withoutKeys(
        part.properties ?? {},
        inner.map(([name]) => name),
      ),
    };
    return `${heading}${about}${[table(own, ''), ...inner.map(([name, schema]) => table(schema, `${name}.`))].join('\n\n')}\n`;
  });
  return sections.join('\n');
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function withoutKeys<Value>(entries: Readonly<Record<string, Value>>, keys: readonly string[]) {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !keys.includes(key)));
}

/** A page with the tables in their place. @throws Error for a page without one. */
export function withSettings(page: string): string {
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`a page without "${begin}" and "${end}" after it`);
  return `${page.slice(0, before)}${begin}\n\n${describeSettings()}\n${page.slice(after)}`;
}
