/**
 * A study: one search from its configuration to its verdict. Its result is a function of the configuration, in
 * which the seed is; not of the executor, of how many trials run at once, or of time.
 */
import { countActions } from '../agents/dqn.ts';
import type { TrainingProgress } from '../agents/train.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { type SearchSpace, spaceSize } from '../search/space.ts';
import { resolveSpace } from '../search/space-definition.ts';
import { OneShotSearch, type OneShotSettings } from '../search/enas/one-shot.ts';
import type { OneShotProgress } from '../search/enas/shared-training.ts';
import { supernetShape } from '../search/enas/shared-networks.ts';
import { RandomSearch } from '../search/random.ts';
import { createStrategy } from '../search/strategies.ts';
import type { Outcome, Proposal, Rung, Strategy } from '../search/strategy.ts';
import { mean } from '../statistics/sample.ts';
import type { StudyConfiguration } from './configuration.ts';
import { BudgetedSearch } from './budgeted-search.ts';
import type { StudyEvent } from './events.ts';
import type { CompleteResult, Executor, ReplicaJob, TrialJob, TrialResult } from './executor.ts';
import type { Racer } from './racing.ts';
import { combineProgress, recordScores } from './one-shot-trials.ts';
import { StudySeeds } from './seeds.ts';
import { StudySamples } from './study-samples.ts';
import type { PolicySnapshot, Storage } from './storage.ts';
import { createModel } from './trained-model.ts';
import {
  type Candidate,
  compareTrials,
  type CompleteTrial,
  type FinishedTrial,
  rankCandidates,
  type RunningTrial,
  type TrialPhase,
} from './trial.ts';
import { runTrials } from './trial-loop.ts';
import { createVerdict, findWinner, type LeftOut, medianRun, type Verdict } from './verdict.ts';
import { Verification } from './verification.ts';

export interface StudyPorts {
  readonly executor: Executor;
  /** Of a new study. Stays open. */
  readonly storage: Storage;
  /** Stops the study. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: StudyEvent) => void;
}

export interface StudyResult {
  readonly state: 'complete' | 'interrupted';
  /** In order of number. */
  readonly trials: readonly FinishedTrial[];
  /** Multiply-adds (src/search/work.ts) that the search took, without control and verification; undefined when interrupted. */
  readonly work: number | undefined;
  /** Absent when the study was interrupted before, and when no trial completed. */
  readonly verdict: Verdict | undefined;
}

/** What a running trial and its commit share. */
interface Evaluated {
  readonly trial: RunningTrial;
  readonly job: TrialJob;
  readonly result: TrialResult;
}

/** One training after another, or all architectures at once. */
type Search =
  | { readonly kind: 'trials'; readonly strategy: Strategy }
  | { readonly kind: 'one-shot'; readonly settings: OneShotSettings };

/** What a search, of whatever kind, ends with. */
interface SearchOutcome {
  /** Distinct architectures, best first. */
  readonly ranking: readonly Candidate[];
  /** What it took, in the multiply-adds of src/search/work.ts: the budget of a control. */
  readonly work: number;
}

/** A control's ranking and the work it took. */
interface ControlOutcome extends SearchOutcome {
  readonly searchWork: number;
}

const neverAborts = new AbortController().signal;

export class Study {
  readonly configuration: StudyConfiguration;
  readonly space: SearchSpace;
  /** How many trials the search will have; Infinity where a budget ends it. */
  readonly trialCount: number;
  /** Trials per iteration. */
  readonly iterationSize: number;
  /** How many trials train for how many environment steps, in the order of trial numbers; none where all train at once. */
  readonly rungs: readonly Rung[];
  /** Environment steps of the search's training, at most; Infinity where a budget ends it. */
  readonly searchSteps: number;
  readonly #environment: EnvironmentSpec;
  readonly #inputs: number;
  readonly #outputs: number;
  readonly #seeds: StudySeeds;
  readonly #search: Search;
  readonly #samples: StudySamples;
  readonly #validationSeeds: readonly number[];
  readonly #trials: FinishedTrial[] = [];
  #best: CompleteTrial | undefined;

