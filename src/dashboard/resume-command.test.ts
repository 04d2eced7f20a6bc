import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { resumeCommand } from './resume-command.ts';

test.each(['/home/me/studies/quick-1', '/home/me/my studies/1', `/a/it's; echo "$HOME" \`id\``, '/ä/ö'])(
  'a shell reads the folder %s as one word',
  (folder) => {
    const said = execFileSync('sh', [
      '-c',
      `touchdown() { printf '%s\\n' "$@"; }; ${resumeCommand(folder, 'stopped')}`,
    ]);
    expect(said.toString()).toBe(`resume\n${folder}\n`);
  },
);

test.each(['running', 'complete'] as const)('there is none for a study that is %s', (state) => {
  expect(resumeCommand('/a', state)).toBeUndefined();
});
