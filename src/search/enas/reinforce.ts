/**
 * REINFORCE (Williams 1992) for the controller: ascends the mean over an iteration's samples of
 * (reward − baseline) · log π(sample) + entropyWeight · entropy, with Adam (Kingma & Ba 2015). The baseline is
 * the moving average of the rewards of earlier iterations, so it is independent of the samples it is taken from.
 */
import type { Controller } from './controller.ts';

export interface ReinforceOptions {
  readonly learningRate: number;
  readonly entropyWeight: number;
  /** Share of the old baseline that an iteration leaves, in [0, 1). */
  readonly baselineDecay: number;
}

/** Everything that REINFORCE holds besides the controller's parameters. */
export interface ReinforceState {
  readonly firstMoment: Float64Array;
  readonly secondMoment: Float64Array;
  readonly beta1Power: number;
  readonly beta2Power: number;
  readonly baseline: number | undefined;
}

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

export class Reinforce {
  readonly #controller: Controller;
  readonly #options: ReinforceOptions;
  readonly #gradient: Float64Array;
  readonly #firstMoment: Float64Array;
  readonly #secondMoment: Float64Array;
  #beta1Power = 1;
  #beta2Power = 1;
  /** Undefined before the first update, which starts it from its own mean. */
  #baseline: number | undefined;

  constructor(controller: Controller, options: ReinforceOptions) {
    const { length } = controller.parameters;
    this.#controller = controller;
    this.#options = options;
    this.#gradient = new Float64Array(length);
    this.#firstMoment = new Float64Array(length);
    this.#secondMoment = new Float64Array(length);
  }

  /** One step on all samples of an iteration and their rewards. */
  update(samples: readonly (readonly number[])[], rewards: readonly number[]): void {
    const { entropyWeight, baselineDecay } = this.#options;
    const count = samples.length;
    const mean = rewards.reduce((sum, reward) => sum + reward, 0) / count;
    const baseline = this.#baseline ?? mean;
    this.#gradient.fill(0);
    for (const [i, sample] of samples.entries()) {
      const advantage = rewards[i] - baseline;
      this.#controller.accumulateGradient(sample, advantage / count, entropyWeight / count, this.#gradient);
    }
    this.#ascend();
    this.#baseline = baselineDecay * baseline + (1 - baselineDecay) * mean;
  }

  /** A copy of what it holds. */
  save(): ReinforceState {
    return {
      firstMoment: this.#firstMoment.slice(),
      secondMoment: this.#secondMoment.slice(),
      beta1Power: this.#beta1Power,
      beta2Power: this.#beta2Power,
      baseline: this.#baseline,
    };
  }

  /** Goes on from a saved state. @throws RangeError when it is of a controller of another size. */
  restore(state: ReinforceState): void {
    const { firstMoment, secondMoment } = state;
    if (firstMoment.length !== this.#firstMoment.length) {
      const expected = `expected ${this.#firstMoment.length}`;
      throw new RangeError(`the state of a controller of ${firstMoment.length} parameters; ${expected}`);
    }
    this.#firstMoment.set(firstMoment);
    this.#secondMoment.set(secondMoment);
    this.#beta1Power = state.beta1Power;
    this.#beta2Power = state.beta2Power;
    this.#baseline = state.baseline;
  }

  #ascend(): void {
    const { learningRate } = this.#options;
    const { parameters } = this.#controller;
    this.#beta1Power *= beta1;
    this.#beta2Power *= beta2;
    for (let i = 0; i < parameters.length; i++) {
      const slope = this.#gradient[i];
      this.#firstMoment[i] = beta1 * this.#firstMoment[i] + (1 - beta1) * slope;
      this.#secondMoment[i] = beta2 * this.#secondMoment[i] + (1 - beta2) * slope * slope;
      const mean = this.#firstMoment[i] / (1 - this.#beta1Power);
      const deviation = Math.sqrt(this.#secondMoment[i] / (1 - this.#beta2Power));
      parameters[i] += (learningRate * mean) / (deviation + epsilon);
    }
  }
}