  /**
   * @param environment what the configuration's environment is.
   * @throws RangeError when space, strategy and environment don't fit together; nothing has happened then.
   */
  constructor(configuration: StudyConfiguration, environment: EnvironmentSpec) {
    const { observationSpace, id, rewardThreshold } = environment;
    if (id !== configuration.environment.id) {
      throw new RangeError(
        `environment ${id}; expected the configuration's, ${configuration.environment.id}`,
      );
    }
    this.configuration = configuration;
    this.space = resolveSpace(configuration.space);
    this.#environment = environment;
    this.#inputs = observationSpace.low.length;
    this.#outputs = countActions(environment);
    this.#seeds = new StudySeeds(configuration.seed);
    this.#samples = new StudySamples(this.space, configuration, environment, this.#inputs, this.#outputs);
    const { steps } = configuration.trial;
    const task = { inputs: this.#inputs, outputs: this.#outputs, rewardThreshold, steps };
    const { strategy } = configuration;
    if (strategy.name === 'enas') {
      this.#search = { kind: 'one-shot', settings: strategy };
      // Refuses what can't share weights before anything has happened.
      supernetShape(this.space, this.#inputs, this.#outputs);
      const { iterations, samplesPerIteration, candidates, totalSteps, replicas } = strategy;
      this.trialCount = iterations * samplesPerIteration + Math.min(candidates, spaceSize(this.space));
      this.iterationSize = samplesPerIteration;
      this.rungs = [];
      this.searchSteps = replicas * totalSteps;
    } else {
      const settings = this.#samples.settleBudget(strategy);
      const trials = createStrategy(settings, this.space, task, this.#seeds.strategy);
      this.#search = { kind: 'trials', strategy: trials };
      this.trialCount = trials.trialCount;
      this.iterationSize = trials.iterationSize;
      this.rungs = trials.rungs ?? [{ trials: this.trialCount, steps }];
      this.searchSteps = this.rungs.reduce((sum, rung) => sum + rung.trials * rung.steps, 0);
    }
    this.#validationSeeds = this.#seeds.validationEpisodes(configuration.trial.validationEpisodes);
  }

  /**
   * Runs the study; to be called once. An abort ends it cleanly: trials told to the strategy stay recorded, the
   * others leave no trace.
   * @throws what a port throws, after the storage was told that the study failed (if it still listens).
   */
  async run(ports: StudyPorts): Promise<StudyResult> {
    const { storage, signal = neverAborts } = ports;
    try {
      const { work, verdict } = await this.#searchAndVerify(ports, signal);
      await storage.finish('complete', verdict);
      return { state: 'complete', trials: this.#trials, work, verdict };
    } catch (error) {
      if (signal.aborted && error === signal.reason) {
        await storage.finish('interrupted');
        return { state: 'interrupted', trials: this.#trials, work: undefined, verdict: undefined };
      }
      // The error that stopped the study says more than one that follows from it.
      await storage.finish('failed').catch(() => undefined);
      throw error;
    }
  }

  async #searchAndVerify(
    ports: StudyPorts,
    signal: AbortSignal,
  ): Promise<{ readonly work: number; readonly verdict: Verdict | undefined }> {
    const search =
      this.#search.kind === 'trials'
        ? await this.#searchTrials(this.#search.strategy, ports, signal)
        : await this.#searchOneShot(this.#search.settings, ports, signal);
    const { work } = search;
    if (search.ranking.length === 0) return { work, verdict: undefined };
    const control = this.configuration.verification.control
      ? await this.#runControl(work, ports, signal)
      : undefined;
    return { work, verdict: await this.#verify(search, control, ports, signal) };
  }

  /** A strategy's search: one training after another, until it is done or the budget is spent. */
  async #searchTrials(strategy: Strategy, ports: StudyPorts, signal: AbortSignal): Promise<SearchOutcome> {
    await this.#recordPolicy(0, strategy.policy?.(), ports);
    return this.#runTrials(strategy, 'search', this.configuration.budget?.work, ports, signal);
  }

  /**
   * Trainings of a phase. Its trials count on from those before.
   * @param budget work that they may take, and only architectures that may be retrained; undefined for no such limits.
   */
  async #runTrials(
    strategy: Strategy,
    phase: Exclude<TrialPhase, 'final'>,
    budget: number | undefined,
    ports: StudyPorts,
    signal: AbortSignal,
  ): Promise<SearchOutcome> {
    const search = new BudgetedSearch(strategy, {
      budget: budget ?? Number.POSITIVE_INFINITY,
      fullWork: ({ sample, steps }) =>
        budget !== undefined && this.#samples.isTooLarge(sample)
          ? undefined
          : this.#samples.work.full(sample, steps),
      // Without replacement, what was first in one round may be last in the next.
      patience: 2 * spaceSize(this.space),
    });
    const first = this.#trials.length;
    await runTrials(
      search,
      ports.executor.parallelism,
      {
        run: (number, proposal, stop) => this.#evaluate(first + number, phase, proposal, ports, stop),
        commit: (_number, evaluated) => this.#commit(search, evaluated, budget, ports),
      },
      signal,
    );
    return { ranking: rankCandidates(this.#trials, phase), work: search.work };
  }

  /** A search that trains all architectures at once. */
  async #searchOneShot(
    settings: OneShotSettings,
    ports: StudyPorts,
    signal: AbortSignal,
  ): Promise<SearchOutcome> {
    const search = new OneShotSearch(this.space, settings, this.#seeds.strategy);
    await this.#recordPolicy(0, search.policy(), ports);
    const listener = recordScores({
      describe: ({ sample }) => ({
        ...this.#samples.describe(sample),
        seed: this.configuration.seed,
        budget: settings.totalSteps,
      }),
      record: async (trial) => {
        await ports.storage.startTrial({ ...trial, state: 'running' });
        await this.#addTrial(trial, ports);
      },
      onIteration: (iteration) => this.#recordPolicy(iteration, search.policy(), ports),
    });
    const replicas = this.#startReplicas(settings, ports, signal);
    try {
      await search.run(replicas, listener);
      const work = await Promise.all(replicas.map((replica) => replica.work()));
      return {
        ranking: rankCandidates(this.#trials, 'final'),
        work: work.reduce((sum, one) => sum + one, 0),
      };
    } finally {
      await Promise.all(replicas.map((replica) => replica.close()));
    }
  }

  #startReplicas(settings: OneShotSettings, { executor, onEvent }: StudyPorts, signal: AbortSignal) {
    const { id, options } = this.#environment;
    const { space, hyperparameters } = this.configuration;
    const progress = new Map<number, OneShotProgress>();
    const jobs = Array.from({ length: settings.replicas }, (_, i): ReplicaJob => {
      const environment = { id, options };
      return { environment, space, settings, hyperparameters, seed: this.#seeds.replica(i) };
    });
    const onProgress = (replica: number) => (latest: OneShotProgress) => {
      progress.set(replica, latest);
      onEvent?.({
        kind: 'one-shot-progress',
        progress: combineProgress([...progress.values()], jobs.length),
      });
    };
    return executor.startReplicas(
      jobs,
      jobs.map((_, i) => ({ signal, onProgress: onProgress(i) })),
    );
  }

  /** Random search with that much work. Its trials count on from the search's. */
  async #runControl(searchWork: number, ports: StudyPorts, signal: AbortSignal): Promise<ControlOutcome> {
    const random = new RandomSearch(this.space, { trials: Infinity }, this.#seeds.control);
    ports.onEvent?.({ kind: 'control-started', work: searchWork });
    const outcome = await this.#runTrials(random, 'control', searchWork, ports, signal);
    return { ...outcome, searchWork };
  }

  async #evaluate(
    number: number,
    phase: TrialPhase,
    proposal: Proposal,
    { executor, storage, onEvent }: StudyPorts,
    signal: AbortSignal,
  ): Promise<Evaluated> {
    const { trial: settings } = this.configuration;
    const trial: RunningTrial = {
      state: 'running',
      number,
      phase,
      ...this.#samples.describe(proposal.sample),
      seed: this.#seeds.trial(number),
      budget: proposal.steps ?? settings.steps,
    };
    const job: TrialJob = {
      ...this.#samples.jobBase(trial.sample),
      totalSteps: trial.budget,
      stopWhenSolved: settings.stopWhenSolved,
      seed: trial.seed,
      ...(proposal.initialLayers && { initialLayers: proposal.initialLayers }),
      evaluationSeeds: this.#validationSeeds,
    };
    await storage.startTrial(trial);
    onEvent?.({ kind: 'trial-started', trial });
    const onProgress = (progress: TrainingProgress) =>
      onEvent?.({ kind: 'trial-progress', number, progress });
    return { trial, job, result: await executor.run(job, { signal, onProgress }) };
  }

  /** Records a trial that has ended. */
  async #record({ trial: started, job, result }: Evaluated, ports: StudyPorts) {
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
        await this.#saveTrialModel(trial, job, result, ports.storage);
      }
    }
    await this.#addTrial(trial, ports);
    return { trial, outcome };
  }

  async #addTrial(trial: FinishedTrial, { storage, onEvent }: StudyPorts): Promise<void> {
    await storage.finishTrial(trial);
    this.#trials.push(trial);
    onEvent?.({ kind: 'trial-finished', trial });
  }

  /** Records a trial and tells the strategy. */
  async #commit(
    search: BudgetedSearch,
    evaluated: Evaluated,
    budget: number | undefined,
    ports: StudyPorts,
  ): Promise<void> {
    const { trial, outcome } = await this.#record(evaluated, ports);
    const { iterations } = search;
    search.tell(outcome, this.#samples.work.of(trial));
    if (search.iterations > iterations) await this.#recordPolicy(search.iterations, search.policy(), ports);
    if (budget === undefined) return;
    const share = Math.min(1, search.work / budget);
    ports.onEvent?.({ kind: 'budget-progress', phase: trial.phase, share });
  }

  /** Of a trial that is the best so far. */
  async #saveTrialModel(
    { number, score }: CompleteTrial,
    job: TrialJob,
    result: CompleteResult,
    storage: Storage,
  ): Promise<void> {
    const scores = { validationMean: score, validationEpisodes: result.returns.length };
    await storage.saveModel(
      { kind: 'model', path: `models/trial-${number}.safetensors`, trial: number },
      createModel(job, result, this.#inputs, this.#outputs, scores),
    );
  }

  async #recordPolicy(
    iteration: number,
    probabilities: PolicySnapshot['probabilities'] | undefined,
    { storage, onEvent }: StudyPorts,
  ): Promise<void> {
    if (!probabilities) return;
    const snapshot: PolicySnapshot = { iteration, probabilities };
    await storage.addPolicy(snapshot);
    onEvent?.({ kind: 'policy', snapshot });
  }

