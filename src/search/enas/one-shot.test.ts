import { describe, expect, test } from 'vitest';
import { parseDqnHyperparameters } from '../../agents/dqn.ts';
import { createVectorEnvironment } from '../../environments/registry.ts';
import { type Kernels, type Learner, parameterCount } from '../../kernels/kernels.ts';
import { listBackends, loadKernels } from '../../kernels/load.ts';
import { compiledKernels } from '../../kernels/compiled.ts';
import { RandomStream } from '../../random/random-stream.ts';
import { createSpace } from '../create-space.ts';
import { sampleIndex, spaceSize } from '../space.ts';
import { parseSpaceDefinition } from '../space-definition.ts';
import { strategySchema } from '../strategies.ts';
import { type OneShotEvent, type OneShotProgress, OneShotSearch, type OneShotSettings } from './one-shot.ts';

const space = createSpace(
  parseSpaceDefinition({ layers: [1, 2], units: [8, 24], activations: ['relu', 'sigmoid'] }),
);

const hyperparameters = parseDqnHyperparameters({ learningStarts: 250, bufferSize: 4000, batchSize: 32 });

const settingsOf = (overrides: Partial<OneShotSettings> = {}): OneShotSettings => ({
  ...(strategySchema.parse({
    name: 'enas',
    totalSteps: 6000,
    warmup: 0.6,
    iterations: 4,
    samplesPerIteration: 5,
    episodesPerSample: 2,
    candidateEpisodes: 2,
  }) as OneShotSettings),
  ...overrides,
});

const create = (
  overrides: Partial<OneShotSettings> = {},
  kernels: Kernels = loadKernels(),
  seed = 3,
  of = space,
) =>
  new OneShotSearch(
    kernels,
    (count) => createVectorEnvironment('LunarLander-v3', count),
    of,
    settingsOf(overrides),
    hyperparameters,
    new RandomStream(seed),
  );

function runToEnd(search: OneShotSearch): OneShotEvent[] {
  const events: OneShotEvent[] = [];
  while (!search.finished) {
    const event = search.advance();
    if (event) events.push(event);
  }
  return events;
}

/** What happened, without objects. */
const record = (events: readonly OneShotEvent[]) =>
  events.map((event) => {
    if (event.kind === 'iteration') return `iteration ${event.iteration}`;
    const network = event.kind === 'failed' ? event.network : event.scored.network;
    const score = event.kind === 'failed' ? network.failure : event.scored.score;
    return `${event.kind} ${network.index} ${score} ${network.steps} ${network.episodes} ${network.updates}`;
  });

