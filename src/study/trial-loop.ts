/**
 * Runs the trials of a strategy or a plan, several at once, so that it can't tell how many: outcomes are committed in
 * the order of trial numbers, whichever finished first.
 */

/** What is asked for one trial after another: a strategy, a plan. */
export interface TrialSource<Proposal extends object> {
  /** For error messages. */
  readonly name: string;
  /** As a strategy's `ask`. @param number of the trial: 0, 1, 2, … */
  ask(number: number): Proposal | 'wait' | 'done';
}

export interface TrialSteps<Proposal extends object, Result> {
  /** Starts a trial; may run beside others. */
  run(number: number, proposal: Proposal, signal: AbortSignal): Promise<Result>;
  /** Records a trial and tells the strategy; one at a time, in order of number. */
  commit(number: number, result: Result): Promise<void>;
}

/**
 * Asks until the source is done.
 * @throws the signal's reason once it aborts, or the first error of a step. Other trials are stopped and waited for
 * first; what finished out of order is dropped.
 */
export async function runTrials<Proposal extends object, Result>(
  source: TrialSource<Proposal>,
  parallelism: number,
  steps: TrialSteps<Proposal, Result>,
  signal: AbortSignal,
): Promise<void> {
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  const running = new Map<number, Promise<unknown>>();
  const finished = new Map<number, Result>();
  const start = (number: number, proposal: Proposal) => {
    const trial = steps.run(number, proposal, stop).then(
      (result) => finished.set(number, result),
      (error: unknown) => failure.abort(error),
    );
    running.set(
      number,
      trial.finally(() => running.delete(number)),
    );
  };
  let asked = 0;
  let committed = 0;
  try {
    for (;;) {
      stop.throwIfAborted();
      let answer: ReturnType<TrialSource<Proposal>['ask']> = 'wait';
      while (running.size < parallelism) {
        answer = source.ask(asked);
        if (typeof answer === 'string') break;
        start(asked++, answer);
      }
      if (running.size === 0) {
        if (answer === 'done') return;
        throw new Error(
          `strategy ${source.name} waits for outcomes at trial ${asked}; it has heard them all`,
        );
      }
      await Promise.race(running.values());
      stop.throwIfAborted();
      for (; finished.has(committed); committed++) {
        await steps.commit(committed, finished.get(committed) as Result);
        finished.delete(committed);
      }
    }
  } catch (error) {
    failure.abort(error);
    await Promise.all(running.values());
    throw error;
  }
}
