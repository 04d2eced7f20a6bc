import { describe, expect, test } from 'vitest';
import { parseDqnHyperparameters } from '../../agents/dqn.ts';
import { expectedValue } from '../../agents/expected-value.ts';
import { createVectorEnvironment } from '../../environments/registry.ts';
import { compiledKernels } from '../../kernels/compiled.ts';
import { type Kernels, type Learner, parameterCount } from '../../kernels/kernels.ts';
import { listBackends, loadKernels } from '../../kernels/load.ts';
import { networkShape } from '../../networks/architecture.ts';
import { RandomStream } from '../../random/random-stream.ts';
import { createSpace } from '../create-space.ts';
import { decodeSample, enumerateSamples } from '../space.ts';
import { parseSpaceDefinition } from '../space-definition.ts';
import { createController } from './controller.ts';
import { SharedTraining, type SharedTrainingSettings } from './shared-training.ts';
import type { TuningState } from './tuning.ts';

const space = createSpace(
  parseSpaceDefinition({ layers: [1, 2], units: [8, 24], activations: ['relu', 'sigmoid'] }),
);

const settings: SharedTrainingSettings = {
  totalSteps: 6000,
  warmup: 0.6,
  uniformShare: 0.1,
  tooLargeShare: 0.25,
  maxFamilies: 16,
  episodesPerSample: 2,
  candidateEpisodes: 2,
  tuningSteps: 400,
};

const hyperparameters = parseDqnHyperparameters({ learningStarts: 250, bufferSize: 4000, batchSize: 32 });

const create = (
  overrides: Partial<SharedTrainingSettings> = {},
  kernels: Kernels = loadKernels(),
  seed = 3,
  of = space,
  maxParameters = Number.POSITIVE_INFINITY,
) =>
  new SharedTraining(
    kernels,
    (count) => createVectorEnvironment('LunarLander-v3', count),
    of,
    { ...settings, ...overrides },
    hyperparameters,
    maxParameters,
    new RandomStream(seed),
  );

function trainUntil(training: SharedTraining, step: number): SharedTraining {
  while (training.advance(step));
  return training;
}

/** The scores of all networks of a space. */
const scoreAll = (training: SharedTraining, of = space) =>
  [...enumerateSamples(of)].map((sample) => training.score(sample, [1, 2]));