/** An object with some of its methods replaced. */
function override<Target extends object>(target: Target, methods: Partial<Target>): Target {
  return new Proxy(target, {
    get(_target, key) {
      const value: unknown = methods[key as keyof Target] ?? Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
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

describe('OneShotSearch', () => {
  test('trains for all its steps, then scores the whole space; iterations come at even distances after the warm-up', () => {
    const search = create();
    const steps: number[] = [];
    const events: OneShotEvent[] = [];
    while (!search.finished) {
      const event = search.advance();
      if (event) events.push(event);
      if (event?.kind === 'iteration') steps.push(search.progress.step);
    }
    const { step, updates, episodes } = search.progress;
    expect(step).toBeGreaterThanOrEqual(6000);
    const candidates = events.filter(({ kind }) => kind === 'candidate');
    const networks = candidates.flatMap((event) => ('scored' in event ? [event.scored.network] : []));
    const families = new Set(networks.map(({ family }) => family));
    expect(families.size).toBe(6);
    expect(updates).toBe(
      [...families].reduce((sum, family) => sum + Math.max(0, Math.floor((family.steps - 250) / 2)), 0),
    );
    // The warm-up ends at step 3,600; an iteration begins when the episode that crosses its step is over.
    expect(steps).toHaveLength(4);
    for (const [i, at] of steps.entries()) {
      expect(at).toBeGreaterThanOrEqual(3600 + (i + 1) * 600);
      expect(at).toBeLessThan(3600 + (i + 1) * 600 + 1000);
    }
    expect(new Set(candidates.map((event) => 'scored' in event && event.scored.network.index)).size).toBe(
      spaceSize(space),
    );
    const sum = (of: 'steps' | 'updates' | 'episodes') => networks.reduce((total, n) => total + n[of], 0);
    expect(sum('steps')).toBe(step);
    expect(sum('updates')).toBe(updates);
    expect(sum('episodes')).toBe(episodes);
    expect(search.work).toBeGreaterThan(networks.reduce((total, n) => total + n.updates * n.work, 0));
  });

  test('small networks have more visits than large ones: equal work, not equally many updates', () => {
    const wide = createSpace(
      parseSpaceDefinition({ layers: [1], units: [8, 1024], activations: ['relu', 'sigmoid'] }),
    );
    const search = create({ totalSteps: 30_000, warmup: 0.99, iterations: 1 }, loadKernels(), 3, wide);
    const networks = runToEnd(search).flatMap((event) =>
      event.kind === 'candidate' ? [event.scored.network] : [],
    );
    const lightest = Math.min(...networks.map(({ work }) => work));
    const light = networks.filter(({ work }) => work < 1.2 * lightest);
    const heavy = networks.filter(({ work }) => work > 1.8 * lightest);
    const visits = (of: typeof networks) => of.reduce((sum, n) => sum + n.episodes, 0) / of.length;
    expect(heavy.length).toBeGreaterThan(0);
    expect(visits(light)).toBeGreaterThan(1.3 * visits(heavy));
  });

  test('the controller learns from the ranks of its samples, and says so in its policy', () => {
    const search = create();
    const before = search.policy();
    const events = runToEnd(search);
    expect(search.policy()).not.toEqual(before);
    const groups = events.filter(({ kind }) => kind === 'sampled');
    expect(groups).toHaveLength(20);
    for (const event of groups) {
      if (event.kind !== 'sampled') continue;
      expect(Number.isFinite(event.scored.score)).toBe(true);
    }
  });

  test('the same seed gives the same bits, with one thread or two, on every backend', () => {
    const expected = record(runToEnd(create()));
    expect(expected.length).toBeGreaterThan(20);
    for (const backend of listBackends()) {
      expect(record(runToEnd(create({}, compiledKernels(backend))))).toEqual(expected);
    }
    expect(record(runToEnd(create({}, loadKernels(undefined, 2))))).toEqual(expected);
    expect(record(runToEnd(create({}, loadKernels(), 4)))).not.toEqual(expected);
  }, 60_000);

  test('goes on from a saved state to the same bits, in another object, from warm-up, visits, iterations and scoring', () => {
    const check = (maxFamilies: number, calls: (whole: number) => readonly number[]) => {
      const whole = create({ maxFamilies });
      const events: (OneShotEvent | undefined)[] = [];
      while (!whole.finished) events.push(whole.advance());
      for (const before of calls(events.length)) {
        const first = create({ maxFamilies });
        for (let i = 0; i < before; i++) first.advance();
        const second = create({ maxFamilies });
        second.restore(structuredClone(first.save()));
        const left = events.slice(before).filter((event) => event !== undefined);
        expect(record(runToEnd(second))).toEqual(record(left));
        expect(second.save()).toEqual(whole.save());
        expect(second.policy()).toEqual(whole.policy());
      }
    };
    // In the warm-up, after it, and among the last calls, which score.
    check(16, (whole) => [700, 4321, whole - 3]);
    check(0, () => [4321]);
  });

  test('scores at most so many candidates, each once, drawn from the controller', () => {
    const candidates = runToEnd(create({ candidates: 6 })).filter(({ kind }) => kind === 'candidate');
    const indices = candidates.map((event) => ('scored' in event ? event.scored.network.sample : []));
    expect(indices).toHaveLength(6);
    expect(new Set(indices.map((sample) => sampleIndex(space, sample))).size).toBe(6);
  });

  test('a network that diverges is stopped with a record of why; the others go on and end with finite scores', () => {
    const bad = (learner: Learner, updates: number) => updates > 300 && learner.shape.layers[0].units === 24;
    const events = runToEnd(create({}, spoil(loadKernels(), bad)));
    const failures = events.flatMap((event) => (event.kind === 'failed' ? [event.network] : []));
    expect(failures.length).toBeGreaterThan(0);
    for (const { failure, shape } of failures) {
      expect(shape.layers[0].units).toBe(24);
      expect(failure).toMatch(
        /^training diverged: the loss is not a finite number after \d+ updates, step \d+; expected/,
      );
    }
    expect(new Set(failures).size).toBe(failures.length);
    const scores = events.flatMap((event) => (event.kind === 'candidate' ? [event.scored] : []));
    expect(
      scores.filter(({ score }) => score === Number.NEGATIVE_INFINITY).map(({ network }) => network),
    ).toEqual(scores.map(({ network }) => network).filter(({ failure }) => failure !== undefined));
    expect(scores.every(({ score }) => !Number.isNaN(score))).toBe(true);
  });

  test('all of them diverging ends the search with an error', () => {
    const search = create(
      {},
      spoil(loadKernels(), () => true),
    );
    expect(() => runToEnd(search)).toThrow('the training of every network drawn has diverged');
  });

  test("learning rate and epsilon follow the agent's schedules over all steps", () => {
    const search = create();
    expect(search.progress).toMatchObject({ epsilon: 1, learningRate: 1e-3 });
    const seen: OneShotProgress[] = [];
    while (!search.finished) {
      search.advance();
      seen.push(search.progress);
    }
    expect(seen.find(({ step }) => step === 600)).toMatchObject({
      epsilon: 0.51,
      learningRate: 1e-3 * 0.9,
    });
    const late = seen.filter(({ step }) => step >= 1200);
    expect(new Set(late.map(({ epsilon }) => epsilon))).toEqual(new Set([0.02]));
    expect(search.progress.learningRate).toBe(0);
  });
});
