import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts', 'src/cli/main.ts', 'src/execution/worker.ts', 'src/execution/replica-worker.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node24',
  dts: true,
  unbundle: true,
  // .js, as package.json says.
  fixedExtension: false,
});
