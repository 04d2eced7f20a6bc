/** Keeps the record of a study that runs: tells the storage, then whoever listens. */
import type { StudyEvent } from './events.ts';
import type { PolicySnapshot, Storage } from './storage.ts';
import type { FinishedTrial, RunningTrial } from './trial.ts';

export class StudyRecorder {
  readonly #storage: Storage;
  readonly #onEvent: (event: StudyEvent) => void;
  readonly #trials: FinishedTrial[] = [];

  constructor(storage: Storage, onEvent: (event: StudyEvent) => void) {
    this.#storage = storage;
    this.#onEvent = onEvent;
  }

  /** Those that have ended, in order of number. */
  get trials(): readonly FinishedTrial[] {
    return this.#trials;
  }

  async startTrial(trial: RunningTrial): Promise<void> {
    await this.#storage.startTrial(trial);
    this.#onEvent({ kind: 'trial-started', trial });
  }

  /** Of a trial that was started. */
  async finishTrial(trial: FinishedTrial): Promise<void> {
    await this.#storage.finishTrial(trial);
    this.#trials.push(trial);
    this.#onEvent({ kind: 'trial-finished', trial });
  }

  /** A trial that is started and finished in one. */
  async addTrial(trial: FinishedTrial): Promise<void> {
    await this.#storage.startTrial({ ...trial, state: 'running' });
    await this.finishTrial(trial);
  }

  /** Nothing where the strategy has no policy. */
  async addPolicy(
    iteration: number,
    probabilities: PolicySnapshot['probabilities'] | undefined,
  ): Promise<void> {
    if (!probabilities) return;
    const snapshot: PolicySnapshot = { iteration, probabilities };
    await this.#storage.addPolicy(snapshot);
    this.#onEvent({ kind: 'policy', snapshot });
  }

  async saveModel(...model: Parameters<Storage['saveModel']>): Promise<void> {
    await this.#storage.saveModel(...model);
  }
}
