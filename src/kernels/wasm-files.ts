/** The WebAssembly kernels that the install step built, read from their files. */
import { readFileSync } from 'node:fs';
import type { Backend } from './backend.ts';
import { wasmBackend } from './wasm.ts';

function readModule(name: string): Uint8Array<ArrayBuffer> {
  try {
    return readFileSync(new URL(`../../build/${name}`, import.meta.url));
  } catch {
    throw new Error(`build/${name} is missing; expected it from the install step: run "npm run install"`);
  }
}

/** The WebAssembly backends that this machine can run, fastest first. @throws when `npm ci` did not build them. */
export function wasmBackends(): readonly Backend[] {
  const relaxed = readModule('kernels.wasm');
  const portable = wasmBackend(new WebAssembly.Module(readModule('kernels-portable.wasm')), 'wasm-portable');
  const fast = WebAssembly.validate(relaxed)
    ? wasmBackend(new WebAssembly.Module(relaxed), 'wasm')
    : undefined;
  return [fast, portable].filter((backend) => backend !== undefined);
}
