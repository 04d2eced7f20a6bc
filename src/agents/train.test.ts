import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainEnvironment } from '../../test/learning/chain-environment.ts';
import { createVectorEnvironment } from '../environments/registry.ts';
import { compiledKernels } from '../kernels/compiled.ts';
import type { Kernels, Learner } from '../kernels/kernels.ts';
import { listBackends, loadKernels } from '../kernels/load.ts';
import { referenceKernels } from '../kernels/reference.ts';
import { countParameters, parseArchitecture } from '../networks/architecture.ts';
import { type DqnHyperparameters, parseDqnHyperparameters } from './dqn.ts';
import { Training, TrainingDivergedError, type TrainingSpec } from './train.ts';

const states = 5;
const architecture = parseArchitecture('4,relu');
const parameterCount = countParameters(architecture, states, 2);

function hyperparameters(changes: Partial<DqnHyperparameters> = {}): DqnHyperparameters {
  return parseDqnHyperparameters({
    batchSize: 16,
    bufferSize: 500,
    environments: 4,
    learningStarts: 40,
    learningRate: 5e-3,
    explorationFinalEps: 0.5,
    ...changes,
  });
}

function begin(changes: Partial<TrainingSpec> = {}, rewardThreshold = Infinity, kernels = referenceKernels) {
  const spec = { architecture, hyperparameters: hyperparameters(), totalSteps: 300, seed: 1, ...changes };
  const lanes = spec.hyperparameters.environments;
  const environment = chainEnvironment(lanes, { states, maxEpisodeSteps: 3, rewardThreshold });
  return new Training(kernels, environment, spec);
}

function train(changes: Partial<TrainingSpec> = {}, rewardThreshold = Infinity): Training {
  const training = begin(changes, rewardThreshold);
  while (training.advance(1_000));
  return training;
}

