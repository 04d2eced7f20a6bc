/**
 * A strategy that may do so much work: how searches are compared at equal work, a search with its control first of all
 * (Li & Talwalkar 2019: a search that doesn't beat random search at equal work has found nothing).
 *
 * Which trials there are must not depend on how many run at once. A trial is started where the work of all trials
 * before it and its own full training fit into the budget; what a trial takes is known only once it has ended, so
 * where that decides the next one waits for it. The first that doesn't fit ends the search. One trial always runs.
 *
 * What is not to be trained costs nothing and is no trial. The strategy hears that it failed, when its turn comes.
 */
import type { Outcome, Proposal, Strategy } from '../search/strategy.ts';

export interface BudgetOptions {
  /** Work that the trials may take; Infinity for as many as the strategy wants. */
  readonly budget: number;
  /** The work of a proposal's whole training; undefined for one that is not to be trained. */
  readonly fullWork: (proposal: Proposal) => number | undefined;
  /** After so many proposals in a row that are not to be trained the search ends; ≥ 1. */
  readonly patience: number;
}

/** The next trial, and the work that it may take. */
interface Next {
  readonly proposal: Proposal;
  readonly work: number;
}

const failed: Outcome = { score: Number.NEGATIVE_INFINITY, solved: false };

export class BudgetedSearch {
  readonly name: string;
  readonly #strategy: Strategy;
  readonly #options: BudgetOptions;
  /**
   * Proposals that the strategy was not told of yet, in order: the full work of the trials that were started, undefined
   * for what isn't trained.
   */
  readonly #untold: (number | undefined)[] = [];
  /** Proposals of the strategy, trained or not. */
  #asked = 0;
  #told = 0;
  /** Proposals in a row that were not to be trained. */
  #skipped = 0;
  #started = 0;
  #work = 0;
  #next: Next | undefined;
  #done = false;

  constructor(strategy: Strategy, options: BudgetOptions) {
    this.name = strategy.name;
    this.#strategy = strategy;
    this.#options = options;
  }

  /** Work that the trials told of took. */
  get work(): number {
    return this.#work;
  }

  /** Iterations of the strategy that are over. */
  get iterations(): number {
    return Math.floor(this.#told / this.#strategy.iterationSize);
  }

  policy(): readonly (readonly number[])[] | undefined {
    return this.#strategy.policy?.();
  }

  /** As of a strategy. */
  ask(_number: number): Proposal | 'wait' | 'done' {
    const next = this.#done ? 'done' : this.#propose();
    if (typeof next === 'string') return next;
    const { budget } = this.#options;
    const atLeast = this.#work + next.work;
    const atMost = this.#untold.reduce<number>((sum, work) => sum + (work ?? 0), atLeast);
    if (this.#started > 0 && atMost > budget) {
      this.#done = atLeast > budget;
      return this.#done ? 'done' : 'wait';
    }
    this.#next = undefined;
    this.#started += 1;
    this.#untold.push(next.work);
    return next.proposal;
  }

  /** The outcome of the next trial in order, and the work that it took. */
  tell(outcome: Outcome, work: number): void {
    if (this.#untold.length === 0) throw new RangeError('told of a trial that was not asked for');
    this.#untold.shift();
    this.#work += work;
    this.#strategy.tell(this.#told++, outcome);
    this.#tellSkipped();
  }

  /** The next that may be trained. */
  #propose(): Next | 'wait' | 'done' {
    while (this.#next === undefined) {
      const proposal = this.#skipped < this.#options.patience ? this.#strategy.ask(this.#asked) : 'done';
      if (typeof proposal === 'string') {
        this.#done = proposal === 'done';
        return proposal;
      }
      this.#asked += 1;
      const work = this.#options.fullWork(proposal);
      if (work === undefined) {
        this.#skipped += 1;
        this.#untold.push(undefined);
        this.#tellSkipped();
      } else {
        this.#skipped = 0;
        this.#next = { proposal, work };
      }
    }
    return this.#next;
  }

  /** Of what isn't trained, up to the first trial that runs. */
  #tellSkipped(): void {
    while (this.#untold.length > 0 && this.#untold[0] === undefined) {
      this.#untold.shift();
      this.#strategy.tell(this.#told++, failed);
    }
  }
}
