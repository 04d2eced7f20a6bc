/**
 * Random search (Bergstra & Bengio 2012): the control that every other strategy has to beat (Li & Talwalkar 2019).
 * Uniform without replacement; once the space is exhausted it goes through it again in another order.
 */
import type { RandomStream } from '../random/random-stream.ts';
import { SampleDeck } from './sample-deck.ts';
import type { SearchSpace } from './space.ts';
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
  readonly #deck: SampleDeck;
  readonly #order = new TrialOrder();

  constructor(space: SearchSpace, settings: RandomSettings, random: RandomStream) {
    this.trialCount = settings.trials;
    this.#deck = new SampleDeck(space, random);
  }

  ask(number: number): Proposal | 'done' {
    if (number >= this.trialCount) return 'done';
    this.#order.checkAsk(number);
    this.#order.countAsk();
    return { sample: this.#deck.draw() };
  }

  tell(number: number, _outcome: Outcome): void {
    this.#order.countTell(number);
  }
}
