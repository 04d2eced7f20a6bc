/**
 * A backend runs the compiled kernels of `native/`: as WebAssembly or as a Node-API addon. It hands out
 * workspaces: blocks of memory that TypeScript and C see alike. Numbers cross the border in typed arrays that
 * are allocated once; a call passes nothing but the offset of a record and one integer.
 */

/**
 * `wasm` needs relaxed SIMD that fuses multiply-adds; `wasm-portable` runs on any engine with SIMD and makes them
 * out of double arithmetic: the same bits, many times slower.
 */
export type WasmTarget = 'wasm' | 'wasm-portable';
/**
 * What kernels are compiled for (docs/kernels.md).
 * @useDeclaredType
 */
export type BackendTarget = 'native-avx512' | 'native-avx2' | 'native-baseline' | WasmTarget;

/** Names of the kernels; `native/kernels.h` has the same list. */
export type KernelName =
  | 'draw_indices'
  | 'lander_observe'
  | 'lander_reset'
  | 'lander_scene'
  | 'lander_step'
  | 'learner_update'
  | 'network_forward';

/** What an array of a workspace holds, and how many of them. */
export interface ArraySpec {
  readonly type: 'float32' | 'float64' | 'int32' | 'uint8';
  readonly length: number;
}

export const float32 = (length: number) => ({ type: 'float32', length }) as const;
export const float64 = (length: number) => ({ type: 'float64', length }) as const;
export const int32 = (length: number) => ({ type: 'int32', length }) as const;
export const uint8 = (length: number) => ({ type: 'uint8', length }) as const;

interface ArrayTypes {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  uint8: Uint8Array;
}

export type WorkspaceSpec = Readonly<Record<string, ArraySpec>>;

/** Memory shared with the kernels. All arrays start zeroed, on a 64-byte boundary of the workspace. */
export interface Workspace<Spec extends WorkspaceSpec> {
  readonly arrays: { readonly [Name in keyof Spec]: ArrayTypes[Spec[Name]['type']] };
  /** Byte offset of every array: what a record stores to point at it. */
  readonly offsets: { readonly [Name in keyof Spec]: number };
  readonly buffer: ArrayBuffer;
  /** Runs a kernel on the record at a byte offset. */
  call(kernel: KernelName, record: number, argument?: number): number;
}

export interface Backend {
  readonly target: BackendTarget;
  /** @throws RangeError when the arrays need more than 4 GiB. */
  createWorkspace<Spec extends WorkspaceSpec>(spec: Spec): Workspace<Spec>;
}

const constructors = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array };
const alignment = 64;
const align = (offset: number) => Math.ceil(offset / alignment) * alignment;

/**
 * Something for every array of a specification, in its order. Made in one go: an object that gets a dozen names one
 * after another becomes a hash table in V8, and each access to it in a hot loop a look-up.
 */
function mapArrays<Spec extends WorkspaceSpec, Out>(
  spec: Spec,
  make: (array: ArraySpec, name: keyof Spec) => Out,
): { [Name in keyof Spec]: Out } {
  const entries = Object.entries(spec).map(([name, array]) => [name, make(array, name)] as const);
  return Object.fromEntries(entries) as { [Name in keyof Spec]: Out };
}

/** Lays the arrays of a specification out one after another, from `start` on. */
export function layOut<Spec extends WorkspaceSpec>(
  spec: Spec,
  start: number,
): { offsets: { [Name in keyof Spec]: number }; end: number } {
  let end = align(start);
  const offsets = mapArrays(spec, ({ type, length }) => {
    const offset = end;
    end = align(end + length * constructors[type].BYTES_PER_ELEMENT);
    return offset;
  });
  if (end > 0xffff_ffff)
    throw new RangeError(`a kernel workspace of ${end} bytes; at most 4 GiB are possible`);
  return { offsets, end };
}

/** The typed arrays of a specification over a buffer, at their offsets. */
export function viewArrays<Spec extends WorkspaceSpec>(
  spec: Spec,
  offsets: { readonly [Name in keyof Spec]: number },
  buffer: ArrayBuffer,
): Workspace<Spec>['arrays'] {
  const view = ({ type, length }: ArraySpec, name: keyof Spec) =>
    new constructors[type](buffer, offsets[name], length);
  return mapArrays(spec, view) as Workspace<Spec>['arrays'];
}
