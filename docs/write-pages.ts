/** `npm run docs`: writes the pages and schemas that are made from the source. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { commandLinePage } from '../src/cli/command-line-page.ts';
import { withSettings } from '../src/cli/configuration-page.ts';
import { schemaNames, schemas } from '../src/cli/file-schemas.ts';

const file = (name: string): URL => new URL(name, import.meta.url);

writeFileSync(file('command-line.md'), commandLinePage());
writeFileSync(file('configuration.md'), withSettings(readFileSync(file('configuration.md'), 'utf8')));
mkdirSync(file('schemas'), { recursive: true });
for (const name of schemaNames) writeFileSync(file(`schemas/${name}.json`), `${schemas[name]()}\n`);
