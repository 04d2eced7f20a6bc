import { describe, expect, it } from 'vitest';
import { parseDqnHyperparameters } from '../../src/agents/dqn.ts';
import { Training } from '../../src/agents/train.ts';
import { loadKernels } from '../../src/kernels/load.ts';
import { networkShape, parseArchitecture } from '../../src/networks/architecture.ts';
import { chainEnvironment, optimalValue } from './chain-environment.ts';

const states = 6;
const gamma = 0.8;

describe('Double DQN on a corridor', () => {
  it.each(['squared', 'huber'] as const)(
    'learns all Q-values to within 0.01 of the optimal ones, through truncation but not termination (%s loss)',
    (loss) => {
      const kernels = loadKernels();
      const architecture = parseArchitecture('32,relu');
      const hyperparameters = parseDqnHyperparameters({
        loss,
        gamma,
        environments: 4,
        bufferSize: 4_000,
        learningStarts: 200,
        learningRate: 5e-3,
        tau: 0.02,
        explorationFinalEps: 1,
      });
      const environment = chainEnvironment(4, { states, maxEpisodeSteps: 2 });
      const training = new Training(kernels, environment, {
        architecture,
        hyperparameters,
        totalSteps: 10_000,
        seed: 1,
      });
      while (training.advance(100));
      const policy = kernels.createPolicy(networkShape(architecture, states, 2), states);
      policy.writeParameters(training.parameters());
      const everyState = Float32Array.from({ length: states * states }, (_, i) =>
        Number(i % (states + 1) === 0),
      );
      const values = new Float32Array(states * 2);
      policy.qValues(everyState, states, values);
      for (let state = 0; state < states - 1; state++) {
        for (let action = 0; action < 2; action++) {
          const error = values[2 * state + action] - optimalValue(states, gamma, state, action);
          expect(Math.abs(error), `state ${state}, action ${action}`).toBeLessThan(0.01);
        }
      }
    },
  );
});
