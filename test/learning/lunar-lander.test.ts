import { describe, expect, it } from 'vitest';
import { parseDqnHyperparameters } from '../../src/agents/dqn.ts';
import { evaluate } from '../../src/agents/evaluate.ts';
import { testSeeds } from '../../src/agents/seeds.ts';
import { Training } from '../../src/agents/train.ts';
import { createVectorEnvironment } from '../../src/environments/registry.ts';
import { compiledKernels } from '../../src/kernels/compiled.ts';
import { listBackends, loadKernels } from '../../src/kernels/load.ts';
import { referenceKernels } from '../../src/kernels/reference.ts';
import { networkShape, parseArchitecture } from '../../src/networks/architecture.ts';
import { RandomStream } from '../../src/random/random-stream.ts';

const id = 'LunarLander-v3';

describe('Double DQN on LunarLander', () => {
  // About three seconds with native kernels, ten with WebAssembly: some 150,000 steps and 70,000 updates.
  it('reaches an average of 200 over 100 training episodes within 500,000 steps, and flies unseen ones', () => {
    const kernels = loadKernels();
    const architecture = parseArchitecture('64,relu,64,relu');
    const hyperparameters = parseDqnHyperparameters({});
    const training = new Training(kernels, createVectorEnvironment(id, hyperparameters.environments), {
      architecture,
      hyperparameters,
      totalSteps: 500_000,
      seed: 1,
      stopWhenSolved: true,
    });
    while (training.advance(1_000));
    const { averageReturn, solvedAt, episodes } = training.progress;
    expect(averageReturn).toBeGreaterThanOrEqual(200);
    expect(solvedAt).toBeLessThanOrEqual(500_000);
    expect(episodes).toBeGreaterThan(100);

    const environment = createVectorEnvironment(id, 64);
    const policy = kernels.createPolicy(networkShape(architecture, 8, 4), environment.count);
    policy.writeParameters(training.parameters());
    const { returns } = evaluate(policy, environment, testSeeds(new RandomStream(1), 100));
    expect(returns.reduce((sum, value) => sum + value, 0) / 100).toBeGreaterThan(180);
  });

  it('learns the same parameters, bit for bit, on every target that this machine runs', () => {
    const train = (kernels = referenceKernels, backend = listBackends()[0]) => {
      const training = new Training(kernels, createVectorEnvironment(id, 4, {}, { backend }), {
        architecture: parseArchitecture('16,relu,16,tanh'),
        hyperparameters: parseDqnHyperparameters({ environments: 4, learningStarts: 200, batchSize: 16 }),
        totalSteps: 1_200,
        seed: 3,
      });
      while (training.advance(100));
      return training.parameters();
    };
    const expected = train();
    for (const backend of listBackends()) {
      expect(train(compiledKernels(backend), backend), `on ${backend.target}`).toEqual(expected);
    }
  });

  it('plays evaluation episodes with the same results on any number of lanes', () => {
    const architecture = parseArchitecture('32,relu');
    const seeds = testSeeds(new RandomStream(2), 20);
    const play = (lanes: number) => {
      const policy = loadKernels().createPolicy(networkShape(architecture, 8, 4), lanes);
      policy.writeParameters(Float32Array.from({ length: 8 * 32 + 32 + 32 * 4 + 4 }, (_, i) => Math.sin(i)));
      return evaluate(policy, createVectorEnvironment(id, lanes), seeds);
    };
    const alone = play(1);
    expect(new Set(alone.returns).size).toBe(20);
    for (const lanes of [7, 64]) expect(play(lanes)).toEqual(alone);
  });
});
