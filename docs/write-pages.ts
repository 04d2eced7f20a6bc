/** `npm run docs`: writes the pages that are made from the source. */
import { writeFileSync } from 'node:fs';
import { commandLinePage } from '../src/cli/command-line-page.ts';

writeFileSync(new URL('command-line.md', import.meta.url), commandLinePage());
