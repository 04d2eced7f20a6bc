/**
 * An executor that forgets nothing: what a job came to, and now and then the state it is in, is kept until the study is
 * complete. A study that goes on does all again from the beginning, and a job that has ended before is not run but looked
 * up. So nothing else has to know whether a study is new or goes on.
 */
import { createHash } from 'node:crypto';
import type {
  CheckpointEvent,
  Executor,
  JobOptions,
  ReplicaJob,
  ReplicaOptions,
  RunningReplica,
  RunOptions,
  TrialJob,
  TrialResult,
} from './executor.ts';
import type { Checkpoints } from './storage.ts';

/** What a job is, in 64 hexadecimal digits: the same job, the same result. */
function fingerprint({
  initialLayers = [],
  ...job
}: TrialJob | (ReplicaJob & { initialLayers?: undefined })) {
  const hash = createHash('sha256').update(JSON.stringify(job));
  for (const layer of initialLayers) {
    hash.update(`|${layer?.length ?? 'drawn'}|`);
    if (layer) hash.update(new Uint8Array(layer.buffer, layer.byteOffset, layer.byteLength));
  }
  return hash.digest('hex');
}

export class ResumableExecutor implements Executor {
  readonly #executor: Executor;
  readonly #checkpoints: Checkpoints;
  /** Seconds. */
  readonly #interval: number;
  readonly #onCheckpoint: (event: CheckpointEvent) => void;
  /** Ends when all jobs so far have been looked up. */
  #lookups: Promise<unknown> = Promise.resolve();

  /** @param interval seconds between two checkpoints of a job, at least. */
  constructor(
    executor: Executor,
    checkpoints: Checkpoints,
    interval: number,
    onCheckpoint: (event: CheckpointEvent) => void,
  ) {
    this.#executor = executor;
    this.#checkpoints = checkpoints;
    this.#interval = interval;
    this.#onCheckpoint = onCheckpoint;
  }

  get parallelism(): number {
    return this.#executor.parallelism;
  }

  /** Jobs reach the executor in the order of the calls. @throws also what the storage throws. */
  async run(job: TrialJob, options: RunOptions): Promise<TrialResult> {
    const label = fingerprint(job);
    options.signal.throwIfAborted();
    const lookup = this.#lookups.then(() =>
      this.#checkpoints.readResult(label, (problem) =>
        this.#onCheckpoint({ kind: 'checkpoint-problem', problem }),
      ),
    );
    this.#lookups = lookup.catch(() => undefined);
    const known = await lookup;
    if (known !== undefined) return known as TrialResult;
    const result = await this.#executor.run(job, { ...options, ...this.#checkpointing(label) });
    await this.#checkpoints.writeResult(label, result);
    return result;
  }

  startReplicas(jobs: readonly ReplicaJob[], options: readonly ReplicaOptions[]): readonly RunningReplica[] {
    return this.#executor.startReplicas(
      jobs,
      options.map((one, i) => ({ ...one, ...this.#checkpointing(fingerprint(jobs[i])) })),
    );
  }

  async close(): Promise<void> {
    await this.#executor.close();
  }

  #checkpointing(label: string): Pick<JobOptions<never>, 'checkpoint' | 'onCheckpoint'> {
    const checkpoint = { file: this.#checkpoints.stateFile(label), label, interval: this.#interval };
    return { checkpoint, onCheckpoint: this.#onCheckpoint };
  }
}