describe('Training', () => {
  it('gives the same parameters, bit for bit, for the same seed, and others for another seed', () => {
    const once = train();
    const again = train();
    expect(again.parameters()).toEqual(once.parameters());
    expect(again.curve).toEqual(once.curve);
    expect(train({ seed: 2 }).parameters()).not.toEqual(once.parameters());
  });

  it('goes on from a saved state as if nothing had happened, from whichever step, in another object', () => {
    for (const nSteps of [1, 3]) {
      const spec = { hyperparameters: hyperparameters({ nSteps }) };
      const whole = train(spec);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 75 }), fc.integer({ min: 0, max: 20 }), (before, detour) => {
          const first = begin(spec);
          first.advance(before);
          const state = structuredClone(first.save());
          const second = begin(spec);
          second.advance(detour);
          second.restore(state);
          expect(second.save()).toEqual(state);
          while (second.advance(7));
          expect(second.save()).toEqual(whole.save());
          expect(second.progress).toEqual(whole.progress);
        }),
        { numRuns: 12 },
      );
    }
  });

  it('LunarLander: what one kernel target saved, every other goes on with, to the same bits', () => {
    const spec: TrainingSpec = {
      architecture: parseArchitecture('24,relu,16,sigmoid'),
      hyperparameters: hyperparameters({ learningStarts: 200, bufferSize: 1000 }),
      totalSteps: 2_000,
      seed: 3,
    };
    const create = (kernels: Kernels) =>
      new Training(kernels, createVectorEnvironment('LunarLander-v3', 4), spec);
    const whole = create(loadKernels());
    while (whole.advance(1_000));
    const backends = listBackends();
    expect(backends.length).toBeGreaterThan(1);
    for (const [i, backend] of backends.entries()) {
      const first = create(compiledKernels(backends[(i + 1) % backends.length]));
      first.advance(170 + 40 * i);
      const second = create(compiledKernels(backend));
      second.restore(first.save());
      while (second.advance(1_000));
      expect(second.save()).toEqual(whole.save());
    }
  });

  it('a saved state is a copy: the training that goes on does not change it', () => {
    const training = begin();
    training.advance(30);
    const state = training.save();
    const copy = structuredClone(state);
    while (training.advance(1_000));
    expect(state).toEqual(copy);
  });

  it('refuses the state of another specification', () => {
    const state = begin().save();
    const wider = begin({ hyperparameters: hyperparameters({ environments: 8 }) });
    expect(() => wider.restore(state)).toThrow(
      'the state of a training in 4 environments; expected 8, and transitions of the same number of steps',
    );
    const longer = begin({ hyperparameters: hyperparameters({ nSteps: 3 }) });
    expect(() => longer.restore(state)).toThrow('expected 4, and transitions of the same number of steps');
    const smaller = begin({ hyperparameters: hyperparameters({ bufferSize: 100 }) });
    const full = begin();
    full.advance(60);
    expect(() => smaller.restore(full.save())).toThrow('expected capacity 100');
  });

  it('gives the same result however it is cut into calls', () => {
    const whole = train();
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (cuts) => {
        const training = begin();
        for (const cut of cuts) training.advance(cut);
        while (training.advance(1_000));
        expect(training.parameters()).toEqual(whole.parameters());
        expect(training.progress).toEqual(whole.progress);
        expect(training.curve).toEqual(whole.curve);
      }),
      { numRuns: 5 },
    );
  });

  it('stores what actions led to: the state before an autoreset, terminated only at the goal', () => {
    const learners: Learner[] = [];
    const kernels: Kernels = {
      ...referenceKernels,
      createLearner(options, maxCount) {
        learners.push(referenceKernels.createLearner(options, maxCount));
        return learners[0];
      },
    };
    const training = begin({}, Infinity, kernels);
    while (training.advance(1_000));
    const { observations, nextObservations, actions, rewards, terminated } = learners[0].replay;
    const stateAt = (rows: Float32Array, row: number) =>
      rows.subarray(row * states, (row + 1) * states).indexOf(1);
    let restarts = 0;
    for (let row = 0; row < 300; row++) {
      const after = Math.max(0, stateAt(observations, row) + (actions[row] === 1 ? 1 : -1));
      expect(stateAt(nextObservations, row)).toBe(after);
      expect(rewards[row]).toBe(Number(after === states - 1));
      expect(terminated[row]).toBe(rewards[row]);
      const goesOn = row + 4 < 300 && stateAt(observations, row + 4) === after;
      if (!goesOn && terminated[row] === 0) restarts++;
    }
    // Many episodes were cut short by the time limit; none of them counts as terminated.
    expect(restarts).toBeGreaterThan(20);
  });

  it('with transitions of several steps, updates once the first one is whole', () => {
    const several = hyperparameters({ nSteps: 3, environments: 1, learningStarts: 0, trainFrequency: 1 });
    const training = begin({ hyperparameters: several, seed: 4 });
    const updates = [];
    for (let i = 0; i < 6; i++) {
      training.advance(1);
      updates.push(training.progress.updates);
    }
    expect(updates).toEqual([0, 0, 3, 4, 5, 6]);
  });

  it('updates gradientSteps times per trainFrequency steps, from learningStarts on', () => {
    const training = begin({ hyperparameters: hyperparameters({ trainFrequency: 3, gradientSteps: 2 }) });
    const updates = [];
    for (let i = 0; i < 13; i++) {
      training.advance(1);
      updates.push(training.progress.updates);
    }
    expect(updates).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4, 8]);
  });

  it('reports its schedules and stops after totalSteps, rounded up to whole vector steps', () => {
    const training = begin({ totalSteps: 301 });
    expect(training.progress).toMatchObject({ step: 0, epsilon: 1, learningRate: 5e-3, episodes: 0 });
    expect(training.progress.averageReturn).toBeUndefined();
    expect(training.advance(75)).toBe(true);
    expect(training.advance(75)).toBe(false);
    expect(training.advance(75)).toBe(false);
    expect(training.progress).toMatchObject({ step: 304, totalSteps: 301, epsilon: 0.5, learningRate: 0 });
  });

  it('keeps a learning curve of at most 100 points that ends with the training', () => {
    const training = train({
      totalSteps: 2_000,
      hyperparameters: hyperparameters({ learningStarts: 10_000 }),
    });
    const { curve, progress } = training;
    expect(curve.length).toBeGreaterThan(95);
    expect(curve.length).toBeLessThanOrEqual(100);
    const { step, episodes, averageReturn } = progress;
    expect(curve.at(-1)).toEqual({ step, episodes, averageReturn });
    expect(curve.map((point) => point.step)).toEqual(curve.map((point) => point.step).sort((a, b) => a - b));
  });

  it('knows when it is solved, and stops there when told to', () => {
    const through = train(
      { totalSteps: 800, hyperparameters: hyperparameters({ learningStarts: 10_000 }) },
      0.1,
    );
    const stopped = train(
      { totalSteps: 800, hyperparameters: hyperparameters({ learningStarts: 10_000 }), stopWhenSolved: true },
      0.1,
    );
    const solvedAt = through.progress.solvedAt ?? Number.NaN;
    expect(solvedAt).toBeLessThan(800);
    expect(through.progress.step).toBe(800);
    expect(stopped.progress).toMatchObject({ step: solvedAt, solvedAt });
    expect(stopped.progress.episodes).toBeGreaterThanOrEqual(100);
    expect(stopped.curve.at(-1)?.averageReturn).toBeGreaterThanOrEqual(0.1);
    expect(train({ totalSteps: 800 }).progress.solvedAt).toBeUndefined();
  });

  it('begins from the parameters it is given', () => {
    const initialParameters = Float32Array.from({ length: parameterCount }, (_, i) => i);
    const untrained = hyperparameters({ learningStarts: 10_000 });
    expect(train({ initialParameters, hyperparameters: untrained }).parameters()).toEqual(initialParameters);
  });

  it('stops for good when the loss is no longer finite', () => {
    const training = begin({ hyperparameters: hyperparameters({ learningRate: 1e30, loss: 'squared' }) });
    const run = () => {
      while (training.advance(10));
    };
    expect(run).toThrow(
      /^training diverged: the loss is (Infinity|NaN) after \d+ updates, \d+ steps; expected/,
    );
    const { updates } = training.progress;
    expect(run).toThrow(TrainingDivergedError);
    expect(() => training.parameters()).toThrow(TrainingDivergedError);
    expect(training.progress.updates).toBe(updates);
  });

  it('has no result when a parameter is not finite in the end, whatever the loss', () => {
    const initialParameters = new Float32Array(parameterCount);
    initialParameters[7] = Number.NEGATIVE_INFINITY;
    const untrained = hyperparameters({ learningStarts: 10_000 });
    expect(() => train({ initialParameters, hyperparameters: untrained })).toThrow(
      'training diverged: parameter 7 is -Infinity after 0 updates, 300 steps; expected a finite number',
    );
  });

  it.each<[string, Partial<TrainingSpec>, string]>([
    ['no steps', { totalSteps: 0 }, 'totalSteps is 0; expected a whole number ≥ 1'],
    ['half steps', { totalSteps: 0.5 }, 'totalSteps is 0.5; expected a whole number ≥ 1'],
    ['a negative seed', { seed: -1 }, '-1'],
    [
      'foreign parameters',
      { initialParameters: new Float32Array(3) },
      `3 initial parameters; expected ${parameterCount}`,
    ],
  ])('rejects %s', (_case, changes, message) => {
    expect(() => begin(changes)).toThrow(message);
  });

  it('rejects an environment that does not fit the hyperparameters', () => {
    const spec = { architecture, hyperparameters: hyperparameters(), totalSteps: 300, seed: 1 };
    const environment = chainEnvironment(3, { states, maxEpisodeSteps: 3 });
    expect(() => new Training(referenceKernels, environment, spec)).toThrow(
      'a vector environment of 3 environments; expected 4, the hyperparameter',
    );
  });
});
