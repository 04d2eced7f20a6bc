/** The JSON Schemas of files that people write, as text: `touchdown schema` prints them, docs/schemas has them. */
import { fileJsonSchema } from '../files/json-schema.ts';
import { spaceDefinitionSchema } from '../search/space-definition.ts';
import { studyFileSchema } from '../study/configuration.ts';

export const schemaNames = ['study', 'space'] as const;

export const schemas = {
  study: () => JSON.stringify(fileJsonSchema(studyFileSchema, 'A study of Touchdown'), null, 2),
  space: () => JSON.stringify(fileJsonSchema(spaceDefinitionSchema, 'A search space of Touchdown'), null, 2),
} as const satisfies Record<(typeof schemaNames)[number], () => string>;
