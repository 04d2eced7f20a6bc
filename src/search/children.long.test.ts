// The controller's settings, compared on simulated trainings; docs/algorithms/children.md has the table that this
// prints. 11 settings, 12 searches of 30 controller steps each: a minute or two.
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import { ChildrenSearch, type ChildrenSettings } from './children.ts';
import { findSpace, type Sample } from './space.ts';

const space = findSpace('lunar-lander-100');
const task = { inputs: 8, outputs: 4, rewardThreshold: 200 };

/** Parts of a child's chance to solve the task, and of its score if it does: by activations, and by widths. */
const chanceOfActivations = [
  [0.85, 0.8],
  [0.05, 0.35],
];
const scoreOfActivations = [
  [227, 222],
  [202, 212],
];
const chanceOfUnits = [
  [-0.25, -0.05, 0.08, 0.1, 0],
  [-0.1, 0, 0.05, 0.05, 0],
];
const scoreOfUnits = [
  [-12, -3, 6, 8, 2],
  [-6, -2, 3, 4, 1],
];

const add = (activations: number[][], units: number[][], [u1, a1, u2, a2]: Sample) =>
  activations[a1][a2] + units[0][u1] + units[1][u2];

const chanceOf = (sample: Sample) =>
  Math.min(1, Math.max(0.01, add(chanceOfActivations, chanceOfUnits, sample)));

/** The sum of twelve uniform numbers, shifted: nearly normal. */
function normal(random: RandomStream): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.random();
  return sum;
}

/** Mean chance to solve the task of the children of iterations 11 to 15 and 26 to 30, over 12 searches. */
function simulate(settings: Omit<ChildrenSettings, 'iterations' | 'samplesPerIteration'>): [number, number] {
  const searches = 12;
  const means: [number, number] = [0, 0];
  for (let seed = 0; seed < searches; seed++) {
    const root = new RandomStream(seed);
    const luck = root.fork('luck');
    const strategy = new ChildrenSearch(
      space,
      { ...settings, iterations: 30, samplesPerIteration: 5 },
      task,
      root,
    );
    const chances: number[] = [];
    for (let number = 0; number < strategy.trialCount; number++) {
      const proposal = strategy.ask(number);
      if (typeof proposal === 'string') throw new Error(`"${proposal}" for trial ${number}`);
      const { sample } = proposal;
      chances.push(chanceOf(sample));
      const solved = luck.random() < chanceOf(sample);
      const score = solved ? add(scoreOfActivations, scoreOfUnits, sample) + 15 * normal(luck) : 0;
      strategy.tell(number, { solved, score });
    }
    for (const [i, end] of [75, 150].entries()) {
      means[i] += chances.slice(end - 25, end).reduce((sum, chance) => sum + chance, 0) / 25 / searches;
    }
  }
  return means;
}

const defaults = { learningRate: 0.03, entropyWeight: 0.1, baselineDecay: 0.8 };

describe('settings of the controller', () => {
  test('the defaults find what solves the task within 15 iterations; those of the paper have hardly moved', () => {
    const rows = [
      { learningRate: 3.5e-4, entropyWeight: 1e-4, baselineDecay: 0.999 },
      ...[0.003, 0.01, 0.02, 0.03, 0.05].map((learningRate) => ({ ...defaults, learningRate })),
      ...[0, 1, 3].map((entropyWeight) => ({ ...defaults, entropyWeight })),
      ...[0.5, 0.95].map((baselineDecay) => ({ ...defaults, baselineDecay })),
    ].map((settings) => {
      const [after15, after30] = simulate(settings);
      return { ...settings, after15: Number(after15.toFixed(2)), after30: Number(after30.toFixed(2)) };
    });
    console.table(rows);
    const [paper] = rows;
    const chosen = rows[4];
    expect(chosen).toMatchObject(defaults);
    expect(paper.after30).toBeLessThan(0.55);
    expect(chosen.after15).toBeGreaterThan(0.8);
    expect(chosen.after30).toBeGreaterThan(0.9);
  });
});
