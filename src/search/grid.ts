/**
 * Exhaustive search: every sample of the space once. The order is fixed and useful when the search is stopped early:
 * it goes through the samples' numbers (src/search/space.ts) in strides of about 0.618 of the space, a step of
 * Weyl's sequence for the golden ratio, so that every prefix is spread over the whole space. The first 2 k trials
 * try each of two activations of the last layer k times.
 */
import { sampleAt, type SearchSpace, spaceSize } from './space.ts';
import type { Outcome, Proposal, Strategy } from './strategy.ts';
import { TrialOrder } from './trial-order.ts';

const goldenRatio = (Math.sqrt(5) - 1) / 2;

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The smallest whole number from size · 0.618 on that has no divisor in common with the size. */
function stride(size: number): number {
  let candidate = Math.max(1, Math.ceil(size * goldenRatio));
  while (greatestCommonDivisor(candidate, size) !== 1) candidate += 1;
  return candidate;
}

export class GridSearch implements Strategy {
  readonly name = 'grid';
  readonly trialCount: number;
  readonly iterationSize = 1;
  readonly #space: SearchSpace;
  readonly #stride: number;
  readonly #order = new TrialOrder();
  #next = 0;

  constructor(space: SearchSpace) {
    this.trialCount = spaceSize(space);
    this.#space = space;
    this.#stride = stride(this.trialCount);
  }

  ask(number: number): Proposal | 'done' {
    if (number >= this.trialCount) return 'done';
    this.#order.checkAsk(number);
    this.#order.countAsk();
    const sample = sampleAt(this.#space, this.#next);
    this.#next = (this.#next + this.#stride) % this.trialCount;
    return { sample };
  }

  tell(number: number, _outcome: Outcome): void {
    this.#order.countTell(number);
  }
}
