/**
 * The control of a search: random search that may do as much work as the search did (Li & Talwalkar 2019: a search
 * that doesn't beat it has found nothing). Architectures come without replacement and are trained from scratch.
 *
 * Which trials there are must not depend on how many run at once. A trial is started where the work of all trials
 * before it and its own full training fit into the budget; what a trial takes is known only once it has ended, so
 * where that decides the next one waits for it. The first that doesn't fit ends the control. One trial always runs.
 */
import type { RandomStream } from '../random/random-stream.ts';
import { RandomSearch } from '../search/random.ts';
import { type Sample, type SearchSpace, spaceSize } from '../search/space.ts';
import type { Proposal } from '../search/strategy.ts';

export interface ControlOptions {
  /** Work that the trials may take. */
  readonly budget: number;
  /** The work of a full training of a sample's architecture; undefined for one that is not to be trained. */
  readonly fullWork: (sample: Sample) => number | undefined;
}

/** The next trial, and the work that it may take. */
interface Next {
  readonly sample: Sample;
  readonly work: number;
}

export class Control {
  readonly name = 'random';
  readonly #search: RandomSearch;
  readonly #size: number;
  readonly #options: ControlOptions;
  /** Full work of the trials that were started and not told of yet, in order. */
  readonly #running: number[] = [];
  #drawn = 0;
  #started = 0;
  #work = 0;
  #next: Next | undefined;
  #done = false;

  constructor(space: SearchSpace, options: ControlOptions, random: RandomStream) {
    this.#search = new RandomSearch(space, { trials: Infinity }, random);
    this.#size = spaceSize(space);
    this.#options = options;
  }

  /** Work that the trials told of took. */
  get work(): number {
    return this.#work;
  }

  /** As of a strategy. */
  ask(_number: number): Proposal | 'wait' | 'done' {
    const next = this.#draw();
    if (next === undefined) return 'done';
    const { budget } = this.#options;
    const atLeast = this.#work + next.work;
    const atMost = this.#running.reduce((sum, work) => sum + work, atLeast);
    if (this.#started > 0 && atMost > budget) {
      this.#done = atLeast > budget;
      return this.#done ? 'done' : 'wait';
    }
    this.#next = undefined;
    this.#started += 1;
    this.#running.push(next.work);
    return { sample: next.sample };
  }

  /** The work that the next trial in order took. */
  tell(work: number): void {
    if (this.#running.shift() === undefined) throw new RangeError('told of a trial that was not asked for');
    this.#work += work;
  }

  /** The next sample that may be trained; undefined at the end, and where a whole round of the space has none. */
  #draw(): Next | undefined {
    for (let i = 0; this.#next === undefined && !this.#done; i++) {
      this.#done = i === this.#size;
      const proposal = this.#search.ask(this.#drawn++);
      if (proposal === 'done' || this.#done) break;
      const work = this.#options.fullWork(proposal.sample);
      if (work !== undefined) this.#next = { sample: proposal.sample, work };
    }
    return this.#done ? undefined : this.#next;
  }
}
