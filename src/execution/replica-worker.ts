/** Entry of a thread that runs one replica: does what it is asked, one thing after another. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadKernels } from '../kernels/load.ts';
import type { ReplicaAnswer, ReplicaRequest, ReplicaStart } from './protocol.ts';
import { InlineReplica } from './replica.ts';

/** Milliseconds between two reports. */
const reportInterval = 100;

const port = parentPort;
if (port === null) throw new Error('the main thread; expected a worker');
const tell = (message: ReplicaAnswer) => port.postMessage(message);
const { job, threads, checkpoint } = workerData as ReplicaStart;
let lastReport = -Infinity;
const replica = new InlineReplica(loadKernels(undefined, threads), job, {
  signal: new AbortController().signal,
  onProgress: (progress) => {
    const now = performance.now();
    if (now - lastReport < reportInterval) return;
    lastReport = now;
    tell({ kind: 'progress', progress });
  },
  ...(checkpoint && { checkpoint }),
  onCheckpoint: tell,
});

async function answer(request: ReplicaRequest): Promise<ReplicaAnswer> {
  switch (request.kind) {
    case 'train':
      await replica.train(request.untilStep, request.policy);
      return { kind: 'done', result: undefined };
    case 'score':
      return { kind: 'done', result: await replica.score(request.samples, request.seeds) };
    case 'tune':
      return { kind: 'done', result: await replica.tune(request.sample, request.seeds) };
    case 'finish':
      return { kind: 'done', result: await replica.finish() };
    default:
      return request satisfies never;
  }
}

// An error ends the thread: its owner hears of it.
const serve = async (request: ReplicaRequest) => tell(await answer(request));

port.on('message', (request: ReplicaRequest) => void serve(request));
