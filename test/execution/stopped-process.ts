/** Runs a training of some seconds in a thread that may be silent for two, and prints its reports and what it ended with. */
import { ThreadExecutor } from '../../src/execution/threads.ts';
import { createJob } from '../contracts/executor.ts';

const executor = new ThreadExecutor(1, { patience: 2 });
const job = createJob({ architecture: '64,relu,64,relu', totalSteps: 60_000 });
const result = await executor.run(job, {
  signal: new AbortController().signal,
  onProgress: ({ step }) => console.log(`step ${step}`),
});
console.log(result.state === 'complete' ? 'complete' : result.error);
await executor.close();
