/** The work of a study's trials, in the multiply-adds of src/search/work.ts. */
import { updatesAt } from '../agents/schedule.ts';
import { type Architecture, networkShape, parseArchitecture } from '../networks/architecture.ts';
import { trainingWork } from '../search/work.ts';
import type { StudyConfiguration } from './configuration.ts';
import type { FinishedTrial } from './trial.ts';

export class TrialWork {
  readonly #configuration: Pick<StudyConfiguration, 'trial' | 'hyperparameters'>;
  readonly #inputs: number;
  readonly #outputs: number;

  /** @param inputs numbers per observation. @param outputs actions. */
  constructor(
    configuration: Pick<StudyConfiguration, 'trial' | 'hyperparameters'>,
    inputs: number,
    outputs: number,
  ) {
    this.#configuration = configuration;
    this.#inputs = inputs;
    this.#outputs = outputs;
  }

  /** Of a training for all its steps. @param budget of environment steps; the study's for a trial if absent. */
  full(architecture: Architecture, budget = this.#configuration.trial.steps): number {
    const { hyperparameters } = this.#configuration;
    const { environments } = hyperparameters;
    const steps = Math.ceil(budget / environments) * environments;
    return this.#training(architecture, updatesAt(steps, hyperparameters), steps);
  }

  /** What a trial took. How far a failed one came isn't known; it counts as if it had trained to the end. */
  of(trial: FinishedTrial): number {
    const architecture = parseArchitecture(trial.architecture);
    if (trial.state === 'failed') return this.full(architecture, trial.budget);
    return this.#training(architecture, trial.training.updates, trial.training.steps);
  }

  #training(architecture: Architecture, updates: number, steps: number): number {
    const shape = networkShape(architecture, this.#inputs, this.#outputs);
    return trainingWork(shape, this.#configuration.hyperparameters.batchSize, updates, steps);
  }
}
