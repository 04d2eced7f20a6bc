/** The command `touchdown dashboard` as a stranger meets it: a process of its own, its output and its exit status. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { command } from '../../test/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-dashboard-cli-'));
const started: ChildProcess[] = [];

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(...args: string[]) {
  const child = spawn(process.execPath, [command, ...args], { cwd: folder });
  started.push(child);
  return child;
}

/** All that a command says on standard error, and its exit status. */
async function run(...args: string[]): Promise<{ readonly status: unknown; readonly stderr: string }> {
  const child = start('dashboard', ...args);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  const [status] = await once(child, 'close');
  return { status, stderr };
}

describe('touchdown dashboard', () => {
  it('prints where it serves, serves, and stops at Ctrl-C', async () => {
    const child = start('dashboard', '.', '--port', '0');
    const [address] = (await once(createInterface(child.stdout), 'line')) as [string];
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const answer = await fetch(address);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('<title>Touchdown')]);
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    await expect(fetch(address)).rejects.toThrow('fetch failed');
  });

  it('names a folder that isn’t there and a port that is taken, in one line', async () => {
    expect(await run('nope')).toEqual({
      status: 1,
      stderr: 'touchdown: no folder "nope"; expected one of studies, which "touchdown search" makes\n',
    });
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await run('.', '--port', String(port))).toEqual({
      status: 1,
      stderr: `touchdown: cannot listen on port ${port} (something else listens there); expected a free one, or 0 for any\n`,
    });
    other.close();
  });

  it('shows a search beside it, and nothing else, until it ends', async () => {
    const settings = ['--strategy', 'random', '--trials', '2', '-n', '4000', '--learning-starts', '500'];
    const verification = [
      '--finalists',
      '1',
      '--verification-seeds',
      '1',
      '--verification-timesteps',
      '4000',
    ];
    const child = start(
      'search',
      '--dashboard',
      ...settings,
      ...verification,
      '--study',
      join('some', 'where'),
    );
    const ended = once(child, 'close');
    let address: string | undefined;
    for await (const line of createInterface(child.stderr)) {
      address = /^ *dashboard +(http:\S+)$/.exec(line)?.[1] ?? address;
      if (address !== undefined) break;
    }
    child.stderr.resume();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/studies\/where$/);
    const page = await fetch(`${address}`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>Touchdown')]);
    expect((await fetch(new URL('/studies/other', address))).status).toBe(404);
    expect(await ended).toEqual([0, null]);
    await expect(fetch(`${address}`)).rejects.toThrow('fetch failed');
  });
});