  /** The candidates to be retrained, and those that would take too long. */
  #pickFinalists(ranking: readonly Candidate[]) {
    const { finalists } = this.configuration.verification;
    const tooLarge = ranking.filter(({ sample }) => this.#samples.isTooLarge(sample));
    const leftOut: LeftOut | undefined =
      tooLarge.length === 0 ? undefined : { count: tooLarge.length, best: tooLarge[0] };
    const fitting = ranking.filter(({ sample }) => !this.#samples.isTooLarge(sample));
    return { finalists: fitting.slice(0, finalists), leftOut };
  }

  async #verify(
    { ranking }: SearchOutcome,
    control: ControlOutcome | undefined,
    ports: StudyPorts,
    signal: AbortSignal,
  ): Promise<Verdict> {
    const { onEvent } = ports;
    const { finalists, leftOut } = this.#pickFinalists(ranking);
    const controls = control && this.#pickFinalists(control.ranking).finalists;
    onEvent?.({ kind: 'verification-started', finalists, control: controls, leftOut });
    const verification = this.#createVerification(ports, signal);
    const fields = controls === undefined ? [finalists] : [finalists, controls];
    const [raced, controlRaced] = await verification.run(fields, this.configuration.verification.seeds);
    const verdict = createVerdict({
      finalists: raced,
      leftOut,
      control: control && { work: control.work, searchWork: control.searchWork, finalists: controlRaced },
      ranking,
      trials: this.#trials,
      threshold: this.#environment.rewardThreshold,
      random: this.#seeds.bootstrap,
    });
    await this.#saveWinner(findWinner(verdict.finalists), verification, ports.storage);
    onEvent?.({ kind: 'verdict', verdict });
    return verdict;
  }

