import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commandLinePage } from './command-line-page.ts';
import { withSettings } from './configuration-page.ts';

it('docs/command-line.md says what the commands say (npm run docs writes it)', () => {
  expect(readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8')).toBe(
    commandLinePage(),
  );
});

it('docs/configuration.md has the settings as the schema has them (npm run docs writes them)', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  expect(page).toBe(withSettings(page));
});
