/** What a study knows of a sample before anything is trained. */
import type { EnvironmentSpec } from '../environments/environment.ts';
import { countParameters, formatArchitecture } from '../networks/architecture.ts';
import type { Model } from '../networks/model.ts';
import { representativeSamples } from '../search/representatives.ts';
import {
  decodeHyperparameters,
  decodeSample,
  describeSample,
  type Sample,
  type SearchSpace,
  spaceSize,
} from '../search/space.ts';
import type { TrialStrategySettings } from '../search/strategies.ts';
import { settingsForBudget } from './budgeted-settings.ts';
import type { StudyConfiguration } from './configuration.ts';
import type { CompleteResult, TrialJob } from './executor.ts';
import { createModel } from './trained-model.ts';
import type { TrialStart } from './trial.ts';
import { TrialWork } from './trial-work.ts';

export class StudySamples {
  readonly work: TrialWork;
  readonly #space: SearchSpace;
  readonly #configuration: StudyConfiguration;
  readonly #environment: Pick<EnvironmentSpec, 'id' | 'options'>;
  readonly #inputs: number;
  readonly #outputs: number;

  /** @param inputs numbers per observation. @param outputs actions. */
  constructor(
    space: SearchSpace,
    configuration: StudyConfiguration,
    environment: Pick<EnvironmentSpec, 'id' | 'options'>,
    inputs: number,
    outputs: number,
  ) {
    this.#space = space;
    this.#configuration = configuration;
    this.#environment = environment;
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.work = new TrialWork(space, configuration, inputs, outputs);
  }

  describe(sample: Sample): Pick<TrialStart, 'sample' | 'name' | 'architecture' | 'parameterCount'> {
    const architecture = decodeSample(this.#space, sample);
    return {
      sample,
      name: describeSample(this.#space, sample),
      architecture: formatArchitecture(architecture),
      parameterCount: countParameters(architecture, this.#inputs, this.#outputs),
    };
  }

  /** What all trainings of a sample have in common. */
  jobBase(sample: Sample): Pick<TrialJob, 'environment' | 'architecture' | 'hyperparameters'> {
    const { id, options } = this.#environment;
    return {
      environment: { id, options },
      architecture: formatArchitecture(decodeSample(this.#space, sample)),
      hyperparameters: {
        ...this.#configuration.hyperparameters,
        ...decodeHyperparameters(this.#space, sample),
      },
    };
  }

  /** What a model's file has of a training. @param scores that it is remembered by. */
  createModel(job: TrialJob, result: CompleteResult, scores: Readonly<Record<string, number>>): Model {
    return createModel(job, result, this.#inputs, this.#outputs, scores);
  }

  /** Whether a sample's architecture has too many parameters to be retrained. */
  isTooLarge(sample: Sample): boolean {
    const { maxParameters = Number.POSITIVE_INFINITY } = this.#configuration.verification;
    return countParameters(decodeSample(this.#space, sample), this.#inputs, this.#outputs) > maxParameters;
  }

  /** The settings of a strategy, as the study's budget has them where there is one. */
  settleBudget(settings: TrialStrategySettings): TrialStrategySettings {
    const { budget, trial } = this.#configuration;
    if (budget === undefined) return settings;
    const all = representativeSamples(this.#space);
    const fitting = all.filter((sample) => !this.isTooLarge(sample));
    const samples = fitting.length > 0 ? fitting : all;
    return settingsForBudget(settings, {
      budget: budget.work,
      spaceSize: spaceSize(this.#space),
      steps: trial.steps,
      meanWork: (steps) => this.work.mean(samples, steps),
    });
  }
}
