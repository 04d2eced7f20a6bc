/**
 * Random search (Bergstra & Bengio 2012): the control that every other strategy has to beat (Li & Talwalkar 2019).
 * Uniform without replacement; once the space is exhausted it goes through it again in another order.
 */
import type { RandomStream } from '../random/random-stream.ts';
import { sampleAt, type SearchSpace, spaceSize } from './space.ts';
import type { Outcome, Proposal, Strategy } from './strategy.ts';
import { TrialOrder } from './trial-order.ts';

export interface RandomSettings {
  /** Trials in all, ≥ 1. */
  readonly trials: number;
}

export class RandomSearch implements Strategy {
  readonly name = 'random';
  readonly trialCount: number;
  readonly iterationSize = 1;
  readonly #space: SearchSpace;
  readonly #size: number;
  readonly #random: RandomStream;
  readonly #order = new TrialOrder();
  /** Fisher-Yates shuffle of the samples' numbers, kept only where it differs from the identity. */
  readonly #shuffled = new Map<number, number>();

  constructor(space: SearchSpace, settings: RandomSettings, random: RandomStream) {
    this.trialCount = settings.trials;
    this.#space = space;
    this.#size = spaceSize(space);
    this.#random = random;
  }

  ask(number: number): Proposal | 'done' {
    if (number >= this.trialCount) return 'done';
    this.#order.checkAsk(number);
    this.#order.countAsk();
    return { sample: sampleAt(this.#space, this.#draw(number % this.#size)) };
  }

  tell(number: number, _outcome: Outcome): void {
    this.#order.countTell(number);
  }

  /** The number of a sample that was not drawn since `position` was 0. */
  #draw(position: number): number {
    if (position === 0) this.#shuffled.clear();
    const from = this.#random.integers(position, this.#size);
    const drawn = this.#shuffled.get(from) ?? from;
    this.#shuffled.set(from, this.#shuffled.get(position) ?? position);
    return drawn;
  }
}
