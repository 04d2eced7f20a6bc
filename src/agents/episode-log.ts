/** Returns of the episodes that end in a vector environment, and the average by which a task counts as solved. */

/** Gymnasium's convention: the reward threshold is on the average over this many consecutive episodes. */
export const averagingWindow = 100;

/** What a step of a vector environment tells about episodes; `count` entries each. */
interface StepOutcome {
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
}

/** Everything that an episode log holds. */
export interface EpisodeLogState {
  /** Rewards so far of the episode that each environment is in. */
  readonly running: Float64Array;
  /** Returns of the last episodes; episode n is at n modulo the window. */
  readonly recent: Float64Array;
  readonly episodes: number;
}

export class EpisodeLog {
  /** Rewards so far of the episode that each environment is in. */
  readonly #running: Float64Array;
  /** Returns of the last episodes; episode n is at n modulo the window. */
  readonly #recent = new Float64Array(averagingWindow);
  #episodes = 0;
  #average: number | undefined;

  constructor(environments: number) {
    this.#running = new Float64Array(environments);
  }

  /** Complete episodes so far. */
  get episodes(): number {
    return this.#episodes;
  }

  /** Mean return of the last 100 complete episodes, or of all while they are fewer; undefined before the first. */
  get averageReturn(): number | undefined {
    return this.#average;
  }

  /**
   * Takes in a step of all environments, in order of environment.
   * @returns whether the average over 100 complete episodes reached the threshold in it.
   */
  record({ rewards, terminated, truncated }: StepOutcome, threshold: number): boolean {
    let reached = false;
    for (let i = 0; i < this.#running.length; i++) {
      this.#running[i] += rewards[i];
      if (terminated[i] === 0 && truncated[i] === 0) continue;
      this.#recent[this.#episodes % averagingWindow] = this.#running[i];
      this.#running[i] = 0;
      this.#episodes++;
      this.#average = this.#mean();
      if (this.#episodes >= averagingWindow && this.#average >= threshold) reached = true;
    }
    return reached;
  }

  /** A copy of what it holds. */
  save(): EpisodeLogState {
    return { running: this.#running.slice(), recent: this.#recent.slice(), episodes: this.#episodes };
  }

  /** Goes on from a saved state. @throws RangeError when it is of another number of environments. */
  restore({ running, recent, episodes }: EpisodeLogState): void {
    if (running.length !== this.#running.length || recent.length !== averagingWindow) {
      const expected = `expected ${this.#running.length}, averaged over ${averagingWindow} episodes`;
      throw new RangeError(`a log of ${running.length} environments over ${recent.length}; ${expected}`);
    }
    this.#running.set(running);
    this.#recent.set(recent);
    this.#episodes = episodes;
    this.#average = episodes === 0 ? undefined : this.#mean();
  }

  /** Summed afresh, so that no rounding error builds up. */
  #mean(): number {
    const count = Math.min(this.#episodes, averagingWindow);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += this.#recent[i];
    return sum / count;
  }
}
