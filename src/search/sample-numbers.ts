/**
 * Numbers the samples of a space, and counts them: like digits, the last decision running fastest. A decision that
 * doesn't count has one choice, 0.
 *
 * How many samples begin with given choices depends only on which of the later conditions on them hold, so that is
 * what the counts are kept by.
 */
import { counts, type Decision, type Prefix } from './decisions.ts';

export class SampleNumbers {
  /** Samples in all; rounded where there are more than 2^53. */
  readonly size: number;
  readonly #decisions: readonly Decision[];
  /** Per decision: those from it on whose conditions are about decisions before it. */
  readonly #pending: readonly (readonly Decision[])[];
  /** Per decision: whether a condition is about it. */
  readonly #matters: readonly boolean[];
  readonly #completions = new Map<string, number>();

  constructor(decisions: readonly Decision[]) {
    this.#decisions = decisions;
    const target = (decision: Decision) => decision.condition?.decision ?? Infinity;
    this.#pending = decisions.map((_, t) => decisions.slice(t).filter((later) => target(later) < t));
    this.#matters = decisions.map((_, t) => decisions.some((later) => target(later) === t));
    this.size = this.#complete([]);
  }

  /** The number of a sample of the space. */
  indexOf(sample: readonly number[]): number {
    const prefix: Prefix = [];
    let index = 0;
    for (const [t, decision] of this.#decisions.entries()) {
      if (!counts(decision, prefix)) {
        prefix.push(undefined);
        continue;
      }
      const choice = sample[t];
      if (!this.#matters[t]) index += choice * this.#after(prefix, 0);
      else for (let k = 0; k < choice; k++) index += this.#after(prefix, k);
      prefix.push(choice);
    }
    return index;
  }

  /** The sample of a number, 0 … size − 1. */
  at(index: number): number[] {
    const prefix: Prefix = [];
    let rest = index;
    for (const [t, decision] of this.#decisions.entries()) {
      if (!counts(decision, prefix)) {
        prefix.push(undefined);
        continue;
      }
      let choice = this.#matters[t] ? 0 : Math.floor(rest / this.#after(prefix, 0));
      if (!this.#matters[t]) rest -= choice * this.#after(prefix, 0);
      else for (; rest >= this.#after(prefix, choice); choice++) rest -= this.#after(prefix, choice);
      prefix.push(choice);
    }
    return prefix.map((choice) => choice ?? 0);
  }

  /** Samples that begin with a prefix and then this choice. */
  #after(prefix: Prefix, choice: number): number {
    prefix.push(choice);
    const count = this.#complete(prefix);
    prefix.pop();
    return count;
  }

  /** Samples that begin with a prefix, which is left as it was. */
  #complete(prefix: Prefix): number {
    const t = prefix.length;
    if (t === this.#decisions.length) return 1;
    const held = this.#pending[t].map((later) => Number(counts(later, prefix))).join('');
    const key = `${t} ${held}`;
    const known = this.#completions.get(key);
    if (known !== undefined) return known;
    const count = this.#completeAnew(prefix);
    this.#completions.set(key, count);
    return count;
  }

  #completeAnew(prefix: Prefix): number {
    const t = prefix.length;
    const decision = this.#decisions[t];
    if (!counts(decision, prefix)) {
      prefix.push(undefined);
      const count = this.#complete(prefix);
      prefix.pop();
      return count;
    }
    if (!this.#matters[t]) return decision.choices.length * this.#after(prefix, 0);
    return [...decision.choices.keys()].reduce((sum, choice) => sum + this.#after(prefix, choice), 0);
  }
}
