/**
 * A study: one search from its configuration to its verdict. Its result is a function of the configuration, in
 * which the seed is; not of the executor, of how many trials run at once, or of time.
 */
import { countActions } from '../agents/dqn.ts';
import type { TrainingProgress } from '../agents/train.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { countParameters, formatArchitecture } from '../networks/architecture.ts';
import { decodeHyperparameters, decodeSample, type Sample, type SearchSpace } from '../search/space.ts';
import { resolveSpace } from '../search/space-definition.ts';
import { createStrategy } from '../search/strategies.ts';
import type { Outcome, Proposal, Strategy } from '../search/strategy.ts';
import type { StudyConfiguration } from './configuration.ts';
import type { CompleteResult, Executor, TrialJob, TrialResult } from './executor.ts';
import { StudySeeds } from './seeds.ts';
import type { PolicySnapshot, Storage } from './storage.ts';
import { type CompleteTrial, type FinishedTrial, rankArchitectures, type RunningTrial } from './trial.ts';
import { runTrials } from './trial-loop.ts';
import { createModel, createVerdict, meanReturn, type Verdict } from './verdict.ts';

/** What happens in a study, as it happens. */
export type StudyEvent =
  | { readonly kind: 'trial-started'; readonly trial: RunningTrial }
  | { readonly kind: 'trial-progress'; readonly number: number; readonly progress: TrainingProgress }
  /** In order of trial numbers. */
  | { readonly kind: 'trial-finished'; readonly trial: FinishedTrial }
  | { readonly kind: 'policy'; readonly snapshot: PolicySnapshot }
  | { readonly kind: 'verification-started'; readonly winner: CompleteTrial }
  | { readonly kind: 'verification-progress'; readonly progress: TrainingProgress }
  | { readonly kind: 'verdict'; readonly verdict: Verdict };

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
  /** Absent when the study was interrupted before, and when no trial completed. */
  readonly verdict: Verdict | undefined;
}

/** What a running trial and its commit share. */
interface Evaluated {
  readonly trial: RunningTrial;
  readonly job: TrialJob;
  readonly result: TrialResult;
}

const neverAborts = new AbortController().signal;

