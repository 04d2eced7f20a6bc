/**
 * The random streams and seeds of a study, all forked by label from its one seed. Every trial is scored on the same
 * validation episodes, so that scores are compared on equal terms; the verdict's test episodes are seen by nothing
 * else.
 *
 * | label | for |
 * |---|---|
 * | `strategy` | all draws of the strategy |
 * | `trial/12` | the training of trial 12 |
 * | `validation` | the episodes that score trials |
 * | `verification` | the retraining of the winner |
 * | `test` | the episodes of the verdict |
 */
import { testSeeds, validationSeeds } from '../agents/seeds.ts';
import { RandomStream } from '../random/random-stream.ts';

const seedLimit = 2 ** 32;

export class StudySeeds {
  readonly #root: RandomStream;

  constructor(seed: number) {
    this.#root = new RandomStream(seed);
  }

  get strategy(): RandomStream {
    return this.#root.fork('strategy');
  }

  /** The seed of a trial's training. */
  trial(number: number): number {
    return this.#root.fork(`trial/${number}`).integers(0, seedLimit);
  }

  /** The seed of the winner's retraining. */
  get verification(): number {
    return this.#root.fork('verification').integers(0, seedLimit);
  }

  validationEpisodes(count: number): number[] {
    return validationSeeds(this.#root.fork('validation'), count);
  }

  testEpisodes(count: number): number[] {
    return testSeeds(this.#root.fork('test'), count);
  }
}
