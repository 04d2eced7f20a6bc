import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'touchdown-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

// A whole training, about a minute.
it("the command in models/README.md makes the repository's model anew, to the same bytes", () => {
  const page = readFileSync(join(repository, 'models/README.md'), 'utf8');
  const command = /^npx touchdown (train .*)$/m.exec(page)?.[1] ?? '';
  execFileSync(process.execPath, [join(repository, 'bin/touchdown.js'), ...command.split(' ')], {
    cwd: folder,
    stdio: 'pipe',
  });
  const made = readFileSync(join(folder, 'lunar-lander.safetensors'));
  expect(made.equals(readFileSync(join(repository, 'models/lunar-lander.safetensors')))).toBe(true);
}, 600_000);
