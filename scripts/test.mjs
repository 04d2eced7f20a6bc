// Runs the tests and ends with one plain line: N passed, N failed.
// usage: npm test -- [FILTER …] | npm run test:long
import { startVitest } from 'vitest/node';

const filters = process.argv.slice(2).filter((argument) => argument !== '--long');
if (process.argv.includes('--long')) process.env['TOUCHDOWN_LONG_TESTS'] = '1';

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
