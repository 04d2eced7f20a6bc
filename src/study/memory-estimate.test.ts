import { describe, expect, test } from 'vitest';
import { learnerOptions, parseDqnHyperparameters, updateOptions } from '../agents/dqn.ts';
import { createVectorEnvironment, vectorEnvironmentBytes } from '../environments/registry.ts';
import { compiledKernels } from '../kernels/compiled.ts';
import { listBackends } from '../kernels/load.ts';
import { learnerBytes, supernetBytes } from '../kernels/memory.ts';
import { networkShape, parseArchitecture } from '../networks/architecture.ts';
import { RandomStream } from '../random/random-stream.ts';
import { familyShapes, SharedNetworks, supernetShape } from '../search/enas/shared-networks.ts';
import { enumerateSamples, findSpace } from '../search/space.ts';
import { resolveSpace } from '../search/space-definition.ts';
import { parseStudyConfiguration, type StudyConfigurationInput } from './configuration.ts';
import { estimateMemory, fitWorkers, peakMemory, replicaBytes, trainingBytes } from './memory-estimate.ts';
import { Study } from './study.ts';

const lander = createVectorEnvironment('LunarLander-v3', 1).spec;
const shapeOf = (text: string) => networkShape(parseArchitecture(text), 8, 4);
const native = listBackends().filter(({ target }) => !target.startsWith('wasm'));

/** The memory that something really has: all its arrays are views of it. */
const allocated = ({ buffer }: { readonly buffer: ArrayBufferLike }): number => buffer.byteLength;

describe.each(native)('what $target allocates', (backend) => {
  const kernels = compiledKernels(backend);

  test.each(['16,relu', '64,silu,32,tanh', '300,relu,300,relu', '128,relu,dueling'])(
    'a learner of %s',
    (text) => {
      const hyperparameters = parseDqnHyperparameters({ bufferSize: 1000, batchSize: 32 });
      const options = learnerOptions(shapeOf(text), hyperparameters);
      const learner = kernels.createLearner(options, 8);
      expect(learnerBytes(options, 8)).toBe(allocated(learner.replay.rewards));
      const parts = 4 * 4 * learner.options.shape.layers.reduce((sum, { units }) => sum + 9 * units, 0);
      expect(learnerBytes(options, 8)).toBeGreaterThan(parts + 1000 * (2 * 8 * 4 + 4 + 4 + 1));
    },
  );

  test.each(['lunar-lander-quick', 'lunar-lander-100'])('all supernets of %s, and no more', (name) => {
    const space = findSpace(name);
    const shape = supernetShape(space, 8, 4);
    const learning = updateOptions(parseDqnHyperparameters({ bufferSize: 500 }));
    const options = { shape, learning, maxFamilies: 16, maxCount: 16 };
    const networks = new SharedNetworks(kernels, space, options, new RandomStream(1));
    const supernets = new Set(
      [...enumerateSamples(space)].map((sample) => networks.of(sample).family.supernet),
    );
    const families = familyShapes(space, shape, 16);
    expect(families).toHaveLength(supernets.size);
    const bytes = families.map((family) => supernetBytes({ shape: family, ...learning }, 16));
    const real = [...supernets].map(({ replay }) => allocated(replay.rewards));
    const inOrder = (values: readonly number[]) => values.toSorted((a, b) => a - b);
    expect(inOrder(bytes)).toEqual(inOrder(real));
  });
});

test.each([1, 8, 64, 100])('%i environments in lockstep', (count) => {
  const environment = createVectorEnvironment('LunarLander-v3', count, {}, { backend: native[0] });
  expect(vectorEnvironmentBytes(count)).toBe(allocated(environment.observations));
});

describe('estimateMemory', () => {
  const estimate = (input: StudyConfigurationInput, workers: number) => {
    const configuration = parseStudyConfiguration(input);
    return estimateMemory(new Study(configuration, lander), lander, workers);
  };
  const small: StudyConfigurationInput = {
    space: { layers: 1, units: [8, 64] },
    strategy: { name: 'random', trials: 2 },
    verification: { finalists: 2, seeds: 3, episodes: 10 },
  };
  const defaults = parseDqnHyperparameters({});

  test('counts the largest network as often as trainings run at once', () => {
    const training = trainingBytes(shapeOf('64,relu'), defaults, 500);
    const retraining = trainingBytes(shapeOf('64,relu'), defaults, 10);
    expect(estimate(small, 1)).toEqual({ search: training, verification: retraining });
    expect(estimate(small, 100)).toEqual({ search: 2 * training, verification: 6 * retraining });
  });

  test('has the hyperparameters that a sample decides', () => {
    const space = { layers: 1, units: 8, hyperparameters: { bufferSize: [1000, 1_000_000] } };
    const { search } = estimate({ ...small, space }, 1);
    expect(search).toBeGreaterThan(70e6);
    expect(search).toBe(trainingBytes(shapeOf('8,relu'), { ...defaults, bufferSize: 1_000_000 }, 500));
  });

  test('retrains nothing that is too large', () => {
    const limited = (maxParameters: number) =>
      estimate({ ...small, verification: { ...small.verification, maxParameters } }, 1).verification;
    expect(limited(200)).toBe(trainingBytes(shapeOf('8,relu'), defaults, 10));
    expect(limited(1)).toBe(0);
  });

  test('a one-shot search has all its replicas at once, each with a candidate that it tunes', () => {
    const input: StudyConfigurationInput = {
      space: 'lunar-lander-quick',
      strategy: { name: 'enas', replicas: 3 },
    };
    const { strategy } = parseStudyConfiguration(input);
    if (strategy.name !== 'enas') throw new Error('expected enas');
    const place = { space: resolveSpace('lunar-lander-quick'), inputs: 8, outputs: 4 };
    const candidate = trainingBytes(shapeOf('128,relu,128,relu'), defaults, strategy.candidateEpisodes);
    expect(estimate(input, 1).search).toBe(3 * (replicaBytes(place, strategy, defaults) + candidate));
  });
});

describe('fitWorkers', () => {
  const study = new Study(
    parseStudyConfiguration({ space: { layers: 1, units: 64 }, strategy: { name: 'random', trials: 9 } }),
    lander,
  );
  const one = peakMemory(estimateMemory(study, lander, 1));

  test('allows as many as there is memory for, and not more than were asked for', () => {
    expect(fitWorkers(study, lander, 4, 100 * one)).toBe(4);
    expect(fitWorkers(study, lander, 4, 2.5 * one)).toBe(2);
    expect(fitWorkers(study, lander, 4, 1.2 * one)).toBe(1);
  });

  test('refuses a study that one worker has no memory for, with both figures', () => {
    expect(() => fitWorkers(study, lander, 4, 1_000_000)).toThrow(
      /^the study takes up to \d+ MB of memory; expected at most the 1 MB that are free$/,
    );
  });
});
