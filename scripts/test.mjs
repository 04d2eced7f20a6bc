// Runs the tests and ends with one plain line: N passed, N failed.
// usage: npm test -- [FILTER …] | npm run test:long
import { execFileSync, spawnSync } from 'node:child_process';
import { startVitest } from 'vitest/node';
import { chromiumMissing, findChromium } from './find-chromium.mjs';

const filters = process.argv.slice(2).filter((argument) => argument !== '--long');
if (process.argv.includes('--long')) process.env['TOUCHDOWN_LONG_TESTS'] = '1';

const has = (/** @type {string} */ shell) =>
  spawnSync(shell, ['-c', 'exit'], { stdio: 'ignore' }).status === 0;

const testsBrowsers =
  filters.length === 0 || filters.some((filter) => /browser/.test(filter) || 'test/browser'.includes(filter));
const testsShells = filters.length === 0 || filters.some((filter) => 'src/cli/completion'.includes(filter));

/** Debian packages that the tests need and that are not there. */
const missing = [
  ...(testsBrowsers && findChromium() === undefined ? ['chromium'] : []),
  ...(testsShells ? ['zsh', 'fish'].filter((shell) => !has(shell)) : []),
];

/** @returns whether they are there now. */
function install() {
  if (process.getuid?.() !== 0) return false;
  const options = /** @type {const} */ ({
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  try {
    execFileSync('apt-get', ['update', '-q'], options);
    execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], options);
    return true;
  } catch {
    return false;
  }
}

const isComplete = missing.length === 0 || install();
// Tests in the browser are never skipped: without one they fail.
if (!isComplete && missing.includes('chromium')) {
  console.error(chromiumMissing);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const vitest = await startVitest('test', filters, { run: true, watch: false });
let passed = 0;
let failed = vitest.state.getUnhandledErrors().length;
for (const testModule of vitest.state.getTestModules()) {
  failed += testModule.errors().length;
  for (const test of testModule.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') passed += 1;
    else if (state === 'failed') failed += 1;
  }
}
await vitest.close();
if (!isComplete)
  console.log(`not tested, for want of ${missing.join(', ')}: apt-get install ${missing.join(' ')}`);
if (passed === 0) failed = Math.max(failed, 1);
if (failed > 0) process.exitCode = 1;
console.log(`${passed} passed, ${failed} failed`);
