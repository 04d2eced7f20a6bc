/** Chooses the backend: the widest instruction set that this CPU runs, WebAssembly without an addon. */
import type { Backend, BackendTarget } from './backend.ts';
import { nativeBackends } from './native.ts';
import { loadWasmBackend } from './wasm.ts';

/** Every backend that this machine can run, fastest first. */
export function listBackends(): readonly Backend[] {
  return [...nativeBackends(), loadWasmBackend()];
}

let chosen: Backend | undefined;

/**
 * The backend to compute with; loaded once. The environment variable TOUCHDOWN_KERNELS forces a target.
 * @throws Error naming the targets of this machine when the forced one is not among them.
 */
export function loadBackend(): Backend {
  if (chosen) return chosen;
  const forced = process.env['TOUCHDOWN_KERNELS'];
  if (!forced) {
    chosen = nativeBackends()[0] ?? loadWasmBackend();
    return chosen;
  }
  const backends = listBackends();
  chosen = backends.find((backend) => backend.target === (forced as BackendTarget));
  if (!chosen) {
    const expected = backends.map((backend) => backend.target).join(', ');
    throw new Error(`TOUCHDOWN_KERNELS is "${forced}"; expected one of ${expected}`);
  }
  return chosen;
}
