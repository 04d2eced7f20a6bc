/** The work of a study's trials, in the multiply-adds of src/search/work.ts. */
import { updatesAt } from '../agents/schedule.ts';
import type { DqnHyperparameters } from '../agents/dqn.ts';
import { networkShape } from '../networks/architecture.ts';
import { decodeHyperparameters, decodeSample, type Sample, type SearchSpace } from '../search/space.ts';
import { trainingWork } from '../search/work.ts';
import { mean } from '../statistics/sample.ts';
import type { StudyConfiguration } from './configuration.ts';
import type { FinishedTrial } from './trial.ts';

export class TrialWork {
  readonly #space: SearchSpace;
  readonly #configuration: Pick<StudyConfiguration, 'trial' | 'hyperparameters'>;
  readonly #inputs: number;
  readonly #outputs: number;

  /** @param inputs numbers per observation. @param outputs actions. */
  constructor(
    space: SearchSpace,
    configuration: Pick<StudyConfiguration, 'trial' | 'hyperparameters'>,
    inputs: number,
    outputs: number,
  ) {
    this.#space = space;
    this.#configuration = configuration;
    this.#inputs = inputs;
    this.#outputs = outputs;
  }

  /** Of a training for all its steps. @param budget of environment steps; the study's for a trial if absent. */
  full(sample: Sample, budget = this.#configuration.trial.steps): number {
    const hyperparameters = this.#hyperparameters(sample);
    const { environments } = hyperparameters;
    const steps = Math.ceil(budget / environments) * environments;
    return this.#training(sample, updatesAt(steps, hyperparameters), steps);
  }

  /** Of a training of so many steps, on the average over the samples; at least one. */
  mean(samples: readonly Sample[], budget: number): number {
    return mean(samples.map((sample) => this.full(sample, budget)));
  }

  /** What a trial took. How far a failed one came isn't known; it counts as if it had trained to the end. */
  of(trial: FinishedTrial): number {
    if (trial.state === 'failed') return this.full(trial.sample, trial.budget);
    return this.#training(trial.sample, trial.training.updates, trial.training.steps);
  }

  #hyperparameters(sample: Sample): DqnHyperparameters {
    return { ...this.#configuration.hyperparameters, ...decodeHyperparameters(this.#space, sample) };
  }

  #training(sample: Sample, updates: number, steps: number): number {
    const shape = networkShape(decodeSample(this.#space, sample), this.#inputs, this.#outputs);
    return trainingWork(shape, this.#hyperparameters(sample).batchSize, updates, steps);
  }
}
