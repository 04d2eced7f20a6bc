/** The kernels as WebAssembly: the same bytes on every machine. Every workspace is an instance of its own. */
import { readFileSync } from 'node:fs';
import { type Backend, type KernelName, layOut, viewArrays, type WasmTarget } from './backend.ts';

type Exports = Readonly<Record<KernelName, (memory: number, record: number, argument: number) => number>> & {
  readonly __heap_base: WebAssembly.Global;
  fuses(): number;
};

const pageBytes = 65_536;

function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Exports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
}

/**
 * A backend over compiled kernels; works in Node and in a browser.
 * @returns undefined where this machine's multiply-add does not fuse: results would differ from other machines'.
 */
export function wasmBackend(module: WebAssembly.Module, target: WasmTarget): Backend | undefined {
  const probe = instantiate(module, new WebAssembly.Memory({ initial: 16 }));
  if (probe.fuses() === 0) return undefined;
  const start = Number(probe.__heap_base.value);
  return {
    target,
    createWorkspace(spec) {
      const { offsets, end } = layOut(spec, start);
      const memory = new WebAssembly.Memory({ initial: Math.ceil(end / pageBytes) });
      const exports = instantiate(module, memory);
      return {
        arrays: viewArrays(spec, offsets, memory.buffer),
        offsets,
        buffer: memory.buffer,
        call: (kernel, record, argument = 0) => exports[kernel](0, record, argument),
      };
    },
  };
}

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
