/** The arrays of a replay without a learner, for tests of what fills them and draws from them. */
import type { ReplayMemory } from '../src/kernels/kernels.ts';
import { drawIndices } from '../src/kernels/reference-draws.ts';

/** @param width numbers per observation. */
export function createReplayMemory(capacity: number, width: number): ReplayMemory {
  return {
    observations: new Float32Array(capacity * width),
    nextObservations: new Float32Array(capacity * width),
    actions: new Int32Array(capacity),
    rewards: new Float32Array(capacity),
    terminated: new Uint8Array(capacity),
    drawIndices,
  };
}
