/** Does something again and again while somebody needs it. */

/** Milliseconds between two rounds: what happens is to be seen within two seconds. */
const interval = 500;

export class Poll {
  readonly #round: () => Promise<void>;
  readonly #onIdle: () => Promise<void>;
  #holders = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Rounds, and what happens when nobody is left, come one after another. */
  #last: Promise<void> = Promise.resolve();

  /** @param onIdle when the last holder has let go. */
  constructor(round: () => Promise<void>, onIdle: () => Promise<void> = async () => {}) {
    this.#round = round;
    this.#onIdle = onIdle;
  }

  /** Keeps rounds going until the returned function is called. */
  hold(): () => void {
    this.#holders += 1;
    this.#schedule();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders -= 1;
      if (this.#holders > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#last = this.#last.then(() => (this.#holders === 0 ? this.#onIdle() : undefined));
    };
  }

  /** A round now. @throws what the round throws. */
  async once(): Promise<void> {
    const round = this.#last.then(() => this.#round());
    this.#last = round.catch(() => undefined);
    return round;
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => void this.#onTime(), interval);
    this.#timer.unref();
  }

  async #onTime(): Promise<void> {
    this.#timer = undefined;
    // What can't be read now may be readable next time.
    await this.once().catch(() => undefined);
    if (this.#holders > 0) this.#schedule();
  }
}
