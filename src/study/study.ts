/**
 * A study: one search from its configuration to its verdict. Its result is a function of the configuration, in
 * which the seed is; not of the executor, of how many trials run at once, or of time. Here is the order of things; their
 * doing is in trial-search.ts, one-shot-study.ts and verify-study.ts.
 */
import { countActions } from '../agents/dqn.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import type { SearchSpace } from '../search/space.ts';
import { resolveSpace } from '../search/space-definition.ts';
import { countCandidates, type OneShotSettings } from '../search/enas/one-shot.ts';
import { supernetShape } from '../search/enas/shared-networks.ts';
import { RandomSearch } from '../search/random.ts';
import { createStrategy } from '../search/strategies.ts';
import type { Rung, Strategy } from '../search/strategy.ts';
import type { StudyConfiguration } from './configuration.ts';
import type { StudyEvent } from './events.ts';
import type { Executor } from './executor.ts';
import { LiveRecorder } from './live-recorder.ts';
import { searchOneShot } from './one-shot-study.ts';
import { StudySeeds } from './seeds.ts';
import { ResumableExecutor } from './resumable-executor.ts';
import { StudyRecorder } from './study-recorder.ts';
import { StudySamples } from './study-samples.ts';
import type { ControlOutcome, SearchOutcome, StudyRun, StudyTask } from './study-task.ts';
import type { Storage } from './storage.ts';
import type { FinishedTrial } from './trial.ts';
import { TrialSearch } from './trial-search.ts';
import type { Verdict } from './verdict.ts';
import { verifyStudy } from './verify-study.ts';

export interface StudyPorts {
  readonly executor: Executor;
  /** Of a new study, or of one that goes on. Stays open. */
  readonly storage: Storage;
  /** Seconds between two checkpoints of a job, at least. */
  readonly checkpointInterval?: number;
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

/** One training after another, or all architectures at once. */
type Search =
  | { readonly kind: 'trials'; readonly strategy: Strategy }
  | { readonly kind: 'one-shot'; readonly settings: OneShotSettings };

const neverAborts = new AbortController().signal;

export class Study {
  readonly configuration: StudyConfiguration;
  readonly space: SearchSpace;
  /** How many trials the search will have; Infinity where a budget ends it. */
  readonly trialCount: number;
  /** Trials per iteration. */
  readonly iterationSize: number;
  /** Of a one-shot search's trials, those that it is judged by in the end, at most; 0 with any other. */
  readonly candidateCount: number = 0;
  /** How many trials train for how many environment steps, in the order of trial numbers; none where all train at once. */
  readonly rungs: readonly Rung[];
  /** Environment steps of the search's training, at most; Infinity where a budget ends it. */
  readonly searchSteps: number;
  readonly #task: StudyTask;
  readonly #search: Search;

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
    const inputs = observationSpace.low.length;
    const outputs = countActions(environment);
    const seeds = new StudySeeds(configuration.seed);
    const samples = new StudySamples(this.space, configuration, environment, inputs, outputs);
    this.#task = { configuration, space: this.space, environment, samples, seeds };
    const { steps } = configuration.trial;
    const { strategy } = configuration;
    if (strategy.name === 'enas') {
      this.#search = { kind: 'one-shot', settings: strategy };
      // Refuses what can't share weights before anything has happened.
      supernetShape(this.space, inputs, outputs);
      const { iterations, samplesPerIteration, totalSteps, replicas } = strategy;
      this.candidateCount = countCandidates(this.space, strategy, (sample) => !samples.isTooLarge(sample));
      this.trialCount = iterations * samplesPerIteration + this.candidateCount;
      this.iterationSize = samplesPerIteration;
      this.rungs = [];
      this.searchSteps = replicas * totalSteps;
    } else {
      const settings = samples.settleBudget(strategy);
      const task = { inputs, outputs, rewardThreshold, steps };
      const trials = createStrategy(settings, this.space, task, seeds.strategy);
      this.#search = { kind: 'trials', strategy: trials };
      this.trialCount = trials.trialCount;
      this.iterationSize = trials.iterationSize;
      this.rungs = trials.rungs ?? [{ trials: this.trialCount, steps }];
      this.searchSteps = this.rungs.reduce((sum, rung) => sum + rung.trials * rung.steps, 0);
    }
  }

  /**
   * Runs the study, from the beginning or from where it stopped; to be called once. An abort ends it cleanly: trials
   * told to the strategy stay recorded, the others leave no trace but their checkpoints.
   * @throws what a port throws, after the storage was told that the study failed (if it still listens).
   */
  async run({
    executor: executing,
    storage,
    checkpointInterval = 10,
    signal = neverAborts,
    onEvent: listener = () => {},
  }: StudyPorts): Promise<StudyResult> {
    const record = await storage.begin();
    const live = new LiveRecorder(storage);
    const onEvent = (event: StudyEvent) => {
      live.onEvent(event);
      listener(event);
    };
    const recorder = new StudyRecorder(storage, record, onEvent);
    const executor = new ResumableExecutor(executing, storage.checkpoints, checkpointInterval, onEvent);
    const { trials } = recorder;
    try {
      const { work, verdict } = await this.#searchAndVerify({ executor, recorder, signal, onEvent });
      await storage.finish('complete', verdict);
      return { state: 'complete', trials, work, verdict };
    } catch (error) {
      if (signal.aborted && error === signal.reason) {
        await storage.finish('interrupted');
        return { state: 'interrupted', trials, work: undefined, verdict: undefined };
      }
      // The error that stopped the study says more than one that follows from it.
      await storage.finish('failed').catch(() => undefined);
      throw error;
    }
  }

  async #searchAndVerify(
    run: StudyRun,
  ): Promise<{ readonly work: number; readonly verdict: Verdict | undefined }> {
    const search = await this.#runSearch(run);
    const { work } = search;
    if (search.ranking.length === 0) return { work, verdict: undefined };
    const control = this.configuration.verification.control ? await this.#runControl(work, run) : undefined;
    return { work, verdict: await verifyStudy(this.#task, search, control, run) };
  }

  async #runSearch(run: StudyRun): Promise<SearchOutcome> {
    if (this.#search.kind === 'one-shot') return searchOneShot(this.#task, this.#search.settings, run);
    const { strategy } = this.#search;
    const budget = this.configuration.budget?.work;
    return new TrialSearch(this.#task, run, { strategy, phase: 'search', budget }).run();
  }

  /** Random search with that much work. Its trials count on from the search's. */
  async #runControl(searchWork: number, run: StudyRun): Promise<ControlOutcome> {
    const strategy = new RandomSearch(this.space, { trials: Infinity }, this.#task.seeds.control);
    run.onEvent({ kind: 'control-started', work: searchWork });
    const search = new TrialSearch(this.#task, run, { strategy, phase: 'control', budget: searchWork });
    return { ...(await search.run()), searchWork };
  }
}
