/**
 * What one core of this machine can do at most: fused multiply-adds per second, and bytes per second from the caches
 * and from memory. Measured by small C programs, where there is a C compiler.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BackendTarget } from '../../src/kernels/backend.ts';

/** Bytes per second, in GB/s. */
export interface Bandwidth {
  readonly reading: number;
  /** Updating four arrays in place; read and written bytes both count. */
  readonly updating: number;
}

/** Bytes and compiler flags of a vector, for the targets whose multiply-add is an instruction. */
const vectors: Partial<Record<BackendTarget, readonly [bytes: number, ...flags: string[]]>> =
  process.arch === 'arm64'
    ? { 'native-baseline': [16], wasm: [16] }
    : {
        'native-avx512': [64, '-mavx512f', '-mprefer-vector-width=512'],
        'native-avx2': [32, '-mavx2', '-mfma'],
        wasm: [16, '-mavx2', '-mfma'],
      };

/** Compiles and runs a program of this folder. @returns the numbers that it prints, if it can be made here. */
function measure(
  name: string,
  target: BackendTarget,
  args: readonly string[] = [],
): readonly number[] | undefined {
  const vector = vectors[target];
  if (!vector) return undefined;
  const [bytes, ...flags] = vector;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'touchdown-limits-'));
  try {
    const program = path.join(folder, name);
    const source = path.join(import.meta.dirname, `${name}.c`);
    const settings = ['-O3', '-Wno-psabi', '-ffp-contract=fast', `-DBYTES=${bytes}`, ...flags];
    execFileSync(process.env['CC'] ?? 'cc', [...settings, source, '-o', program], { stdio: 'ignore' });
    return execFileSync(program, args, { encoding: 'utf8' }).split(' ').map(Number);
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** GFLOP/s of fused multiply-adds in registers with a target's vectors, if it can be measured here. */
export function measurePeak(target: BackendTarget): number | undefined {
  return measure('peak', target)?.[0];
}

/** Of memory that as many bytes lie in, be it a cache, with a target's vectors; if it can be measured here. */
export function measureBandwidth(target: BackendTarget, bytes: number): Bandwidth | undefined {
  const rates = measure('bandwidth', target, [String(Math.ceil(bytes / 1024))]);
  return rates && { reading: rates[0], updating: rates[1] };
}
