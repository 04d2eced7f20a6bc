/**
 * Retrains finalists from scratch, as a race says (racing.ts), and keeps the models that may win. The trainings of the
 * next round wait behind those of the current one, so that no worker idles at the end of a round; those of a finalist that
 * drops out meanwhile are stopped and leave no trace.
 */
import { mean } from '../statistics/sample.ts';
import type { CompleteResult, Executor, TrialJob, TrialProgress, TrialResult } from './executor.ts';
import { type CompleteRun, type Racer, race, type Run } from './racing.ts';
import type { Candidate } from './trial.ts';

export interface VerificationOptions {
  readonly executor: Executor;
  readonly signal: AbortSignal;
  /** The whole job of a candidate's training in a round. */
  readonly jobOf: (candidate: Candidate, round: number) => TrialJob;
  readonly onProgress: (candidate: Candidate, round: number, progress: TrialProgress) => void;
  readonly onRun: (candidate: Candidate, round: number, run: Run) => void;
  /** A training ends before its time, since its finalist has dropped out; nothing more is heard of it. */
  readonly onStop: (candidate: Candidate, round: number) => void;
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

/** A training that the executor has. */
interface StartedTraining {
  readonly candidate: Candidate;
  readonly round: number;
  readonly job: TrialJob;
  readonly stop: AbortController;
  readonly result: Promise<TrialResult>;
}

export class Verification {
  readonly #options: VerificationOptions;
  /** By round and name, until their round has taken them in. */
  readonly #started = new Map<string, StartedTraining>();
  /** Of the first field's runs, as long as they can win. */
  readonly #trained = new Map<Run, Trained>();
  /** The names of those that can win. */
  readonly #kept = new Set<string>();

  constructor(options: VerificationOptions) {
    this.#options = options;
  }

  /**
   * Runs the race; to be called once. All trainings of a round and the next are handed to the executor at once.
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
      (candidates, round) => this.#runRound(candidates, round, round === rounds),
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

  async #runRound(candidates: readonly Candidate[], round: number, isLast: boolean): Promise<readonly Run[]> {
    this.#options.signal.throwIfAborted();
    // Large networks take longest: they begin first, so that no worker waits for one in the end.
    const order = candidates.toSorted((a, b) => b.parameterCount - a.parameterCount);
    for (const candidate of order) this.#start(candidate, round);
    const trainings = candidates.map((candidate) => this.#start(candidate, round));
    this.#stopOthers(trainings);
    if (!isLast) for (const candidate of order) this.#start(candidate, round + 1);
    const settled = await Promise.allSettled(trainings.map((training) => this.#finish(training)));
    return settled.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  }

  /** Hands a training to the executor, unless that has it already. */
  #start(candidate: Candidate, round: number): StartedTraining {
    const { executor, signal, jobOf, onProgress } = this.#options;
    const key = `${round}/${candidate.name}`;
    const known = this.#started.get(key);
    if (known) return known;
    const job = jobOf(candidate, round);
    const stop = new AbortController();
    const result = executor.run(job, {
      signal: AbortSignal.any([signal, stop.signal]),
      onProgress: (progress) => {
        if (!stop.signal.aborted) onProgress(candidate, round, progress);
      },
    });
    // Nobody waits for it where it is stopped.
    result.catch(() => undefined);
    const training = { candidate, round, job, stop, result };
    this.#started.set(key, training);
    return training;
  }

  /** Stops trainings that were started for a round which their finalist doesn't take part in. */
  #stopOthers(trainings: readonly StartedTraining[]): void {
    for (const [key, training] of this.#started) {
      if (trainings.includes(training)) continue;
      training.stop.abort(new Error(`${training.candidate.name} dropped out`));
      this.#started.delete(key);
      this.#options.onStop(training.candidate, training.round);
    }
  }

  async #finish({ candidate, round, job, result: running }: StartedTraining): Promise<Run> {
    const result = await running;
    this.#started.delete(`${round}/${candidate.name}`);
    const run = createRun(job, result);
    if (result.state === 'complete' && this.#kept.has(candidate.name)) {
      this.#trained.set(run, { job, result });
    }
    this.#options.onRun(candidate, round, run);
    return run;
  }
}
