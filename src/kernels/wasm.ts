/**
 * The kernels as WebAssembly: the same bytes on every machine, in Node and in a browser. Every workspace is an instance
 * of its own.
 */
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
 * A backend over compiled kernels.
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
