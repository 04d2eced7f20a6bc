import { describe, expect, test } from 'vitest';
import { parseDqnHyperparameters } from '../../agents/dqn.ts';
import { createVectorEnvironment } from '../../environments/registry.ts';
import { loadKernels } from '../../kernels/load.ts';
import { countParameters, parseArchitecture } from '../../networks/architecture.ts';
import { Tuning } from './tuning.ts';

const architecture = parseArchitecture('8,relu');
const count = countParameters(architecture, 8, 4);
const hyperparameters = parseDqnHyperparameters({
  bufferSize: 1000,
  batchSize: 32,
  environments: 4,
  learningStarts: 500,
});
const rows = 40;
/** Experience of little variety, and weights that nothing was drawn for. */
const start = {
  parameters: new Float32Array(count).fill(0.1),
  target: new Float32Array(count).fill(0.05),
  replay: {
    size: rows,
    position: rows,
    observations: new Float32Array(8 * rows).fill(0.5),
    nextObservations: new Float32Array(8 * rows).fill(0.25),
    actions: new Int32Array(rows),
    rewards: new Float32Array(rows).fill(1),
    terminated: new Uint8Array(rows),
  },
};

/** What it is asked to play with, at which step. The first play scores 0, the next 1, … */
function begin(steps: number) {
  const plays: { readonly step: number; readonly parameters: Float32Array }[] = [];
  const tuning: Tuning = new Tuning(
    loadKernels(),
    createVectorEnvironment('LunarLander-v3', 4),
    { architecture, hyperparameters, steps, seed: 3 },
    start,
    (parameters) => plays.push({ step: tuning.progress.step, parameters }) - 1,
  );
  return { tuning, plays };
}

describe('Tuning', () => {
  test('plays four times at even distances in the second half; the score is the mean', () => {
    const { tuning, plays } = begin(800);
    while (tuning.advance());
    expect(plays.map(({ step }) => step)).toEqual([500, 600, 700, 800]);
    expect(tuning.score).toBe(1.5);
  });

  test('begins with the weights, the target and the experience that it is given, and learns from the first step on', () => {
    const { tuning } = begin(800);
    const { learner, replay } = tuning.save().training;
    expect(learner.parameters).toEqual(start.parameters);
    expect(learner.target).toEqual(start.target);
    expect(replay).toEqual(start.replay);
    expect(tuning.progress).toMatchObject({ epsilon: 0.02, learningRate: 0.0005 });
    tuning.advance();
    expect(tuning.progress).toMatchObject({ step: 4, updates: 2, epsilon: 0.02 });
    expect(tuning.save().training.learner.parameters).not.toEqual(start.parameters);
    while (tuning.advance());
    expect(tuning.progress).toMatchObject({ step: 800, updates: 400, learningRate: 0 });
    expect(start.parameters.every((value) => value === Math.fround(0.1))).toBe(true);
  });

  test('plays as often when there are fewer steps than plays', () => {
    const { tuning, plays } = begin(1);
    while (tuning.advance());
    expect(plays).toHaveLength(4);
  });
});
