/** Entry of a worker thread: runs one task after another. */
import { move, transferableSymbol, valueSymbol } from 'piscina';
import type { CurvePoint, TrainingProgress } from '../agents/train.ts';
import { loadKernels } from '../kernels/load.ts';
import type { TrialResult } from '../study/executor.ts';
import { createCheckpointer } from './checkpointer.ts';
import type { TrialMessage, WorkerTask } from './protocol.ts';
import { runTrial } from './run-trial.ts';

/** Milliseconds between two reports. */
const reportInterval = 100;

/** A result whose arrays change hands. */
function moved(result: TrialResult): TrialResult {
  if (result.state === 'failed') return result;
  const buffers = [result.parameters.buffer, result.returns.buffer];
  return move({ [transferableSymbol]: buffers, [valueSymbol]: result }) as unknown as TrialResult;
}

export async function runTask({ job, port, checkpoint }: WorkerTask): Promise<TrialResult> {
  const tell = (message: TrialMessage) => port.postMessage(message);
  tell({ kind: 'started' });
  let lastReport = -Infinity;
  let told = 0;
  const afterSlice = (progress: TrainingProgress, curve: readonly CurvePoint[]) => {
    const now = performance.now();
    if (now - lastReport < reportInterval) return;
    lastReport = now;
    tell({ kind: 'progress', progress: { ...progress, newPoints: curve.slice(told) } });
    told = curve.length;
  };
  const checkpointer = createCheckpointer({ ...(checkpoint && { checkpoint }), onCheckpoint: tell });
  const result = await runTrial(loadKernels(), job, { afterSlice, checkpointer });
  port.close();
  return moved(result);
}
