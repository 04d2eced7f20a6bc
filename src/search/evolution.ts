/**
 * Regularised evolution (Real et al. 2019, arXiv 1802.01548, algorithm 1): a population of the latest trials; the
 * best of a small tournament has a child that differs from it in one decision; the oldest leaves. Trials run side by
 * side: what a trial sees is fixed by its number, see `lag`. docs/algorithms/evolution.md has the details.
 */
import type { RandomStream } from '../random/random-stream.ts';
import { SampleDeck } from './sample-deck.ts';
import { mutate, type Sample, type SearchSpace } from './space.ts';
import type { Outcome, Proposal, Strategy } from './strategy.ts';
import { TrialOrder } from './trial-order.ts';

export interface EvolutionSettings {
  /** Trials in all, ≥ 1. */
  readonly trials: number;
  /** The first so many trials are random; later parents come from the latest so many outcomes. ≥ 1. */
  readonly population: number;
  /** Members drawn from the population, with replacement, the best of which is the parent; ≥ 1. */
  readonly tournament: number;
  /**
   * A child knows the outcomes of all trials but the last lag − 1 before it, so lag trials can run at once. ≥ 1; at
   * most the population counts, since the first child has to know of someone.
   */
  readonly lag: number;
}

/** A trial whose outcome is known. */
interface Member {
  readonly sample: Sample;
  readonly score: number;
}

export class EvolutionSearch implements Strategy {
  readonly name = 'evolution';
  readonly trialCount: number;
  readonly iterationSize = 1;
  readonly #space: SearchSpace;
  readonly #settings: EvolutionSettings;
  readonly #founders: SampleDeck;
  readonly #random: RandomStream;
  readonly #order = new TrialOrder();
  /** By trial number. */
  readonly #samples: Sample[] = [];
  readonly #members: Member[] = [];

  constructor(space: SearchSpace, settings: EvolutionSettings, random: RandomStream) {
    this.trialCount = settings.trials;
    this.#space = space;
    this.#settings = { ...settings, lag: Math.min(settings.lag, settings.population) };
    this.#founders = new SampleDeck(space, random.fork('founders'));
    this.#random = random.fork('children');
  }

  ask(number: number): Proposal | 'wait' | 'done' {
    if (number >= this.trialCount) return 'done';
    this.#order.checkAsk(number);
    const { population, lag } = this.#settings;
    const known = number - lag + 1;
    if (number >= population && this.#members.length < known) return 'wait';
    this.#order.countAsk();
    const sample =
      number < population
        ? this.#founders.draw()
        : mutate(this.#space, this.#selectParent(known), this.#random);
    this.#samples.push(sample);
    return { sample };
  }

  tell(number: number, { score }: Outcome): void {
    this.#order.countTell(number);
    this.#members.push({ sample: this.#samples[number], score });
  }

  /** The winner of a tournament among the last members of the first `known`; of equals the one drawn first. */
  #selectParent(known: number): Sample {
    const { population, tournament } = this.#settings;
    const oldest = Math.max(0, known - population);
    let best = this.#members[this.#random.integers(oldest, known)];
    for (let drawn = 1; drawn < tournament; drawn++) {
      const member = this.#members[this.#random.integers(oldest, known)];
      if (member.score > best.score) best = member;
    }
    return best.sample;
  }
}
