/**
 * A worker that does its jobs as worker.ts does, but first misbehaves: as often as the file says that the job's
 * environment names in `misbehaviour`, `KIND TIMES`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { TrialMessage, WorkerTask } from '../../src/execution/protocol.ts';
import { runTask as run } from '../../src/execution/worker.ts';
import type { TrialResult } from '../../src/study/executor.ts';

type Kind = 'exit' | 'throw' | 'memory' | 'hang';

function misbehave(kind: Kind): unknown {
  switch (kind) {
    case 'exit':
      return process.exit(3);
    case 'throw':
      // Outside of any promise that is waited for.
      return setImmediate(() => {
        throw new Error('out of nowhere');
      });
    case 'memory': {
      const hoard: unknown[] = [];
      for (;;) hoard.push(Array.from({ length: 1000 }, (_, i) => ({ i })));
    }
    case 'hang':
      for (;;);
    default:
      return kind satisfies never;
  }
}

export async function runTask(task: WorkerTask): Promise<TrialResult> {
  if (parentPort === null) throw new Error('the main thread; expected a worker');
  const { misbehaviour, ...options } = task.job.environment.options;
  const file = String(misbehaviour);
  const [kind, times] = readFileSync(file, 'utf8').split(' ');
  if (Number(times) > 0) {
    writeFileSync(file, `${kind} ${Number(times) - 1}`);
    task.port.postMessage({ kind: 'started' } satisfies TrialMessage, []);
    misbehave(kind as Kind);
    await new Promise(() => {});
  }
  return run({ ...task, job: { ...task.job, environment: { id: task.job.environment.id, options } } });
}
