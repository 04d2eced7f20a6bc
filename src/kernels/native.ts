/** The kernels as a Node-API addon: one copy of them for every instruction set, chosen at run time. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Backend, type KernelName, layOut, viewArrays } from './backend.ts';

type NativeTarget = 'avx512' | 'avx2' | 'baseline';
type NativeKernel = (memory: ArrayBuffer, record: number, argument: number) => number;

interface Addon {
  /** What this CPU can run, widest first. */
  readonly targets: Readonly<Partial<Record<NativeTarget, Readonly<Record<KernelName, NativeKernel>>>>>;
  allocate(bytes: number): ArrayBuffer;
}

const file = fileURLToPath(new URL('../../build/kernels.node', import.meta.url));

function loadAddon(): Addon | undefined {
  return existsSync(file) ? (createRequire(import.meta.url)(file) as Addon) : undefined;
}

/** The native backends that this machine was built for and can run, widest first. */
export function nativeBackends(): readonly Backend[] {
  const addon = loadAddon();
  if (!addon) return [];
  return Object.entries(addon.targets).map(([name, kernels]) => ({
    target: `native-${name as NativeTarget}`,
    createWorkspace(spec) {
      const { offsets, end } = layOut(spec, 0);
      const buffer = addon.allocate(Math.max(end, 1));
      return {
        arrays: viewArrays(spec, offsets, buffer),
        offsets,
        buffer,
        call: (kernel, record, argument = 0) => kernels[kernel](buffer, record, argument),
      };
    },
  }));
}
