import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeStrategy } from '../../test/contracts/strategy.ts';
import { RandomStream } from '../random/random-stream.ts';
import { HalvingSearch, type HalvingSettings, planRungs } from './halving.ts';
import { findSpace, type Sample, sampleIndex } from './space.ts';
import type { Proposal } from './strategy.ts';

const quick = findSpace('lunar-lander-quick');
const lunarLander = findSpace('lunar-lander-100');
const settings: HalvingSettings = { configurations: 27, eta: 3, minimumSteps: 50_000 };

describeStrategy({
  name: 'halving',
  space: quick,
  create: (random) => new HalvingSearch(quick, { ...settings, minimumSteps: 1 }, 600_000, random),
});

const asked = (answer: Proposal | 'wait' | 'done'): Proposal => {
  if (typeof answer === 'string') throw new Error(`expected a proposal, got ${answer}`);
  return answer;
};

describe('planRungs', () => {
  test('allocates the numbers of docs/algorithms/halving.md', () => {
    expect(planRungs(settings, 600_000)).toEqual([
      { trials: 27, steps: 66_667 },
      { trials: 9, steps: 200_000 },
      { trials: 3, steps: 600_000 },
    ]);
    // The bracket of Hyperband's example with R = 81, n = 81: table 1 of the paper, s = 4.
    expect(planRungs({ configurations: 81, eta: 3, minimumSteps: 1 }, 81)).toEqual([
      { trials: 81, steps: 1 },
      { trials: 27, steps: 3 },
      { trials: 9, steps: 9 },
      { trials: 3, steps: 27 },
      { trials: 1, steps: 81 },
    ]);
    expect(planRungs({ ...settings, configurations: 10, eta: 2 }, 400_000)).toEqual([
      { trials: 10, steps: 50_000 },
      { trials: 5, steps: 100_000 },
      { trials: 2, steps: 200_000 },
      { trials: 1, steps: 400_000 },
    ]);
  });

  test('without room for a shorter rung there is one, of whole trainings', () => {
    expect(planRungs(settings, 149_999)).toEqual([{ trials: 27, steps: 149_999 }]);
    expect(planRungs(settings, 1000)).toEqual([{ trials: 27, steps: 1000 }]);
    expect(planRungs({ ...settings, configurations: 2 }, 600_000)).toEqual([{ trials: 2, steps: 600_000 }]);
  });

  test('whatever the settings: the last rung trains to the end, none is empty or too short, one in eta goes on', () => {
    const positive = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(
        positive(2000),
        fc.integer({ min: 2, max: 10 }),
        positive(100_000),
        positive(2_000_000),
        (configurations, eta, minimumSteps, steps) => {
          const rungs = planRungs({ configurations, eta, minimumSteps }, steps);
          expect(rungs.at(-1)?.steps).toBe(steps);
          for (const [i, rung] of rungs.entries()) {
            expect(rung.trials).toBeGreaterThanOrEqual(1);
            expect(rung.steps).toBeGreaterThanOrEqual(Math.min(minimumSteps, steps));
            expect(rung.trials).toBe(i === 0 ? configurations : Math.floor(rungs[i - 1].trials / eta));
          }
        },
      ),
    );
  });
});

describe('HalvingSearch', () => {
  test('the best of a rung make up the next one, best first; of equals the earlier, failed ones last', () => {
    const strategy = new HalvingSearch(lunarLander, settings, 600_000, new RandomStream(1));
    const first: Sample[] = [];
    for (let number = 0; number < 27; number++) first.push(asked(strategy.ask(number)).sample);
    expect(new Set(first.map((sample) => sampleIndex(lunarLander, sample))).size).toBe(27);
    for (let number = 0; number < 27; number++) {
      expect(strategy.ask(27)).toBe('wait');
      // Trials 20 to 24 are best and equal, those from 3 on failed save these; 0, 1, 2 lie in between, rising.
      const score = number >= 20 && number < 25 ? 250 : number < 3 ? number : -Infinity;
      strategy.tell(number, { score, solved: false });
    }
    const second = Array.from({ length: 9 }, (_, i) => asked(strategy.ask(27 + i)));
    expect(second.map(({ sample }) => sample)).toEqual(
      [20, 21, 22, 23, 24, 2, 1, 0, 3].map((number) => first[number]),
    );
    expect(strategy.ask(36)).toBe('wait');
    for (let i = 0; i < 9; i++) strategy.tell(27 + i, { score: i, solved: false });
    const third = [36, 37, 38].map((number) => asked(strategy.ask(number)));
    expect(third.map(({ sample }) => sample)).toEqual([8, 7, 6].map((i) => second[i].sample));
    expect(third.map(({ steps }) => steps)).toEqual([600_000, 600_000, 600_000]);
    expect(strategy.ask(39)).toBe('done');
  });

  test('in a space of fewer architectures it begins with all of them', () => {
    const strategy = new HalvingSearch(
      quick,
      { ...settings, configurations: 100 },
      600_000,
      new RandomStream(1),
    );
    expect(strategy.rungs.map(({ trials }) => trials)).toEqual([36, 12, 4]);
    expect(strategy.trialCount).toBe(52);
  });
});
