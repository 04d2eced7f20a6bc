import { describe, expect, test } from 'vitest';
import { parseDqnHyperparameters } from '../../agents/dqn.ts';
import { createVectorEnvironment } from '../../environments/registry.ts';
import { loadKernels } from '../../kernels/load.ts';
import { RandomStream } from '../../random/random-stream.ts';
import { createSpace } from '../create-space.ts';
import { type Sample, sampleIndex, spaceSize } from '../space.ts';
import { parseSpaceDefinition } from '../space-definition.ts';
import { strategySchema } from '../strategies.ts';
import {
  countCandidates,
  OneShotSearch,
  type OneShotSettings,
  type Replica,
  type Score,
} from './one-shot.ts';
import { averageWithValues } from './rank-by-value.ts';
import { SharedTraining } from './shared-training.ts';
import { shrinkScores } from './shrink-scores.ts';

const space = createSpace(
  parseSpaceDefinition({ layers: [1, 2], units: [8, 24], activations: ['relu', 'sigmoid'] }),
);

const settingsOf = (overrides: Partial<OneShotSettings> = {}): OneShotSettings => ({
  ...(strategySchema.parse({
    name: 'enas',
    totalSteps: 3000,
    iterations: 4,
    samplesPerIteration: 5,
    episodesPerSample: 2,
    candidateEpisodes: 2,
    tuningSteps: 80,
  }) as OneShotSettings),
  ...overrides,
});

const hyperparameters = parseDqnHyperparameters({ learningStarts: 250, bufferSize: 4000, batchSize: 32 });

/** A replica that trains for real, and what it was asked. */
function createReplica(settings: OneShotSettings, seed: number) {
  const training = new SharedTraining(
    loadKernels(),
    (count) => createVectorEnvironment('LunarLander-v3', count),
    space,
    settings,
    hyperparameters,
    Number.POSITIVE_INFINITY,
    new RandomStream(seed),
  );
  const asked: { readonly untilStep: number; readonly policy: Float64Array }[] = [];
  const scored: { readonly samples: readonly Sample[]; readonly seeds: readonly number[] }[] = [];
  const tuned: { readonly sample: Sample; readonly seeds: readonly number[] }[] = [];
  const replica: Replica = {
    async train(untilStep, policy) {
      asked.push({ untilStep, policy });
      training.setPolicy(policy);
      while (training.advance(untilStep));
    },
    async score(samples, seeds) {
      scored.push({ samples, seeds });
      return samples.map((sample) => training.score(sample, seeds));
    },
    async tune(sample, seeds) {
      tuned.push({ sample, seeds });
      training.startTuning(sample, seeds);
      while (training.advanceTuning());
      return training.endTuning(sample);
    },
    async finish() {
      return training.work;
    },
  };
  return { replica, training, asked, scored, tuned };
}

async function run(
  settings: OneShotSettings,
  replicas: readonly Replica[],
  seed = 3,
  mayWin: (sample: Sample) => boolean = () => true,
) {
  const search = new OneShotSearch(space, settings, mayWin, new RandomStream(seed));
  const before = search.policy();
  const sampled: Score[][] = [[]];
  const candidates: Score[] = [];
  await search.run(replicas, {
    onSampled: async (score) => void sampled.at(-1)?.push(score),
    onIteration: async (iteration) => {
      expect(iteration).toBe(sampled.length);
      sampled.push([]);
    },
    onCandidate: async (score) => void candidates.push(score),
  });
  expect(sampled.pop()).toEqual([]);
  return { before, after: search.policy(), sampled, candidates };
}

