/** Entry of a worker thread: runs one task after another. */
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { loadKernels } from '../kernels/load.ts';
import type { TrialResult } from '../study/executor.ts';
import type { ProgressMessage, WorkerTask } from './protocol.ts';
import { runTrial } from './run-trial.ts';

/** Milliseconds between two reports. */
const reportInterval = 100;

/** A result whose arrays change hands. */
function moved(result: TrialResult): TrialResult {
  if (result.state === 'failed') return result;
  const buffers = [result.parameters.buffer, result.returns.buffer];
  return move({ [transferableSymbol]: buffers, [valueSymbol]: result }) as unknown as TrialResult;
}

export async function runTask({ job, port }: WorkerTask): Promise<TrialResult> {
  let lastReport = -Infinity;
  const result = await runTrial(loadKernels(), job, (progress) => {
    const now = performance.now();
    if (now - lastReport < reportInterval) return;
    lastReport = now;
    port.postMessage(progress satisfies ProgressMessage);
  });
  port.close();
  return moved(result);
}
