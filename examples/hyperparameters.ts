/**
 * A study in TypeScript: typed, and computed where that says more than a list would. Here the network stays as it is and
 * the agent's hyperparameters are searched, by successive halving with a control.
 *
 *   touchdown search examples/hyperparameters.ts
 */
import { defineStudy } from 'touchdown';

/** Learning rates at equal ratios, rounded to what a person would write. */
const learningRates = [0, 1, 2, 3].map((i) => Number((3e-3 / 2 ** i).toPrecision(2)));

export default defineStudy({
  space: {
    name: 'rates and discounts',
    layers: 2,
    units: 64,
    hyperparameters: {
      learningRate: learningRates,
      gamma: [0.98, 0.99, 0.995],
      nSteps: [1, 3],
    },
  },
  // Many trainings of 50,000 steps and more; the best third goes on to three times as many.
  strategy: { name: 'halving', configurations: 18, eta: 3, minimumSteps: 50_000 },
  trial: { steps: 450_000, stopWhenSolved: false, validationEpisodes: 100 },
  verification: { finalists: 2, seeds: 5, steps: 450_000, control: true },
});