describe('OneShotSearch', () => {
  test('iterations come at even distances after the warm-up, on seeds of their own; then the whole space is scored', async () => {
    const settings = settingsOf();
    const { replica, asked, scored, tuned } = createReplica(settings, 1);
    const { sampled, candidates, before, after } = await run(settings, [replica]);
    expect(asked.map(({ untilStep }) => Math.round(untilStep))).toEqual([2100, 2400, 2700, 3000]);
    expect(asked[1].policy).not.toEqual(asked[0].policy);
    expect(sampled.map((group) => group.length)).toEqual([5, 5, 5, 5]);
    expect(after).not.toEqual(before);
    const indices = candidates.map(({ sample }) => sampleIndex(space, sample));
    expect(new Set(indices).size).toBe(spaceSize(space));
    const seeds = scored.map((call) => call.seeds.join());
    // All candidates on the same seeds; every iteration on others.
    expect(new Set(seeds).size).toBe(4);
    expect(new Set(tuned.map((call) => call.seeds.join())).size).toBe(1);
    expect(seeds).not.toContain(tuned[0].seeds.join());
    expect(tuned.map(({ sample }) => sample)).toEqual(candidates.map(({ sample }) => sample));
    for (const { samples } of scored) {
      expect(new Set(samples.map((sample) => sampleIndex(space, sample))).size).toBe(samples.length);
    }
  });

  test('scores are estimates from all replicas; steps, episodes and updates are their sums', async () => {
    const settings = settingsOf();
    const [one, other] = [createReplica(settings, 1), createReplica(settings, 2)];
    const { candidates } = await run(settings, [one.replica, other.replica]);
    const [{ seeds }] = one.tuned;
    const samples = candidates.map(({ sample }) => sample);
    const again = [one, other].map(({ training }) =>
      samples.map((sample) => {
        training.startTuning(sample, seeds);
        while (training.advanceTuning());
        return training.endTuning(sample);
      }),
    );
    expect(candidates.map(({ score }) => score)).toEqual(
      shrinkScores(
        space,
        samples,
        again.map((scores) =>
          averageWithValues(
            scores.map(({ score }) => score),
            scores.map(({ value }) => value as number),
          ),
        ),
      ),
    );
    for (const [i, { sample: _, score: __, ...counts }] of candidates.entries()) {
      const [a, b] = again.map((scores) => scores[i]);
      expect(counts).toEqual({
        steps: a.steps + b.steps,
        episodes: a.episodes + b.episodes,
        updates: a.updates + b.updates,
        failure: undefined,
      });
    }
  });

  test('a network that failed in one replica has failed', async () => {
    const settings = settingsOf({ iterations: 1 });
    const { replica } = createReplica(settings, 1);
    const scoreOf = (sample: Sample) => ({
      score: sample[1] === 1 ? Number.NEGATIVE_INFINITY : 100,
      steps: 1,
      episodes: 1,
      updates: 1,
      failure: sample[1] === 1 ? 'why' : undefined,
    });
    const failing: Replica = {
      ...replica,
      score: async (samples) => samples.map(scoreOf),
      tune: async (sample) => scoreOf(sample),
    };
    const { candidates } = await run(settings, [replica, failing]);
    for (const { sample, score, failure } of candidates) {
      expect(failure).toBe(sample[1] === 1 ? 'why' : undefined);
      expect(score === Number.NEGATIVE_INFINITY).toBe(sample[1] === 1);
    }
  });

  test('the same seeds give the same search, whichever replica is faster', async () => {
    const settings = settingsOf();
    const delayed = ({ replica }: { readonly replica: Replica }, milliseconds: number): Replica => ({
      ...replica,
      async train(untilStep, policy) {
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
        await replica.train(untilStep, policy);
      },
    });
    const search = (delays: readonly number[], seed = 3) =>
      run(
        settings,
        delays.map((delay, i) => delayed(createReplica(settings, i), delay)),
        seed,
      );
    const expected = await search([0, 0]);
    expect(await search([20, 0])).toEqual(expected);
    expect(await search([0, 20])).toEqual(expected);
    expect(await search([0, 0], 4)).not.toEqual(expected);
  });

  test('scores at most so many candidates, each once, drawn from the controller', async () => {
    const settings = settingsOf({ candidates: 6 });
    const { candidates } = await run(settings, [createReplica(settings, 1).replica]);
    expect(candidates).toHaveLength(6);
    expect(new Set(candidates.map(({ sample }) => sampleIndex(space, sample))).size).toBe(6);
    expect(countCandidates(space, settings, () => true)).toBe(6);
  });

  test.each([64, 3])('only what may win is a candidate, where anything may (at most %i)', async (most) => {
    const settings = settingsOf({ candidates: most, iterations: 1 });
    const search = async (mayWin: (sample: Sample) => boolean) => {
      const { candidates } = await run(settings, [createReplica(settings, 1).replica], 3, mayWin);
      expect(candidates).toHaveLength(countCandidates(space, settings, mayWin));
      return candidates.map(({ sample }) => sample);
    };
    const isShallow = (sample: Sample) => sample[0] === 0;
    const shallow = await search(isShallow);
    expect(shallow).toHaveLength(Math.min(most, 4));
    expect(shallow.every(isShallow)).toBe(true);
    expect(await search(() => false)).toHaveLength(Math.min(most, spaceSize(space)));
  });

  test('without tuning candidates are scored with the shared weights', async () => {
    const settings = settingsOf({ tuningSteps: 0, iterations: 1 });
    const { replica, training, scored, tuned } = createReplica(settings, 1);
    const { candidates } = await run(settings, [replica]);
    expect(tuned).toEqual([]);
    const { seeds } = scored[1];
    for (const { sample, score } of candidates) expect(score).toBe(training.score(sample, seeds).score);
  });
});
