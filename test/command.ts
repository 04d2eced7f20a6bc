/** The command as a process of its own. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What Node runs. */
export const command = fileURLToPath(new URL('../bin/touchdown.js', import.meta.url));

/** Runs it to its end. @param cwd the folder it runs in. */
export function runCommand(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  return { status, stdout, stderr };
}
