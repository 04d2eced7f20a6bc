/**
 * Benchmark of the learner: microseconds per update of a network with two hidden layers at batch 64, on every
 * target, beside the fused multiply-adds that one core does at most (bench/peak.c, where there is a C compiler).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BackendTarget } from '../src/kernels/backend.ts';
import { compiledKernels } from '../src/kernels/compiled.ts';
import { type Kernels, type Learner, parameterCount } from '../src/kernels/kernels.ts';
import { listBackends } from '../src/kernels/load.ts';
import { RandomStream } from '../src/random/random-stream.ts';

const batchSize = 64;
const replayCapacity = 100_000;
const inputs = 8;
const outputs = 4;
/** The shortest window that is timed; the best of them is the one that other programs disturbed least. */
const windowMilliseconds = 4;
const secondsPerCase = 1;

const vectorFlags: Partial<Record<BackendTarget, readonly string[]>> = {
  'native-avx512': ['-mavx512f', '-mavx512dq'],
  'native-avx2': ['-mavx2', '-mfma'],
  ...(process.arch === 'arm64' ? { 'native-baseline': [] } : {}),
};

/** GFLOP/s of fused multiply-adds in registers with a target's vectors, if it can be measured here. */
function measurePeak(target: BackendTarget): number | undefined {
  const flags = vectorFlags[target];
  if (!flags) return undefined;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'touchdown-peak-'));
  const program = path.join(folder, 'peak');
  const source = path.join(import.meta.dirname, 'peak.c');
  const native = path.join(import.meta.dirname, '../native');
  try {
    execFileSync('cc', [
      '-O3',
      '-Wno-psabi',
      '-ffp-contract=off',
      ...flags,
      '-I',
      native,
      source,
      '-o',
      program,
    ]);
    return Number(execFileSync(program, { encoding: 'utf8' }));
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function createLearner(kernels: Kernels, width: number): Learner {
  const random = new RandomStream(0);
  const fill = (array: Float32Array, size: number) => array.map(() => random.uniform(-size, size));
  const hidden = { units: width, activation: 'relu' } as const;
  const learner = kernels.createLearner(
    {
      shape: { inputs, layers: [hidden, hidden], outputs },
      batchSize,
      replayCapacity,
      gamma: 0.99,
      tau: 0.005,
      loss: 'huber',
      adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    },
    1,
  );
  const parameters = fill(new Float32Array(parameterCount(learner.shape)), 1 / Math.sqrt(width));
  learner.write('parameters', parameters);
  learner.write('target', parameters);
  learner.replay.observations.set(fill(learner.replay.observations, 1));
  learner.replay.nextObservations.set(fill(learner.replay.nextObservations, 1));
  learner.replay.rewards.set(fill(learner.replay.rewards, 1));
  random.fillIndices(learner.replay.actions, outputs);
  return learner;
}

/** Microseconds per update, each on a fresh minibatch: the best window. */
function timeUpdates(learner: Learner): number {
  const random = new RandomStream(1);
  const batches = Array.from({ length: 64 }, () => new Int32Array(batchSize));
  for (const batch of batches) random.fillIndices(batch, replayCapacity);
  let next = 0;
  let best = Infinity;
  const end = performance.now() + 1000 * secondsPerCase;
  while (performance.now() < end) {
    const begin = performance.now();
    let updates = 0;
    let elapsed = 0;
    while (elapsed < windowMilliseconds) {
      learner.update(batches[next++ % batches.length], 1e-4);
      updates += 1;
      elapsed = performance.now() - begin;
    }
    best = Math.min(best, (1000 * elapsed) / updates);
  }
  return best;
}

/** Floating-point operations of one update: three forward passes and two products backward, one for the first layer. */
function operations(width: number): number {
  return 2 * batchSize * (5 * (width * width + width * outputs) + 4 * inputs * width);
}

/** @param widths units of both hidden layers; 64, 128, 256 and 1024 without. */
export async function run(widths: readonly string[]): Promise<void> {
  console.log(
    `${os.cpus()[0].model}, Node ${process.versions.node}, batch ${batchSize}, Double DQN, one core`,
  );
  console.log('target            hidden layers   µs/update   GFLOP/s   of the peak');
  for (const backend of listBackends()) {
    const peak = measurePeak(backend.target);
    for (const width of widths.length > 0 ? widths.map(Number) : [64, 128, 256, 1024]) {
      const time = timeUpdates(createLearner(compiledKernels(backend), width));
      const rate = operations(width) / time / 1000;
      const share = peak === undefined ? '–' : `${((100 * rate) / peak).toFixed(0)} % of ${peak.toFixed(0)}`;
      console.log(
        [
          backend.target.padEnd(16),
          `${width}-${width}`.padStart(14),
          time.toFixed(1).padStart(11),
          rate.toFixed(1).padStart(9),
          share.padStart(13),
        ].join(' '),
      );
    }
  }
}
