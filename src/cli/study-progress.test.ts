import { expect, test } from 'vitest';
import { representativeSamples } from '../search/representatives.ts';
import { describeSample, findSpace } from '../search/space.ts';
import { createVectorEnvironment } from '../environments/registry.ts';
import { parseStudyConfiguration } from '../study/configuration.ts';
import { Study } from '../study/study.ts';
import { columnWidth, describeTraining, StudyProgress } from './study-progress.ts';

const training = { score: 1, solvedAt: undefined, steps: 10, seconds: 1 };
const namesOf = (space: ReturnType<typeof findSpace>) =>
  representativeSamples(space).map((sample) => describeSample(space, sample));

test.each(['lunar-lander-quick', 'lunar-lander-100', 'dqn'])(
  'scores of %s stand below each other, whatever the names',
  (name) => {
    const names = namesOf(findSpace(name));
    const width = columnWidth(names);
    const places = names.map((one) => describeTraining(one, width, training).indexOf(' score '));
    expect(new Set(places)).toEqual(new Set([width]));
  },
);

test('very long names don’t widen the column for all', () => {
  expect(columnWidth(['64,relu', 'x'.repeat(500)])).toBe(100);
  expect(describeTraining('64,relu', 60, { error: 'out of memory' })).toBe(
    `${'64,relu'.padEnd(60)} failed: out of memory`,
  );
});

test('of a one-shot search both count, what is trained and what is scored', () => {
  const strategy = {
    name: 'enas',
    replicas: 1,
    totalSteps: 1000,
    iterations: 2,
    samplesPerIteration: 2,
    tuningSteps: 50,
  } as const;
  const tuned = 36 * 50;
  const configuration = parseStudyConfiguration({ space: 'lunar-lander-quick', strategy });
  const study = new Study(configuration, createVectorEnvironment('LunarLander-v3', 1).spec);
  const shown: number[] = [];
  const display = { update: (done: number) => void shown.push(done), note: () => {}, finish: () => {} };
  const time = { search: 100, scoring: 30, tuning: 10, control: 0, verification: 50, work: 1 };
  const progress = new StudyProgress(study, time, display);
  const train = (step: number, tuningSteps = 0) =>
    progress.onEvent({
      kind: 'one-shot-progress',
      progress: {
        step,
        totalSteps: 1000,
        episodes: 1,
        updates: 1,
        averageReturn: undefined,
        epsilon: 1,
        learningRate: 1,
        tuningSteps,
      },
    });
  const score = (number: number, phase: 'search' | 'final') =>
    progress.onEvent({
      kind: 'trial-finished',
      trial: {
        number,
        phase,
        sample: [0, 0, 0, 0],
        name: '64,relu,64,relu',
        architecture: '64,relu,64,relu',
        parameterCount: 100,
        seed: 1,
        budget: 1000,
        seconds: 1,
        state: 'complete',
        score: 1,
        training: { steps: 10, episodes: 1, updates: 5, solvedAt: undefined, curve: [] },
      },
    });
  // 4 samples of the controller, then all 36 architectures: tuned, then recorded.
  train(500);
  for (const number of [0, 1]) score(number, 'search');
  train(500);
  for (const number of [2, 3]) score(number, 'search');
  train(1000);
  train(1000, tuned / 2);
  for (let number = 4; number < 40; number++) score(number, 'final');
  train(1000, tuned);
  expect(shown).toEqual([30, 45, 90, 95, 100]);
});
