import { expect, test } from 'vitest';
import { representativeSamples } from '../search/representatives.ts';
import { describeSample, findSpace } from '../search/space.ts';
import { columnWidth, describeTraining } from './study-progress.ts';

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