export class Study {
  readonly configuration: StudyConfiguration;
  readonly space: SearchSpace;
  /** How many trials there will be. */
  readonly trialCount: number;
  /** Trials per iteration. */
  readonly iterationSize: number;
  readonly #environment: EnvironmentSpec;
  readonly #inputs: number;
  readonly #outputs: number;
  readonly #seeds: StudySeeds;
  readonly #strategy: Strategy;
  readonly #validationSeeds: readonly number[];
  readonly #trials: FinishedTrial[] = [];
  #bestScore = -Infinity;

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
    const task = { inputs: this.#inputs, outputs: this.#outputs, rewardThreshold };
    this.#strategy = createStrategy(configuration.strategy, this.space, task, this.#seeds.strategy);
    this.trialCount = this.#strategy.trialCount;
    this.iterationSize = this.#strategy.iterationSize;
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
      const verdict = await this.#searchAndVerify(ports, signal);
      await storage.finish('complete', verdict);
      return { state: 'complete', trials: this.#trials, verdict };
    } catch (error) {
      if (signal.aborted && error === signal.reason) {
        await storage.finish('interrupted');
        return { state: 'interrupted', trials: this.#trials, verdict: undefined };
      }
      // The error that stopped the study says more than one that follows from it.
      await storage.finish('failed').catch(() => undefined);
      throw error;
    }
  }

  async #searchAndVerify(ports: StudyPorts, signal: AbortSignal): Promise<Verdict | undefined> {
    await this.#recordPolicy(0, ports);
    await runTrials(
      this.#strategy,
      ports.executor.parallelism,
      {
        run: (number, proposal, stop) => this.#evaluate(number, proposal, ports, stop),
        commit: (_number, evaluated) => this.#commit(evaluated, ports),
      },
      signal,
    );
    const winner = rankArchitectures(this.#trials).at(0);
    return winner && this.#verify(winner, ports, signal);
  }

  async #evaluate(
    number: number,
    proposal: Proposal,
    { executor, storage, onEvent }: StudyPorts,
    signal: AbortSignal,
  ): Promise<Evaluated> {
    const { trial: settings } = this.configuration;
    const architecture = decodeSample(this.space, proposal.sample);
    const trial: RunningTrial = {
      state: 'running',
      number,
      sample: proposal.sample,
      architecture: formatArchitecture(architecture),
      parameterCount: countParameters(architecture, this.#inputs, this.#outputs),
      seed: this.#seeds.trial(number),
      budget: settings.steps,
    };
    const job: TrialJob = {
      ...this.#jobBase(trial.architecture, trial.sample),
      totalSteps: settings.steps,
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

  #jobBase(
    architecture: string,
    sample: Sample,
  ): Pick<TrialJob, 'environment' | 'architecture' | 'hyperparameters'> {
    const { id, options } = this.#environment;
    return {
      environment: { id, options },
      architecture,
      hyperparameters: {
        ...this.configuration.hyperparameters,
        ...decodeHyperparameters(this.space, sample),
      },
    };
  }

  async #commit({ trial: started, job, result }: Evaluated, ports: StudyPorts): Promise<void> {
    const { seconds } = result;
    let trial: FinishedTrial;
    let outcome: Outcome = { score: -Infinity, solved: false };
    if (result.state === 'failed') {
      trial = { ...started, state: 'failed', error: result.error, seconds };
    } else {
      const { training, parameters } = result;
      const score = meanReturn(result.returns);
      trial = { ...started, state: 'complete', score, training, seconds };
      outcome = { score, solved: training.solvedAt !== undefined, parameters };
      if (score > this.#bestScore) await this.#saveTrialModel(trial, job, result, ports.storage);
    }
    await ports.storage.finishTrial(trial);
    this.#trials.push(trial);
    this.#strategy.tell(trial.number, outcome);
    ports.onEvent?.({ kind: 'trial-finished', trial });
    const told = trial.number + 1;
    if (told % this.iterationSize === 0) await this.#recordPolicy(told / this.iterationSize, ports);
  }

  /** Of a trial that is the best so far. */
  async #saveTrialModel(
    { number, score }: CompleteTrial,
    job: TrialJob,
    result: CompleteResult,
    storage: Storage,
  ): Promise<void> {
    this.#bestScore = score;
    const scores = { validationMean: score, validationEpisodes: result.returns.length };
    await storage.saveModel(
      { kind: 'model', path: `models/trial-${number}.safetensors`, trial: number },
      createModel(job, result, this.#inputs, this.#outputs, scores),
    );
  }

  async #recordPolicy(iteration: number, { storage, onEvent }: StudyPorts): Promise<void> {
    const probabilities = this.#strategy.policy?.();
    if (!probabilities) return;
    const snapshot: PolicySnapshot = { iteration, probabilities };
    await storage.addPolicy(snapshot);
    onEvent?.({ kind: 'policy', snapshot });
  }

  async #verify(winner: CompleteTrial, ports: StudyPorts, signal: AbortSignal): Promise<Verdict> {
    const { storage, executor, onEvent } = ports;
    const { steps, episodes } = this.configuration.verification;
    const job: TrialJob = {
      ...this.#jobBase(winner.architecture, winner.sample),
      totalSteps: steps,
      stopWhenSolved: false,
      seed: this.#seeds.verification,
      evaluationSeeds: this.#seeds.testEpisodes(episodes),
    };
    onEvent?.({ kind: 'verification-started', winner });
    const onProgress = (progress: TrainingProgress) => onEvent?.({ kind: 'verification-progress', progress });
    const result = await executor.run(job, { signal, onProgress });
    const verdict = createVerdict(winner, job, result);
    if (result.state === 'complete') {
      const scores = { evaluationMean: meanReturn(result.returns), evaluationEpisodes: episodes };
      await storage.saveModel(
        { kind: 'model', path: 'models/winner.safetensors', trial: undefined },
        createModel(job, result, this.#inputs, this.#outputs, scores),
      );
    }
    onEvent?.({ kind: 'verdict', verdict });
    return verdict;
  }
}
