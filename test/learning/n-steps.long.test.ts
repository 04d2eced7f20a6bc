import { describe, expect, it } from 'vitest';
import { parseDqnHyperparameters } from '../../src/agents/dqn.ts';
import { Training } from '../../src/agents/train.ts';
import { createVectorEnvironment } from '../../src/environments/registry.ts';
import { loadKernels } from '../../src/kernels/load.ts';
import { parseArchitecture } from '../../src/networks/architecture.ts';

describe('Double DQN with returns of three steps on LunarLander', () => {
  // Three trainings of a few seconds each with native kernels; solved at 162,288, 153,504 and 357,456 steps.
  it('reaches an average of 200 over 100 training episodes within 500,000 steps, with each of three seeds', () => {
    const solvedAt = [1, 2, 3].map((seed) => {
      const hyperparameters = parseDqnHyperparameters({ nSteps: 3 });
      const environment = createVectorEnvironment('LunarLander-v3', hyperparameters.environments);
      const training = new Training(loadKernels(), environment, {
        architecture: parseArchitecture('64,relu,64,relu'),
        hyperparameters,
        totalSteps: 500_000,
        seed,
        stopWhenSolved: true,
      });
      while (training.advance(1_000));
      return training.progress.solvedAt ?? Infinity;
    });
    for (const step of solvedAt) expect(step).toBeLessThanOrEqual(500_000);
  });
});
