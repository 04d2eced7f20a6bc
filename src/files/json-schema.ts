/**
 * JSON Schema of what people write, made from the zod schemas that check it: editors complete and underline by it.
 * It refuses nothing that the zod schema takes; what a JSON Schema can't say, only the zod schema refuses.
 */
import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * Schemas that are published otherwise than zod would: `publish` makes of zod's JSON Schema the one that is. A schema
 * is registered as it is used, after the last method that makes a new one of it.
 */
export const publishedSchemas = z.registry<{ readonly publish: (generated: JsonSchema) => JsonSchema }>();

/** A part of a schema. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...generated } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      // Of types only: data in files are there to be written.
      delete jsonSchema.readOnly;
      // Of every whole number.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      const published = publishedSchemas.get(zodSchema)?.publish({ ...jsonSchema });
      if (published === undefined) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(jsonSchema, published);
    },
  });
  return generated;
}

/** An object that may say where its schema is found. */
function withAddress({ properties, ...schema }: JsonSchema): JsonSchema {
  const address = { type: 'string', description: 'where an editor finds this schema' } as const;
  return { ...schema, properties: { $schema: address, ...properties } };
}

/** The schema of a file. @param title what is in it. */
export function fileJsonSchema(schema: z.ZodType, title: string): JsonSchema {
  const { $defs: definitions, anyOf, ...generated } = toJsonSchema(schema);
  const forms = anyOf?.map(withAddress);
  const content = forms ? { ...generated, anyOf: forms } : withAddress(generated);
  // What was replaced may have been all that referred to them.
  const isReferred = JSON.stringify(content).includes('"$ref"');
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    ...content,
    ...(isReferred && definitions && { $defs: definitions }),
  };
}