/** An object with some of its methods replaced. */
function override<Target extends object>(target: Target, methods: Partial<Target>): Target {
  return new Proxy(target, {
    get(_target, key) {
      const value: unknown = methods[key as keyof Target] ?? Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (_target, key, value) => Reflect.set(target, key, value, target),
  });
}

/** Kernels whose networks report a loss of NaN, with parameters that are NaN, where `isBad`. */
function spoil(kernels: Kernels, isBad: (learner: Learner, updates: number) => boolean): Kernels {
  let updates = 0;
  const spoilLearner = (learner: Learner): Learner =>
    override(learner, {
      update(indices, rate, weights) {
        updates += 1;
        const loss = learner.update(indices, rate, weights);
        if (!isBad(learner, updates)) return loss;
        learner.writeParameters(new Float32Array(parameterCount(learner.shape)).fill(Number.NaN));
        return Number.NaN;
      },
    });
  return {
    ...kernels,
    createSupernet(options, maxCount) {
      const supernet = kernels.createSupernet(options, maxCount);
      return override(supernet, { learner: (shape) => spoilLearner(supernet.learner(shape)) });
    },
  };
}

describe('SharedTraining', () => {
  test('trains until its steps are over and the episode under way then; every step and update is of one network', () => {
    const training = trainUntil(create(), 6000);
    const { step, updates, episodes } = training.progress;
    expect(step).toBeGreaterThanOrEqual(6000);
    expect(step).toBeLessThan(7000);
    expect(training.advance(6000)).toBe(false);
    const families = training.save().networks.families;
    expect(families.length).toBe(6);
    expect(updates).toBe(
      families.reduce((sum, family) => sum + Math.max(0, Math.floor((family.steps - 250) / 2)), 0),
    );
    const networks = scoreAll(training);
    const sum = (of: 'steps' | 'updates' | 'episodes') => networks.reduce((total, n) => total + n[of], 0);
    expect(sum('steps')).toBe(step);
    expect(sum('updates')).toBe(updates);
    expect(sum('episodes')).toBe(episodes);
    expect(networks.every(({ score }) => Number.isFinite(score))).toBe(true);
  });

  test('small networks have more visits than large ones: equal work, not equally many updates', () => {
    const wide = createSpace(
      parseSpaceDefinition({ layers: [1], units: [8, 1024], activations: ['relu', 'sigmoid'] }),
    );
    const training = trainUntil(create({ totalSteps: 30_000, warmup: 0.99 }, loadKernels(), 3, wide), 30_000);
    const visits = (units: number) =>
      [...enumerateSamples(wide)]
        .filter((sample) => sample[0] === (units === 8 ? 0 : 1))
        .reduce((sum, sample) => sum + training.score(sample, [1]).episodes, 0);
    expect(visits(1024)).toBeGreaterThan(0);
    expect(visits(8)).toBeGreaterThan(1.3 * visits(1024));
  });

  test('networks that are too large to be retrained have a share of the visits, in the warm-up and after it', () => {
    const one = createSpace(parseSpaceDefinition({ layers: [1], units: [8, 24], activations: ['relu'] }));
    const [small, large] = [...enumerateSamples(one)];
    /** Weights and biases of both layers. */
    const parameters = (units: number) => units * (8 + 1) + 4 * (units + 1);
    const ratio = (maxParameters: number, warmup: number) => {
      const training = create({ warmup, tooLargeShare: 0.2 }, loadKernels(), 3, one, maxParameters);
      trainUntil(training, 12_000);
      return training.score(large, [1]).episodes / training.score(small, [1]).episodes;
    };
    for (const warmup of [0.001, 0.999]) {
      const shared = ratio(parameters(8), warmup);
      expect(shared).toBeGreaterThan(0);
      expect(shared).toBeLessThan(0.5 * ratio(parameters(24), warmup));
    }
  });

  test('after the warm-up visitors come from the policy that was set, in the warm-up from none', () => {
    const only = createController(space, new RandomStream(1));
    const { parameters } = only;
    // Logits so large that one sample has all the probability there is.
    for (let i = 0; i < parameters.length; i++) parameters[i] *= 1000;
    const likely = only.sample(new RandomStream(5));
    const share = (warmup: number) => {
      const training = create({ warmup, uniformShare: 0 });
      training.setPolicy(parameters);
      trainUntil(training, 6000);
      return training.score(likely, [1]).steps / training.progress.step;
    };
    expect(share(0.001)).toBeGreaterThan(2 * share(0.999));
  });

  test('the same seed gives the same bits, with one thread or two, on every backend', () => {
    const result = (kernels: Kernels, seed = 3) => trainUntil(create({}, kernels, seed), 4000).save();
    const expected = result(loadKernels());
    for (const backend of listBackends()) expect(result(compiledKernels(backend))).toEqual(expected);
    expect(result(loadKernels(undefined, 2))).toEqual(expected);
    expect(result(loadKernels(), 4)).not.toEqual(expected);
  }, 60_000);

  test('goes on from a saved state to the same bits, in another object, whatever its families', () => {
    const check = (maxFamilies: number, cuts: readonly number[]) => {
      const whole = trainUntil(create({ maxFamilies }), 6000);
      const expected = whole.save();
      const scores = scoreAll(whole);
      for (const cut of cuts) {
        const first = create({ maxFamilies });
        for (let i = 0; i < cut; i++) first.advance(6000);
        const second = create({ maxFamilies });
        second.restore(structuredClone(first.save()));
        trainUntil(second, 6000);
        expect(second.save()).toEqual(expected);
        expect(scoreAll(second)).toEqual(scores);
      }
    };
    check(16, [700, 4321]);
    check(0, [4321]);
  });

  describe('tuning', () => {
    const sample = [1, 0, 1, 1, 0];
    const tune = (training: SharedTraining) => {
      training.startTuning(sample, [1, 2]);
      while (training.advanceTuning());
      return training.endTuning(sample);
    };

    test('trains a network alone, and leaves the shared training as it is', () => {
      const training = trainUntil(create(), 6000);
      const { work: workBefore, tuningSteps, ...before } = training.save();
      const shared = training.score(sample, [1, 2]);
      const tuned = tune(training);
      const { work, tuningSteps: steps, ...after } = training.save();
      expect(after).toEqual(before);
      expect([tuningSteps, steps]).toEqual([0, 400]);
      expect(training.progress.tuningSteps).toBe(400);
      expect(work).toBeGreaterThan(workBefore);
      expect(tuned).toMatchObject({
        steps: shared.steps + 400,
        updates: shared.updates + 200,
        failure: undefined,
      });
      expect(tuned.score).not.toBe(shared.score);
    });

    test('says what the tuned network expects itself of all that it learned from', () => {
      const training = trainUntil(create(), 6000);
      training.startTuning(sample, [1, 2]);
      while (training.advanceTuning());
      const { learner, replay } = (training.save().tuning as TuningState).training;
      const { work } = training;
      const { value } = training.endTuning(sample);
      const shape = networkShape(decodeSample(space, sample), 8, 4);
      expect(replay.size).toBeGreaterThan(400);
      expect(value).toBe(expectedValue(loadKernels(), shape, learner.target, replay.observations));
      expect(training.work - work).toBe(replay.size * parameterCount(shape));
    });

    test('has the same score whatever was tuned before, with the same bits on every backend', () => {
      const result = (kernels: Kernels, others: readonly (readonly number[])[] = []) => {
        const training = trainUntil(create({}, kernels), 2000);
        for (const other of others) {
          training.startTuning(other, [3]);
          while (training.advanceTuning());
          training.endTuning(other);
        }
        return tune(training);
      };
      const expected = result(loadKernels());
      expect(result(loadKernels(), [[0, 1, 0, 0, 0]])).toEqual(expected);
      for (const backend of listBackends()) expect(result(compiledKernels(backend))).toEqual(expected);
    });

    test('goes on from a state in the middle of it', () => {
      const whole = trainUntil(create(), 2000);
      const expected = tune(whole);
      for (const cut of [0, 7, 31, 44, 50]) {
        const first = trainUntil(create(), 2000);
        first.startTuning(sample, [1, 2]);
        for (let i = 0; i < cut; i++) first.advanceTuning();
        const second = create();
        second.restore(structuredClone(first.save()));
        expect(tune(second)).toEqual(expected);
        expect(second.save()).toEqual(whole.save());
      }
    });

    test('a candidate that diverges has failed, as has one that failed before', () => {
      const kernels = loadKernels();
      const training = trainUntil(
        create(
          {},
          {
            ...kernels,
            createLearner: (options, maxCount) =>
              override(kernels.createLearner(options, maxCount), { update: () => Number.NaN }),
          },
        ),
        2000,
      );
      const failed = { score: Number.NEGATIVE_INFINITY, failure: expect.stringContaining('diverged') };
      expect(tune(training)).toMatchObject(failed);
      expect(training.score(sample, [1])).toMatchObject(failed);
      expect(tune(training)).toMatchObject(failed);
    });
  });

  test('a network that diverges is stopped with a record of why; the others go on with finite scores', () => {
    const bad = (learner: Learner, updates: number) => updates > 300 && learner.shape.layers[0].units === 24;
    const training = trainUntil(create({}, spoil(loadKernels(), bad)), 6000);
    const failures = [...enumerateSamples(space)].filter((sample) => training.score(sample, [1]).failure);
    expect(failures.length).toBeGreaterThan(0);
    for (const sample of enumerateSamples(space)) {
      const { score, failure } = training.score(sample, [1]);
      expect(score === Number.NEGATIVE_INFINITY).toBe(failure !== undefined);
      expect(Number.isNaN(score)).toBe(false);
      if (failure === undefined) continue;
      expect(failure).toMatch(
        /^training diverged: the loss is not a finite number after \d+ updates, step \d+; expected/,
      );
    }
  });

  test('all of them diverging ends the training with an error', () => {
    const training = create(
      {},
      spoil(loadKernels(), () => true),
    );
    expect(() => trainUntil(training, 6000)).toThrow('the training of every network drawn has diverged');
  });

  test("learning rate and epsilon follow the agent's schedules over all steps", () => {
    const training = create();
    expect(training.progress).toMatchObject({ epsilon: 1, learningRate: 1e-3 });
    for (let i = 0; i < 600; i++) training.advance(6000);
    expect(training.progress).toMatchObject({ step: 600, epsilon: 0.51, learningRate: 1e-3 * 0.9 });
    trainUntil(training, 1200);
    expect(training.progress.epsilon).toBe(0.02);
    expect(trainUntil(training, 6000).progress.learningRate).toBe(0);
  });
});
