/** Keeps the state of a job that runs on disk, as often as a hundredth of its time allows. */
import { messageOf } from '../errors/message-of.ts';
import { readNewestCheckpoint, writeNextCheckpoint } from '../files/checkpoint-file.ts';
import type { CheckpointEvent, CheckpointPlan, JobOptions } from '../study/executor.ts';

/** What a checkpoint took, times this, is the time until the next. */
const restPerCost = 100;

export class Checkpointer {
  readonly #plan: CheckpointPlan;
  readonly #onEvent: (event: CheckpointEvent) => void;
  #next: number;
  /** Of a series of checkpoints that can't be written the first is told of. */
  #hasFailed = false;

  constructor(plan: CheckpointPlan, onEvent: (event: CheckpointEvent) => void) {
    this.#plan = plan;
    this.#onEvent = onEvent;
    this.#next = performance.now() + 1000 * plan.interval;
  }

  /** What was kept last, by this job or the same before it; undefined where there is nothing that can be used. */
  async read(): Promise<unknown> {
    const { file, label } = this.#plan;
    return readNewestCheckpoint(file, label, (problem) => this.#tell(problem));
  }

  /** Where the time has come. */
  async writeWhenDue(save: () => unknown): Promise<void> {
    if (performance.now() >= this.#next) await this.write(save);
  }

  /** A checkpoint that can't be written is told of; the one before stays. */
  async write(save: () => unknown): Promise<void> {
    const begun = performance.now();
    const { file, label, interval } = this.#plan;
    try {
      const bytes = await writeNextCheckpoint(file, label, save());
      this.#hasFailed = false;
      this.#onEvent({ kind: 'checkpoint', seconds: (performance.now() - begun) / 1000, bytes });
    } catch (error) {
      const reason = messageOf(error);
      if (!this.#hasFailed) this.#tell(`no checkpoint "${file}": ${reason}`);
      this.#hasFailed = true;
    }
    const now = performance.now();
    const rest = interval > 0 ? restPerCost * (now - begun) : 0;
    this.#next = now + Math.max(1000 * interval, rest);
  }

  #tell(problem: string): void {
    this.#onEvent({ kind: 'checkpoint-problem', problem });
  }
}

/** Undefined where the job keeps no state. */
export function createCheckpointer({
  checkpoint,
  onCheckpoint = () => {},
}: Pick<JobOptions<never>, 'checkpoint' | 'onCheckpoint'>): Checkpointer | undefined {
  return checkpoint && new Checkpointer(checkpoint, onCheckpoint);
}
