import { describe, expect, test } from 'vitest';
import { describeStrategy } from '../../test/contracts/strategy.ts';
import { conditionalSpace } from '../../test/random-spaces.ts';
import { parameterCount } from '../kernels/kernels.ts';
import { networkShape } from '../networks/architecture.ts';
import { RandomStream } from '../random/random-stream.ts';
import { childReward, ChildrenSearch, type ChildrenSettings, type Task } from './children.ts';
import { decodeSample, findSpace, type Sample } from './space.ts';
import type { Outcome, Proposal } from './strategy.ts';

const quick = findSpace('lunar-lander-quick');
const lunarLander = findSpace('lunar-lander-100');
const task: Task = { inputs: 3, outputs: 2, rewardThreshold: 200 };
const settings: ChildrenSettings = {
  iterations: 4,
  samplesPerIteration: 5,
  learningRate: 0.03,
  entropyWeight: 0.1,
  baselineDecay: 0.8,
};

describeStrategy({
  name: 'children',
  space: quick,
  create: (random) => new ChildrenSearch(quick, settings, task, random),
});

describeStrategy({
  name: 'children in a space with conditions',
  space: conditionalSpace,
  create: (random) => new ChildrenSearch(conditionalSpace, settings, task, random),
});

const create = (seed: number, overrides: Partial<ChildrenSettings> = {}) =>
  new ChildrenSearch(quick, { ...settings, ...overrides }, task, new RandomStream(seed));

const asked = (answer: Proposal | 'wait' | 'done'): Proposal => {
  if (typeof answer === 'string') throw new Error(`expected a proposal, got ${answer}`);
  return answer;
};

const trained = (sample: Sample, score: number, value: number): Outcome => ({
  score,
  solved: score >= 200,
  parameters: new Float32Array(parameterCount(networkShape(decodeSample(quick, sample), 3, 2))).fill(value),
});

describe('ChildrenSearch', () => {
  test('the reward of a solved child is its score / 30, of an unsolved one 1e-5, and no score makes it less', () => {
    expect(childReward({ solved: true, score: 240 })).toBe(8);
    expect(childReward({ solved: false, score: 240 })).toBe(1e-5);
    expect(childReward({ solved: true, score: -90 })).toBe(1e-5);
    expect(childReward({ solved: false, score: -Infinity })).toBe(1e-5);
  });

  test('all children of an iteration start from the layers as they were at its beginning, the next ones from what they left', () => {
    const strategy = create(1);
    const children = [0, 1, 2, 3, 4].map((number) => asked(strategy.ask(number)));
    for (const { initialLayers } of children)
      expect(initialLayers).toEqual([undefined, undefined, undefined]);
    expect(strategy.ask(5)).toBe('wait');
    for (const [number, { sample }] of children.entries()) {
      strategy.tell(number, trained(sample, 100 + number, number));
    }
    const next = asked(strategy.ask(5));
    const best = children.findLastIndex(({ sample }) => sample[2] === next.sample[2]);
    expect(best).toBeGreaterThanOrEqual(0);
    expect(next.initialLayers?.[2]?.[0]).toBe(best);
  });

  test('every sample of an iteration moves the policy, not only the last', () => {
    const policyAfter = (scores: readonly number[]) => {
      const strategy = create(2, { samplesPerIteration: 3 });
      const children = [0, 1, 2].map((number) => asked(strategy.ask(number)));
      for (const [number, { sample }] of children.entries()) {
        strategy.tell(number, trained(sample, scores[number], 0));
      }
      return strategy.policy();
    };
    const policies = [
      [250, 100, 100],
      [100, 250, 100],
      [100, 100, 250],
      [100, 100, 100],
    ].map(policyAfter);
    expect(new Set(policies.map((policy) => JSON.stringify(policy))).size).toBe(4);
  });

  test('a task without a positive reward threshold is refused', () => {
    for (const [rewardThreshold, shown] of [
      [undefined, 'none'],
      [-110, '-110'],
    ] as const) {
      expect(
        () => new ChildrenSearch(quick, settings, { ...task, rewardThreshold }, new RandomStream(1)),
      ).toThrow(`strategy children on a task with reward threshold ${shown}; expected one above 0`);
    }
  });

  // 10 searches of 15 controller steps: about 2 s.
  test('after 15 iterations of 5 more than 75 % of the children solve the task, where a uniform policy has 51 %', () => {
    // Chance of solving the task by the pair of activations, after single trainings on LunarLander.
    const chance = [
      [0.85, 0.8],
      [0.05, 0.35],
    ];
    let total = 0;
    const searches = 10;
    for (let seed = 0; seed < searches; seed++) {
      const root = new RandomStream(seed);
      const luck = root.fork('luck');
      const strategy = new ChildrenSearch(lunarLander, { ...settings, iterations: 15 }, task, root);
      const chances: number[] = [];
      for (let number = 0; number < strategy.trialCount; number++) {
        const { sample } = asked(strategy.ask(number));
        chances.push(chance[sample[1]][sample[3]]);
        const solved = luck.random() < chances[number];
        strategy.tell(number, { solved, score: solved ? luck.uniform(200, 260) : luck.uniform(-200, 200) });
      }
      total += chances.slice(-15).reduce((sum, value) => sum + value, 0) / 15;
    }
    expect(total / searches).toBeGreaterThan(0.75);
  });
});
