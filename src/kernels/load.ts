/**
 * Chooses what to compute with: the widest instruction set that this CPU runs, WebAssembly without an addon. The
 * environment variable TOUCHDOWN_KERNELS forces a target.
 */
import type { Backend } from './backend.ts';
import { compiledKernels } from './compiled.ts';
import type { KernelTarget, Kernels } from './kernels.ts';
import { nativeBackends } from './native.ts';
import { referenceKernels } from './reference.ts';
import { wasmBackends } from './wasm-files.ts';

/** Every backend that this machine can run, fastest first. */
export function listBackends(): readonly Backend[] {
  return [...nativeBackends(), ...wasmBackends()];
}

/** All kernels that this machine can run: every backend's, fastest first, and the reference. */
export function listKernels(): readonly Kernels[] {
  return [...listBackends().map((backend) => compiledKernels(backend)), referenceKernels];
}

function pick<Candidate extends { readonly target: KernelTarget }>(
  candidates: readonly Candidate[],
  target: string,
): Candidate {
  const found = candidates.find((candidate) => candidate.target === target);
  if (found) return found;
  const expected = candidates.map((candidate) => candidate.target).join(', ');
  throw new Error(`kernels "${target}" do not run on this machine; expected one of ${expected}`);
}

let chosen: Backend | undefined;

/**
 * The backend to compute with, loaded once. (There is no reference backend: TOUCHDOWN_KERNELS=reference is about
 * learning kernels and leaves the choice of the backend alone.)
 * @throws Error naming the targets of this machine when TOUCHDOWN_KERNELS is not among them.
 */
export function loadBackend(): Backend {
  if (chosen) return chosen;
  const forced = process.env['TOUCHDOWN_KERNELS'];
  chosen =
    forced && forced !== referenceKernels.target
      ? pick(listBackends(), forced)
      : (nativeBackends()[0] ?? wasmBackends()[0]);
  if (!chosen) throw new Error('no kernels run on this machine; expected WebAssembly with SIMD at least');
  return chosen;
}

/**
 * The learning kernels of a target; of the fastest one, or the one that TOUCHDOWN_KERNELS names, without.
 * @param threads as of `compiledKernels`.
 * @throws Error naming the targets of this machine when the one asked for is not among them.
 */
export function loadKernels(target?: KernelTarget, threads = 1): Kernels {
  const wanted = target ?? process.env['TOUCHDOWN_KERNELS'];
  const found = wanted
    ? pick<Backend | Kernels>([...listBackends(), referenceKernels], wanted)
    : loadBackend();
  return 'createWorkspace' in found ? compiledKernels(found, threads) : found;
}
