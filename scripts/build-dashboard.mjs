// Bundles the dashboard's page, src/dashboard/client/, into build/dashboard/. Plain JavaScript: it runs at install time.
// A package from the registry has no source of it: there the page that came with the package serves.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const source = path.join(root, 'src/dashboard/client');
const output = path.join(root, 'build/dashboard');

/** @param {typeof import('rolldown')} rolldown */
async function bundle({ rolldown }) {
  const bundled = await rolldown({
    input: path.join(source, 'main.tsx'),
    platform: 'browser',
    tsconfig: path.join(source, 'tsconfig.json'),
    // Such as an import of what only Node has.
    onwarn(warning) {
      throw new Error(`the dashboard's page does not bundle: ${warning.message}`);
    },
  });
  await bundled.write({ file: path.join(output, 'client.js'), format: 'esm', minify: true });
  await bundled.close();
}

/** Styles of the page behind those of its charts. */
async function joinStyles() {
  const files = [
    path.join(root, 'node_modules/uplot/dist/uPlot.min.css'),
    path.join(source, 'style.css'),
    path.join(source, 'flight/flight.css'),
  ];
  const styles = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  await writeFile(path.join(output, 'client.css'), styles.join('\n'));
}

async function build() {
  const bundler = await import('rolldown').catch(() => {
    throw new Error('rolldown is not installed, which the dashboard is bundled with: run "npm ci"');
  });
  await mkdir(output, { recursive: true });
  const copies = ['index.html', 'favicon.svg'];
  await Promise.all([
    bundle(bundler),
    joinStyles(),
    ...copies.map((name) => copyFile(path.join(source, name), path.join(output, name))),
  ]);
  return 'built';
}

function findPrebuilt() {
  if (!existsSync(path.join(output, 'client.js'))) throw new Error('build/dashboard has no prebuilt page');
  return 'prebuilt';
}

try {
  console.log(`touchdown dashboard: ${existsSync(source) ? await build() : findPrebuilt()}`);
} catch (error) {
  console.error(`touchdown: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
