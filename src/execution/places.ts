/** Places for so many at once. Who waits for one gets it in the order of arrival. */
export class Places {
  #free: number;
  readonly #waiting = new Set<() => void>();

  /** @param count a whole number ≥ 1. */
  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves with a place, to be given back. @throws the signal's reason once it aborts. */
  take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(enter);
        reject(signal.reason as Error);
      };
      this.#waiting.add(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Lets in whoever has waited longest. */
  giveBack(): void {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next();
    } else this.#free += 1;
  }
}
