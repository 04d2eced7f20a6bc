/**
 * Keeps the record of a study that runs: tells the storage, then whoever listens. A study that goes on does all again;
 * what is recorded from before is not recorded once more, but has to come out as it did.
 */
import { isDeepStrictEqual } from 'node:util';
import type { StudyEvent } from './events.ts';
import type { PolicySnapshot, Storage, StudySnapshot } from './storage.ts';
import type { FinishedTrial, RunningTrial } from './trial.ts';

/** Everything but the time. */
const outcomeOf = (trial: FinishedTrial) => ({ ...trial, seconds: 0 });

export class StudyRecorder {
  readonly #storage: Storage;
  readonly #onEvent: (event: StudyEvent) => void;
  readonly #trials: FinishedTrial[] = [];
  /** From before, by number. */
  readonly #known: ReadonlyMap<number, FinishedTrial>;
  readonly #knownPolicies: ReadonlySet<number>;

  /** @param record of the study as it begins or goes on. */
  constructor(storage: Storage, record: StudySnapshot, onEvent: (event: StudyEvent) => void) {
    this.#storage = storage;
    this.#onEvent = onEvent;
    const finished = record.trials.filter((trial) => trial.state !== 'running');
    this.#known = new Map(finished.map((trial) => [trial.number, trial]));
    this.#knownPolicies = new Set(record.policies.map(({ iteration }) => iteration));
  }

  /** Those that have ended, in order of number. */
  get trials(): readonly FinishedTrial[] {
    return this.#trials;
  }

  async startTrial(trial: RunningTrial): Promise<void> {
    if (!this.#known.has(trial.number)) await this.#storage.startTrial(trial);
    this.#onEvent({ kind: 'trial-started', trial });
  }

  /**
   * Of a trial that was started.
   * @throws Error where the trial is recorded from before and came out differently.
   */
  async finishTrial(trial: FinishedTrial): Promise<void> {
    const known = this.#known.get(trial.number);
    if (known === undefined) await this.#storage.finishTrial(trial);
    else if (!isDeepStrictEqual(outcomeOf(known), outcomeOf(trial))) {
      const score = (one: FinishedTrial) => (one.state === 'complete' ? `score ${one.score}` : one.error);
      const seen = `${trial.name}, ${score(trial)}`;
      throw new Error(
        `trial ${trial.number} came out as ${seen}; expected what is recorded, ${known.name}, ${score(known)}`,
      );
    }
    // The times of before are the times that it took.
    const ended = known ?? trial;
    this.#trials.push(ended);
    this.#onEvent({ kind: 'trial-finished', trial: ended });
  }

  /** A trial that is started and finished in one. */
  async addTrial(trial: FinishedTrial): Promise<void> {
    if (!this.#known.has(trial.number)) await this.#storage.startTrial({ ...trial, state: 'running' });
    await this.finishTrial(trial);
  }

  /** Nothing where the strategy has no policy. */
  async addPolicy(
    iteration: number,
    probabilities: PolicySnapshot['probabilities'] | undefined,
  ): Promise<void> {
    if (!probabilities) return;
    const snapshot: PolicySnapshot = { iteration, probabilities };
    if (!this.#knownPolicies.has(iteration)) await this.#storage.addPolicy(snapshot);
    this.#onEvent({ kind: 'policy', snapshot });
  }

  async saveModel(...model: Parameters<Storage['saveModel']>): Promise<void> {
    await this.#storage.saveModel(...model);
  }
}
