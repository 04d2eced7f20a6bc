/** Keeps count of the trials that a strategy was asked for and told of, and refuses any other order. */
export class TrialOrder {
  #asked = 0;
  #told = 0;

  /** @throws RangeError unless `number` is the next trial to ask for. */
  checkAsk(number: number): void {
    if (number !== this.#asked) throw new RangeError(`asked for trial ${number}; expected ${this.#asked}`);
  }

  /** The next trial has its proposal. */
  countAsk(): void {
    this.#asked += 1;
  }

  /** @throws RangeError unless `number` is the next trial to tell of, and was asked for. */
  countTell(number: number): void {
    if (number !== this.#told || number >= this.#asked) {
      const expected = this.#told < this.#asked ? `expected ${this.#told}` : 'all trials asked for were told';
      throw new RangeError(`told the outcome of trial ${number}; ${expected}`);
    }
    this.#told += 1;
  }
}
