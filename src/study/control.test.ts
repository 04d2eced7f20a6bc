import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import { findSpace, type Sample, sampleIndex, spaceSize } from '../search/space.ts';
import { Control } from './control.ts';

const space = findSpace('lunar-lander-quick');

/** The more units, the more work. */
const fullWork = (sample: Sample) => 10 + sampleIndex(space, sample);
/** Some end early. */
const actualWork = (sample: Sample) => fullWork(sample) * (sampleIndex(space, sample) % 3 === 0 ? 0.4 : 1);

/** Runs a control with so many trials between ask and tell, told as late as that allows. */
function runControl(
  budget: number,
  parallelism: number,
  work: (sample: Sample) => number | undefined = fullWork,
) {
  const control = new Control(space, { budget, fullWork: work }, new RandomStream(3));
  const samples: Sample[] = [];
  for (let told = 0; ; ) {
    const answer = samples.length - told < parallelism ? control.ask(samples.length) : 'wait';
    if (typeof answer === 'object') {
      samples.push(answer.sample);
      continue;
    }
    if (told === samples.length) {
      if (answer !== 'done') throw new Error(`"${answer}" when all was told; expected "done"`);
      return { samples, work: control.work };
    }
    control.tell(actualWork(samples[told++]));
  }
}

describe('Control', () => {
  test.each([2, 3, 16])('has the same trials with %i at once as with one', (parallelism) => {
    for (const budget of [1, 50, 137, 400, 1000]) {
      expect(runControl(budget, parallelism)).toEqual(runControl(budget, 1));
    }
  });

  test('stops at the first trial that might exceed the budget, and not before', () => {
    for (const budget of [100, 200, 300, 400]) {
      const { samples, work } = runControl(budget, 1);
      expect(work).toBe(samples.reduce((sum, sample) => sum + actualWork(sample), 0));
      expect(work).toBeLessThanOrEqual(budget);
      const next = runControl(1000, 1).samples[samples.length];
      expect(work + fullWork(next)).toBeGreaterThan(budget);
    }
  });

  test('runs one trial however small the budget', () => {
    expect(runControl(0, 2).samples).toHaveLength(1);
  });

  test('draws without replacement, and goes through the space again where there is work left', () => {
    const { samples } = runControl(1e4, 1);
    const size = spaceSize(space);
    expect(samples.length).toBeGreaterThan(2 * size);
    const drawn = samples.map((sample) => sampleIndex(space, sample));
    for (const round of [drawn.slice(0, size), drawn.slice(size, 2 * size)]) {
      expect(new Set(round).size).toBe(size);
    }
  });

  test('skips what is not to be trained; where that is everything, nothing runs', () => {
    const small = (sample: Sample) => (sampleIndex(space, sample) < 5 ? fullWork(sample) : undefined);
    const { samples } = runControl(200, 2, small);
    expect(samples.length).toBeGreaterThan(5);
    expect(Math.max(...samples.map((sample) => sampleIndex(space, sample)))).toBeLessThan(5);
    expect(runControl(200, 2, () => undefined).samples).toEqual([]);
  });
});
