import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commandLinePage } from './command-line-page.ts';

it('docs/command-line.md says what the commands say (npm run docs writes it)', () => {
  expect(readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8')).toBe(
    commandLinePage(),
  );
});
