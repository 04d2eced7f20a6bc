/**
 * Successive halving (Jamieson & Talwalkar 2016, arXiv 1502.07943), as one bracket of Hyperband (Li et al. 2018, arXiv
 * 1603.06560, algorithm 1): many architectures train briefly, the best 1/eta of them eta times as long, and so on up
 * to the whole training. docs/algorithms/halving.md has the numbers and where this differs from the papers.
 */
import type { RandomStream } from '../random/random-stream.ts';
import { SampleDeck } from './sample-deck.ts';
import { type Sample, type SearchSpace, spaceSize } from './space.ts';
import type { Outcome, Proposal, Rung, Strategy } from './strategy.ts';
import { TrialOrder } from './trial-order.ts';

export interface HalvingSettings {
  /** Architectures of the first rung, ≥ 1; all of the space where it has fewer. */
  readonly configurations: number;
  /** One in so many goes on to the next rung, where it trains so many times as long; ≥ 2. */
  readonly eta: number;
  /** No training is shorter (unless the whole one is); ≥ 1. */
  readonly minimumSteps: number;
}

/**
 * The rungs: rung i of 0 … last has ⌊configurations / etaⁱ⌋ trials of steps / eta^(last − i) steps, rounded. There are
 * as many as leave a trial in the last and don't begin below the minimum; one at least.
 * @param steps of a whole training, ≥ 1.
 */
export function planRungs(settings: HalvingSettings, steps: number): readonly Rung[] {
  const { configurations, eta, minimumSteps } = settings;
  let last = 0;
  while (eta ** (last + 1) <= configurations && steps / eta ** (last + 1) >= minimumSteps) last += 1;
  return Array.from({ length: last + 1 }, (_, i) => ({
    trials: Math.floor(configurations / eta ** i),
    steps: Math.round(steps / eta ** (last - i)),
  }));
}

/** An architecture of the rung that runs, and its score once that is known. */
interface Entry {
  readonly sample: Sample;
  score: number;
}

export class HalvingSearch implements Strategy {
  readonly name = 'halving';
  readonly trialCount: number;
  readonly iterationSize = 1;
  readonly rungs: readonly Rung[];
  readonly #order = new TrialOrder();
  #rung = 0;
  /** Best first, from the second rung on. */
  #entries: Entry[];
  /** Of this rung. */
  #asked = 0;
  #told = 0;

  /** @param steps environment steps of a whole training. */
  constructor(space: SearchSpace, settings: HalvingSettings, steps: number, random: RandomStream) {
    const configurations = Math.min(settings.configurations, spaceSize(space));
    this.rungs = planRungs({ ...settings, configurations }, steps);
    this.trialCount = this.rungs.reduce((sum, { trials }) => sum + trials, 0);
    const deck = new SampleDeck(space, random);
    this.#entries = Array.from({ length: configurations }, () => ({ sample: deck.draw(), score: -Infinity }));
  }

  ask(number: number): Proposal | 'wait' | 'done' {
    if (number >= this.trialCount) return 'done';
    this.#order.checkAsk(number);
    if (this.#asked === this.#entries.length) return 'wait';
    this.#order.countAsk();
    const { sample } = this.#entries[this.#asked++];
    return { sample, steps: this.rungs[this.#rung].steps };
  }

  tell(number: number, { score }: Outcome): void {
    this.#order.countTell(number);
    this.#entries[this.#told++].score = score;
    if (this.#told === this.#entries.length && this.#rung + 1 < this.rungs.length) this.#promote();
  }

  /** The best go on to the next rung; of equals the earlier trial. */
  #promote(): void {
    this.#rung += 1;
    this.#entries = this.#entries
      // Two failed trials: −Infinity − −Infinity is not a number, which sorts as equal.
      .toSorted((a, b) => b.score - a.score || 0)
      .slice(0, this.rungs[this.#rung].trials);
    this.#asked = 0;
    this.#told = 0;
  }
}
