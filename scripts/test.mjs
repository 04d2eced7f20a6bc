// Runs the tests and ends with one plain line: N passed, N failed.
// usage: npm test -- [FILTER …] | npm run test:long
import { execFileSync } from 'node:child_process';
import { startVitest } from 'vitest/node';
import { chromiumMissing, findChromium } from './find-chromium.mjs';

const filters = process.argv.slice(2).filter((argument) => argument !== '--long');
if (process.argv.includes('--long')) process.env['TOUCHDOWN_LONG_TESTS'] = '1';

/** Browser tests are never skipped: without Chromium they get one where that is possible, or fail. */
function installChromium() {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) throw new Error(chromiumMissing);
  const options = /** @type {const} */ ({
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  try {
    execFileSync('apt-get', ['update', '-q'], options);
    execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], options);
  } catch (error) {
    throw new Error(chromiumMissing, { cause: error });
  }
}

const testsBrowsers =
  filters.length === 0 || filters.some((filter) => /browser/.test(filter) || 'test/browser'.includes(filter));

try {
  if (testsBrowsers && findChromium() === undefined) installChromium();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
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
if (passed === 0) failed = Math.max(failed, 1);
if (failed > 0) process.exitCode = 1;
console.log(`${passed} passed, ${failed} failed`);