  #createVerification({ executor, onEvent }: StudyPorts, signal: AbortSignal): Verification {
    const { steps, episodes } = this.configuration.verification;
    const evaluationSeeds = this.#seeds.testEpisodes(episodes);
    return new Verification({
      executor,
      signal,
      jobOf: ({ sample }, round) => ({
        ...this.#samples.jobBase(sample),
        totalSteps: steps,
        stopWhenSolved: false,
        seed: this.#seeds.verification(round),
        evaluationSeeds,
      }),
      onProgress: ({ name }, round, progress) => onEvent?.({ kind: 'run-progress', name, round, progress }),
      onRun: ({ name }, round, run) => onEvent?.({ kind: 'run-finished', name, round, run }),
      onDrop: (racer, field) =>
        onEvent?.({ kind: 'finalist-dropped', racer, phase: field === 0 ? 'search' : 'control' }),
    });
  }

  /** The model of the winner's run of median score. */
  async #saveWinner(winner: Racer | undefined, verification: Verification, storage: Storage): Promise<void> {
    const run = winner && medianRun(winner);
    const trained = run && verification.trainedBy(run);
    if (!trained) return;
    const scores = { evaluationMean: run.score, evaluationEpisodes: run.returns.length };
    await storage.saveModel(
      { kind: 'model', path: 'models/winner.safetensors', trial: undefined },
      createModel(trained.job, trained.result, this.#inputs, this.#outputs, scores),
    );
  }
}
