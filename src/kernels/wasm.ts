/** The kernels as WebAssembly: the same bytes on every machine. Every workspace is an instance of its own. */
import { readFileSync } from 'node:fs';
import { type Backend, type KernelName, layOut, viewArrays } from './backend.ts';

type Exports = Readonly<Record<KernelName, (memory: number, record: number, argument: number) => number>> & {
  readonly __heap_base: WebAssembly.Global;
};

const pageBytes = 65_536;

function heapBase(module: WebAssembly.Module): number {
  const memory = new WebAssembly.Memory({ initial: 16 });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return Number((instance.exports as unknown as Exports).__heap_base.value);
}

/** A backend over a compiled `kernels.wasm`; works in Node and in a browser. */
export function wasmBackend(module: WebAssembly.Module): Backend {
  const start = heapBase(module);
  return {
    target: 'wasm',
    createWorkspace(spec) {
      const { offsets, end } = layOut(spec, start);
      const memory = new WebAssembly.Memory({ initial: Math.ceil(end / pageBytes) });
      const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
      return {
        arrays: viewArrays(spec, offsets, memory.buffer),
        offsets,
        buffer: memory.buffer,
        call: (kernel, record, argument = 0) => exports[kernel](0, record, argument),
      };
    },
  };
}

const file = new URL('../../build/kernels.wasm', import.meta.url);

/** The WebAssembly backend of this installation. @throws when `npm ci` did not build it. */
export function loadWasmBackend(): Backend {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new Error(
      'build/kernels.wasm is missing; expected it from the install step: run "npm run install"',
    );
  }
  return wasmBackend(new WebAssembly.Module(bytes));
}
