/** A JavaScript thread of shared-updates.test.ts: shares sixty updates of a learner between two threads, tells the losses. */
import { parentPort, workerData } from 'node:worker_threads';
import { randomLearner, update } from '../contracts/random-learners.ts';
import type { LearnerOptions } from '../../src/kernels/kernels.ts';
import { loadKernels } from '../../src/kernels/load.ts';
import type { BackendTarget } from '../../src/kernels/backend.ts';

const { target, options } = workerData as {
  readonly target: BackendTarget;
  readonly options: LearnerOptions;
};
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, not a window
parentPort?.postMessage(update(randomLearner(loadKernels(target, 2), options, 7), 0, 60));
