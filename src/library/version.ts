/** Versions that decide what a result is: of the package, of Node, and the kernels in use. */
import { readFileSync } from 'node:fs';
import { loadBackend } from '../kernels/load.ts';

/** The version of this package. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Everything worth writing into a study's record. */
export function versions(): Readonly<Record<'touchdown' | 'node' | 'kernels', string>> {
  return { touchdown: packageVersion(), node: process.versions.node, kernels: loadBackend().target };
}
