/** Updates that threads share: the bits of one thread, however many there are and whoever else wants them. */
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anyOptions,
  expectSameState,
  idleUnits,
  optionsOf,
  randomLearner,
  update,
} from '../contracts/random-learners.ts';
import { compiledKernels } from '../../src/kernels/compiled.ts';
import type { Activation, LearnerOptions } from '../../src/kernels/kernels.ts';
import { listBackends } from '../../src/kernels/load.ts';

const fast = listBackends().filter(
  ({ target }) => target === 'native-avx512' || target === 'native-avx2' || target === 'wasm',
);

/** Wide enough that every kind of work is shared, in chunks that come out even or don't. */
const wide: readonly LearnerOptions[] = [
  optionsOf(shape([256, 256]), { batchSize: 64 }),
  optionsOf(shape([1030, 61, 517]), { batchSize: 48, loss: 'huber' }),
  optionsOf({ ...shape([403, 205]), head: 'dueling' }, { batchSize: 128, tau: 1 }),
  optionsOf(shape([700, 300]), { batchSize: 32, maxGradientNorm: 0.1 }),
  optionsOf(shape([150, 410, 390], 'silu'), { batchSize: 64 }),
];

function shape(units: readonly number[], activation: Activation = 'relu') {
  return {
    inputs: 8,
    layers: units.map((count) => ({ units: count, activation })),
    outputs: 4,
  };
}

describe.each(fast)('$target', (backend) => {
  const alone = compiledKernels(backend);

  it.each([2, 3, 5, 16])('has the same bits when %i threads share an update', (threads) => {
    const shared = compiledKernels(backend, threads);
    for (const [seed, options] of wide.entries()) {
      const one = randomLearner(alone, options, seed);
      const many = randomLearner(shared, options, seed);
      expect(update(many, 0, 4, seed % 2 === 0)).toEqual(update(one, 0, 4, seed % 2 === 0));
      expectSameState(many, one);
      for (const each of [one, many]) idleUnits(each, seed);
      expect(update(many, 4, 6)).toEqual(update(one, 4, 6));
      expectSameState(many, one);
    }
  });

  it('has them for networks of any shape', () => {
    const shared = compiledKernels(backend, 2);
    fc.assert(
      fc.property(anyOptions(90, 144), fc.nat(), (options, seed) => {
        const one = randomLearner(alone, options, seed);
        const many = randomLearner(shared, options, seed);
        expect(update(many, 0, 2)).toEqual(update(one, 0, 2));
        expectSameState(many, one);
      }),
      { numRuns: 20 },
    );
  });

  it.each([0, 17, 1.5, NaN])('refuses %d threads', (threads) => {
    expect(() => compiledKernels(backend, threads)).toThrow(
      `threads is ${threads}; expected an integer from 1 to 16`,
    );
  });

  it('has them while JavaScript threads share updates at once, end, and others follow', async () => {
    const learner = randomLearner(alone, wide[0], 7);
    const expected = update(learner, 0, 60);
    const module = new URL('shared-updates-worker.ts', import.meta.url);
    for (let round = 0; round < 2; round++) {
      const losses = Array.from({ length: 3 }, async () => {
        const worker = new Worker(module, { workerData: { target: backend.target, options: wide[0] } });
        const result = new Promise((resolve, reject) =>
          worker.once('message', resolve).once('error', reject),
        );
        return await result.finally(() => worker.terminate());
      });
      for (const result of await Promise.all(losses)) expect(result).toEqual(expected);
    }
  });
});
