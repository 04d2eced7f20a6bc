/** Retrains finalists from scratch, as a race says (racing.ts), and keeps the models that may win. */
import type { TrainingProgress } from '../agents/train.ts';
import { mean } from '../statistics/sample.ts';
import type { CompleteResult, Executor, TrialJob, TrialResult } from './executor.ts';
import { type CompleteRun, type Racer, race, type Run } from './racing.ts';
import type { Candidate } from './trial.ts';

export interface VerificationOptions {
  readonly executor: Executor;
  readonly signal: AbortSignal;
  /** The whole job of a candidate's training in a round. */
  readonly jobOf: (candidate: Candidate, round: number) => TrialJob;
  readonly onProgress: (candidate: Candidate, round: number, progress: TrainingProgress) => void;
  readonly onRun: (candidate: Candidate, round: number, run: Run) => void;
  /** @param field index of the racer's field. */
  readonly onDrop: (racer: Racer, field: number) => void;
}

/** A training that is done, with all that its model is made of. */
export interface Trained {
  readonly job: TrialJob;
  readonly result: CompleteResult;
}

function createRun({ seed }: TrialJob, result: TrialResult): Run {
  const { seconds } = result;
  if (result.state === 'failed') return { state: 'failed', seed, error: result.error, seconds };
  const { returns, training } = result;
  return { state: 'complete', seed, score: mean(returns), returns: [...returns], training, seconds };
}

export class Verification {
  readonly #options: VerificationOptions;
  /** Of the first field's runs, as long as they can win. */
  readonly #trained = new Map<Run, Trained>();
  /** The names of those that can win. */
  readonly #kept = new Set<string>();

  constructor(options: VerificationOptions) {
    this.#options = options;
  }

  /**
   * Runs the race; to be called once. All trainings of a round are handed to the executor at once.
   * @param fields a list of candidates each; the first one's models are kept.
   * @returns the fields with their runs. @throws the signal's reason once it aborts.
   */
  async run(
    fields: readonly (readonly Candidate[])[],
    rounds: number,
  ): Promise<readonly (readonly Racer[])[]> {
    for (const { name } of fields[0]) this.#kept.add(name);
    return race(
      fields,
      rounds,
      (candidates, round) => this.#runRound(candidates, round),
      (racer, field) => {
        if (field === 0) this.#forget(racer);
        this.#options.onDrop(racer, field);
      },
    );
  }

  /** What the model of a run is made of, where the run can win. */
  trainedBy(run: CompleteRun): Trained | undefined {
    return this.#trained.get(run);
  }

  #forget({ candidate, runs }: Racer): void {
    this.#kept.delete(candidate.name);
    for (const run of runs) this.#trained.delete(run);
  }

  async #runRound(candidates: readonly Candidate[], round: number): Promise<readonly Run[]> {
    this.#options.signal.throwIfAborted();
    const settled = await Promise.allSettled(candidates.map((candidate) => this.#train(candidate, round)));
    return settled.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  }

  async #train(candidate: Candidate, round: number): Promise<Run> {
    const { executor, signal, jobOf, onProgress, onRun } = this.#options;
    const job = jobOf(candidate, round);
    const result = await executor.run(job, {
      signal,
      onProgress: (progress) => onProgress(candidate, round, progress),
    });
    const run = createRun(job, result);
    if (result.state === 'complete' && this.#kept.has(candidate.name)) {
      this.#trained.set(run, { job, result });
    }
    onRun(candidate, round, run);
    return run;
  }
}
