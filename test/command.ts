/** The command as a process of its own. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What Node runs. */
export const command = fileURLToPath(new URL('../bin/touchdown.js', import.meta.url));

/** What it takes to train a network of 212 parameters in a moment. */
export const smallTraining: readonly string[] =
  'train -a 16,relu -n 3000 --episodes 8 --learning-starts 500'.split(' ');

/** Runs it to its end. @param cwd the folder it runs in. @param user whose rights it has; the caller's if empty. */
export function runCommand(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  user: { readonly uid?: number; readonly gid?: number } = {},
) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...env },
    ...user,
  });
  return { status, stdout, stderr };
}
