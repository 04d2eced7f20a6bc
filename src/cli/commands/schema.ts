/** `touchdown schema`: the JSON Schema of study and space files, for editors. */
import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { withExamples } from '../examples.ts';
import { schemaNames, schemas } from '../file-schemas.ts';

export function createSchemaCommand(): CommandUnknownOpts {
  const command = new Command('schema')
    .description(
      'Print the JSON Schema of a file: what editors complete and check by. A first line "# yaml-language-server: $schema=study.schema.json" in a YAML file, or a "$schema" in a JSON file, names it.',
    )
    .addArgument(new Argument('[kind]', 'of what').choices(schemaNames).default('study' as const))
    .action((kind) => console.log(schemas[kind]()));
  return withExamples(command, [
    'touchdown schema study > study.schema.json',
    'touchdown schema space > space.schema.json',
  ]);
}
