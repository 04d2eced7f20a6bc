/**
 * The random streams and seeds of a study, all forked by label from its one seed. Every trial is scored on the same
 * validation episodes and every retraining on the same test episodes, so that they are compared on equal terms; the
 * verdict's seeds and episodes are seen by nothing else.
 *
 * | label | for |
 * |---|---|
 * | `strategy` | all draws of the strategy |
 * | `replica/0` | a shared training of one-shot ENAS |
 * | `trial/12` | the training of trial 12 |
 * | `validation` | the episodes that score trials |
 * | `control` | all draws of the control's random search |
 * | `verification/3` | the retrainings of round 3, the same for all finalists |
 * | `test` | the episodes after every retraining |
 * | `bootstrap` | the resampling behind the verdict's intervals, forked further by what they are of |
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

  /** The seed of a shared training of one-shot ENAS. @param index 0, 1, … */
  replica(index: number): number {
    return this.#root.fork(`replica/${index}`).integers(0, seedLimit);
  }

  /** The seed of a trial's training. */
  trial(number: number): number {
    return this.#root.fork(`trial/${number}`).integers(0, seedLimit);
  }

  get control(): RandomStream {
    return this.#root.fork('control');
  }

  /** The seed of the retrainings of a round. @param round 1, 2, … */
  verification(round: number): number {
    return this.#root.fork(`verification/${round}`).integers(0, seedLimit);
  }

  get bootstrap(): RandomStream {
    return this.#root.fork('bootstrap');
  }

  validationEpisodes(count: number): number[] {
    return validationSeeds(this.#root.fork('validation'), count);
  }

  testEpisodes(count: number): number[] {
    return testSeeds(this.#root.fork('test'), count);
  }
}
