/** A search that trains one architecture after another, several at once: a strategy's, or the control's. */
import { spaceSize } from '../search/space.ts';
import type { Outcome, Proposal, Strategy } from '../search/strategy.ts';
import { mean } from '../statistics/sample.ts';
import { BudgetedSearch } from './budgeted-search.ts';
import type { CompleteResult, TrialJob, TrialProgress, TrialResult } from './executor.ts';
import type { SearchOutcome, StudyRun, StudyTask } from './study-task.ts';
import {
  compareTrials,
  type CompleteTrial,
  type FinishedTrial,
  rankCandidates,
  type RunningTrial,
  type TrialPhase,
} from './trial.ts';
import { runTrials } from './trial-loop.ts';

/** What a running trial and its commit share. */
interface Evaluated {
  readonly trial: RunningTrial;
  readonly job: TrialJob;
  readonly result: TrialResult;
}

export interface TrialSearchOptions {
  readonly strategy: Strategy;
  readonly phase: Exclude<TrialPhase, 'final'>;
  /** Work that the trials may take, and only architectures that may be retrained; undefined for no such limits. */
  readonly budget: number | undefined;
}

export class TrialSearch {
  readonly #task: StudyTask;
  readonly #run: StudyRun;
  readonly #options: TrialSearchOptions;
  readonly #search: BudgetedSearch;
  readonly #validationSeeds: readonly number[];
  #best: CompleteTrial | undefined;

  constructor(task: StudyTask, run: StudyRun, options: TrialSearchOptions) {
    const { configuration, samples, seeds, space } = task;
    const { strategy, budget } = options;
    this.#task = task;
    this.#run = run;
    this.#options = options;
    this.#search = new BudgetedSearch(strategy, {
      budget: budget ?? Number.POSITIVE_INFINITY,
      fullWork: ({ sample, steps }) =>
        budget !== undefined && samples.isTooLarge(sample) ? undefined : samples.work.full(sample, steps),
      // Without replacement, what was first in one round may be last in the next.
      patience: 2 * spaceSize(space),
    });
    this.#validationSeeds = seeds.validationEpisodes(configuration.trial.validationEpisodes);
  }

  /** The whole search; to be called once. Its trials count on from those before. */
  async run(): Promise<SearchOutcome> {
    const { executor, recorder, signal } = this.#run;
    await recorder.addPolicy(0, this.#search.policy());
    const first = recorder.trials.length;
    await runTrials(
      this.#search,
      executor.parallelism,
      {
        run: (number, proposal, stop) => this.#evaluate(first + number, proposal, stop),
        commit: (_number, evaluated) => this.#commit(evaluated),
      },
      signal,
    );
    return { ranking: rankCandidates(recorder.trials, this.#options.phase), work: this.#search.work };
  }

  async #evaluate(number: number, proposal: Proposal, signal: AbortSignal): Promise<Evaluated> {
    const { configuration, samples, seeds } = this.#task;
    const { executor, recorder, onEvent } = this.#run;
    const { trial: settings } = configuration;
    const trial: RunningTrial = {
      state: 'running',
      number,
      phase: this.#options.phase,
      ...samples.describe(proposal.sample),
      seed: seeds.trial(number),
      budget: proposal.steps ?? settings.steps,
    };
    const job: TrialJob = {
      ...samples.jobBase(trial.sample),
      totalSteps: trial.budget,
      stopWhenSolved: settings.stopWhenSolved,
      seed: trial.seed,
      ...(proposal.initialLayers && { initialLayers: proposal.initialLayers }),
      evaluationSeeds: this.#validationSeeds,
    };
    await recorder.startTrial(trial);
    const onProgress = (progress: TrialProgress) => onEvent({ kind: 'trial-progress', number, progress });
    const result = await executor.run(job, { signal, onProgress });
    const isComplete = result.state === 'complete';
    onEvent({
      kind: 'trial-trained',
      number,
      score: isComplete ? mean(result.returns) : undefined,
      training: isComplete ? result.training : undefined,
    });
    return { trial, job, result };
  }

  /** Records a trial and tells the strategy. */
  async #commit(evaluated: Evaluated): Promise<void> {
    const { recorder, onEvent } = this.#run;
    const { phase, budget } = this.#options;
    const search = this.#search;
    const { trial, outcome } = await this.#record(evaluated);
    const { iterations } = search;
    search.tell(outcome, this.#task.samples.work.of(trial));
    if (search.iterations > iterations) await recorder.addPolicy(search.iterations, search.policy());
    if (budget === undefined) return;
    onEvent({ kind: 'budget-progress', phase, share: Math.min(1, search.work / budget) });
  }

  /** Records a trial that has ended. */
  async #record({ trial: started, job, result }: Evaluated) {
    const { seconds } = result;
    let trial: FinishedTrial;
    let outcome: Outcome = { score: -Infinity, solved: false };
    if (result.state === 'failed') {
      trial = { ...started, state: 'failed', error: result.error, seconds };
    } else {
      const { training, parameters } = result;
      const score = mean(result.returns);
      trial = { ...started, state: 'complete', score, training, seconds };
      outcome = { score, solved: training.solvedAt !== undefined, parameters };
      if (trial.phase === 'search' && (!this.#best || compareTrials(trial, this.#best) < 0)) {
        this.#best = trial;
        await this.#saveModel(trial, job, result);
      }
    }
    await this.#run.recorder.finishTrial(trial);
    return { trial, outcome };
  }

  /** Of a trial that is the best so far. */
  async #saveModel({ number, score }: CompleteTrial, job: TrialJob, result: CompleteResult): Promise<void> {
    const scores = { validationMean: score, validationEpisodes: result.returns.length };
    await this.#run.recorder.saveModel(
      { kind: 'model', path: `models/trial-${number}.safetensors`, trial: number },
      this.#task.samples.createModel(job, result, scores),
    );
  }
}
