/** The compiled kernels in the browser: the same bits as in Node. */
import type { Backend, WasmTarget } from '../../../kernels/backend.ts';
import { wasmBackend } from '../../../kernels/wasm.ts';

/** Undefined where this browser can't compile it, or its multiply-add doesn't fuse. */
async function load(name: string, target: WasmTarget): Promise<Backend | undefined> {
  const answer = await fetch(`/files/${name}`);
  if (!answer.ok) throw new Error(`${name}: ${answer.status}; expected the kernels`);
  const bytes = await answer.arrayBuffer();
  if (!WebAssembly.validate(bytes)) return undefined;
  return wasmBackend(await WebAssembly.compile(bytes), target);
}

let loaded: Promise<Backend> | undefined;

async function loadFastest(): Promise<Backend> {
  const backend =
    (await load('kernels.wasm', 'wasm')) ?? (await load('kernels-portable.wasm', 'wasm-portable'));
  if (backend === undefined) throw new Error('this browser has no WebAssembly with SIMD, which flying needs');
  return backend;
}

/** Loaded once. @throws Error when this browser can't run them. */
export async function loadBackend(): Promise<Backend> {
  loaded ??= loadFastest();
  return loaded;
}
