/** What every strategy promises (src/search/strategy.ts), run against each implementation. */
import { describe, expect, test } from 'vitest';
import { parameterCount } from '../../src/kernels/kernels.ts';
import { networkShape } from '../../src/networks/architecture.ts';
import { linearLayers } from '../../src/networks/linear-layers.ts';
import { RandomStream } from '../../src/random/random-stream.ts';
import {
  checkSample,
  decodeSample,
  sampleIndex,
  type Sample,
  type SearchSpace,
} from '../../src/search/space.ts';
import type { Outcome, Proposal, Strategy } from '../../src/search/strategy.ts';
import { runInRandomOrder } from './strategy-driver.ts';

const inputs = 3;
const outputs = 2;

export interface StrategyCase {
  readonly name: string;
  readonly space: SearchSpace;
  /** A fresh strategy of at least 10 trials for a task of 3 inputs and 2 outputs with reward threshold 200. */
  readonly create: (random: RandomStream) => Strategy;
  /** Whether it draws nothing at random. */
  readonly seedless?: true;
}

const shapeOf = (space: SearchSpace, sample: Sample) =>
  networkShape(decodeSample(space, sample), inputs, outputs);

/** Stands in for a training: an outcome that depends on sample and trial number alone. */
function outcomeOf(space: SearchSpace, sample: Sample, number: number): Outcome {
  const random = new RandomStream(number).fork(String(sampleIndex(space, sample)));
  if (random.random() < 0.1) return { score: -Infinity, solved: false };
  const score = random.uniform(-300, 300);
  const parameters = new Float32Array(parameterCount(shapeOf(space, sample)));
  for (let i = 0; i < parameters.length; i++) parameters[i] = random.random();
  return { score, solved: score > 100, parameters };
}

const failure = (): Outcome => ({ score: -Infinity, solved: false });

/** Runs a whole search with up to `parallelism` trials between ask and tell, telling as late as that allows. */
function runSearch(
  strategy: Strategy,
  parallelism: number,
  outcome: (sample: Sample, number: number) => Outcome,
): Proposal[] {
  const proposals: Proposal[] = [];
  let told = 0;
  for (;;) {
    const answer = proposals.length - told < parallelism ? strategy.ask(proposals.length) : 'wait';
    if (typeof answer === 'object') {
      proposals.push(answer);
      continue;
    }
    if (told === proposals.length) {
      if (answer !== 'done') throw new Error(`"${answer}" when all outcomes were told; expected "done"`);
      return proposals;
    }
    strategy.tell(told, outcome(proposals[told].sample, told));
    told += 1;
  }
}

function expectPolicy(strategy: Strategy, space: SearchSpace): void {
  const policy = strategy.policy?.();
  if (policy === undefined) return;
  expect(policy.map((row) => row.length)).toEqual(space.decisions.map((decision) => decision.choices.length));
  for (const row of policy) {
    expect(Math.min(...row)).toBeGreaterThan(0);
    expect(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-12);
  }
}

export function describeStrategy({ name, space, create, seedless }: StrategyCase): void {
  const seeded = (seed: number) => create(new RandomStream(seed).fork('strategy'));
  const outcome = (sample: Sample, number: number) => outcomeOf(space, sample, number);

  describe(`strategy contract: ${name}`, () => {
    test(`proposes the same with the same seed${seedless ? '' : ', something else with another'}`, () => {
      const first = runSearch(seeded(1), 1, outcome);
      expect(runSearch(seeded(1), 1, outcome)).toEqual(first);
      if (seedless) return;
      expect(runSearch(seeded(2), 1, outcome).map((proposal) => proposal.sample)).not.toEqual(
        first.map((proposal) => proposal.sample),
      );
    });

    test('proposes samples of its space, and initial layers of the sample’s sizes', () => {
      for (const { sample, initialLayers } of runSearch(seeded(3), 1, outcome)) {
        checkSample(space, sample);
        if (initialLayers === undefined) continue;
        const layers = linearLayers(shapeOf(space, sample));
        expect(initialLayers).toHaveLength(layers.length);
        for (const [i, { weights, end }] of layers.entries()) {
          expect(initialLayers[i]?.length ?? end - weights).toBe(end - weights);
        }
      }
    });

    test('proposes the same however many trials run at once: it waits for outcomes and doesn’t peek', () => {
      const alone = runSearch(seeded(4), 1, outcome);
      for (const parallelism of [2, 3, 8, Infinity]) {
        expect(runSearch(seeded(4), parallelism, outcome)).toEqual(alone);
      }
    });

    test('proposes the same in whatever order trials end', async () => {
      const alone = runSearch(seeded(4), 1, outcome);
      const random = new RandomStream(9);
      for (const parallelism of [2, 3, 5, 16]) {
        const { proposals, ended } = await runInRandomOrder(
          seeded(4),
          parallelism,
          ({ sample }, number) => outcome(sample, number),
          random,
        );
        expect(ended).not.toEqual(ended.toSorted((a, b) => a - b));
        expect(proposals).toEqual(alone);
      }
    });

    test('says how long its trainings are before it starts, where they differ', () => {
      const strategy = seeded(10);
      const planned = strategy.rungs?.flatMap(({ trials, steps }) =>
        Array.from({ length: trials }, () => steps),
      );
      const steps = runSearch(strategy, 2, outcome).map((proposal) => proposal.steps);
      expect(steps).toEqual(planned ?? steps.map(() => undefined));
    });

    test('is done after trialCount trials, whether their outcomes are known or not', () => {
      const strategy = seeded(5);
      expect(strategy.trialCount).toBeGreaterThanOrEqual(10);
      expect(strategy.trialCount % strategy.iterationSize).toBe(0);
      expect(runSearch(strategy, 4, outcome)).toHaveLength(strategy.trialCount);
      expect(strategy.ask(strategy.trialCount)).toBe('done');
    });

    test('goes on when trials fail, even when all do', () => {
      const strategy = seeded(6);
      const proposals = runSearch(strategy, 2, failure);
      expect(proposals).toHaveLength(strategy.trialCount);
      for (const { sample } of proposals) checkSample(space, sample);
      expectPolicy(strategy, space);
    });

    test('where there is a policy, it is a distribution over the choices of every decision', () => {
      const strategy = seeded(7);
      expectPolicy(strategy, space);
      runSearch(strategy, 3, outcome);
      expectPolicy(strategy, space);
    });

    test('refuses trials out of order', () => {
      const strategy = seeded(8);
      expect(() => strategy.ask(1)).toThrow('asked for trial 1; expected 0');
      expect(() => strategy.tell(0, failure())).toThrow(RangeError);
      strategy.ask(0);
      strategy.ask(1);
      expect(() => strategy.tell(1, failure())).toThrow('told the outcome of trial 1; expected 0');
      strategy.tell(0, failure());
      expect(() => strategy.tell(0, failure())).toThrow(RangeError);
    });
  });
}
