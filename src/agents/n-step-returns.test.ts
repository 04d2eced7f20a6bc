import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReplayMemory } from '../../test/replay-memory.ts';
import { NStepReturns } from './n-step-returns.ts';
import { ReplayBuffer } from './replay-buffer.ts';

const width = 2;
const capacity = 400;

/** One step of one environment. */
interface Step {
  readonly reward: number;
  readonly action: number;
  readonly end: 'none' | 'terminated' | 'truncated';
}

interface Row {
  readonly observation: number;
  readonly next: number;
  readonly action: number;
  readonly reward: number;
  readonly terminated: number;
}

/** Observations carry environment and step; what a step led to is a negative number of its own. */
const seen = (environment: number, step: number) => 1000 * environment + step + 1;

/** Feeds the steps (per vector step, per environment) and gives back the rows in the order they were stored. */
function run(steps: number, gamma: number, history: readonly (readonly Step[])[]): Row[] {
  const count = history[0].length;
  const held = createReplayMemory(capacity, width);
  const replay = new ReplayBuffer(held);
  const returns = new NStepReturns(steps, gamma, { count, observationSize: width });
  for (const [t, atOnce] of history.entries()) {
    const rows = [...atOnce.keys()];
    returns.add(
      {
        observations: Float32Array.from(rows.flatMap((i) => [seen(i, t), seen(i, t) + 0.5])),
        finalObservations: Float32Array.from(rows.flatMap((i) => [-seen(i, t), -seen(i, t) - 0.5])),
        actions: Int32Array.from(atOnce, (step) => step.action),
        rewards: Float64Array.from(atOnce, (step) => step.reward),
        terminated: Uint8Array.from(atOnce, (step) => Number(step.end === 'terminated')),
      },
      Uint8Array.from(atOnce, (step) => Number(step.end === 'truncated')),
      replay,
    );
  }
  return Array.from({ length: replay.size }, (_, i) => {
    expect(held.observations[2 * i + 1]).toBe(held.observations[2 * i] + 0.5);
    expect(held.nextObservations[2 * i + 1]).toBe(held.nextObservations[2 * i] - 0.5);
    return {
      observation: held.observations[2 * i],
      next: held.nextObservations[2 * i],
      action: held.actions[i],
      reward: held.rewards[i],
      terminated: held.terminated[i],
    };
  });
}

/** For every step, looking ahead: the sum of n rewards, or of those up to a termination; nothing otherwise. */
function naive(steps: number, gamma: number, history: readonly (readonly Step[])[]): Row[] {
  const rows: Row[] = [];
  for (const i of history[0].keys()) {
    for (let t = 0; t < history.length; t++) {
      let reward = 0;
      for (let k = 0; t + k < history.length && k < steps; k++) {
        const { end, reward: part } = history[t + k][i];
        reward += gamma ** k * part;
        if (k === steps - 1 || end === 'terminated') {
          rows.push({
            observation: seen(i, t),
            next: -seen(i, t + k),
            action: history[t][i].action,
            reward,
            terminated: Number(end === 'terminated'),
          });
        }
        if (end !== 'none') break;
      }
    }
  }
  return rows;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  reward: fc.double({ min: -100, max: 100, noNaN: true }).map((reward) => reward + 0),
  action: fc.integer({ min: 0, max: 3 }),
  end: fc.constantFrom('none', 'none', 'none', 'none', 'terminated', 'truncated'),
});

const anyHistory = fc
  .integer({ min: 1, max: 4 })
  .chain((count) =>
    fc.array(fc.array(anyStep, { minLength: count, maxLength: count }), { minLength: 1, maxLength: 40 }),
  );

const step = (reward: number, end: Step['end'] = 'none'): Step => ({ reward, action: 0, end });

describe('NStepReturns', () => {
  it('stores what a look ahead over the whole history gives, sums within 1e-6 relative to 100', () => {
    fc.assert(
      fc.property(
        anyHistory,
        fc.integer({ min: 1, max: 6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (history, steps, gamma) => {
          const order = (a: Row, b: Row) => a.observation - b.observation;
          const rows = run(steps, gamma, history).sort(order);
          const expected = naive(steps, gamma, history).sort(order);
          const without = (row: Row) => ({ ...row, reward: 0 });
          expect(rows.map(without)).toEqual(expected.map(without));
          for (const [k, { reward }] of rows.entries()) {
            expect(Math.abs(reward - expected[k].reward)).toBeLessThan(1e-4);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('with n = 1 stores every step as it is, in order', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const rows = run(1, 0.9, history);
        expect(rows).toEqual(
          history.flatMap((atOnce, t) =>
            atOnce.map(({ reward, action, end }, i) => ({
              observation: seen(i, t),
              next: -seen(i, t),
              action,
              reward: Math.fround(reward),
              terminated: Number(end === 'terminated'),
            })),
          ),
        );
      }),
    );
  });

  it('by hand: three steps, discount 1/2, an episode that terminates and one that is cut short', () => {
    const history = [
      step(8),
      step(4),
      step(2),
      step(1, 'terminated'),
      step(16),
      step(0, 'truncated'),
      step(8),
    ];
    const rows = run(
      3,
      0.5,
      history.map((one) => [one]),
    );
    expect(
      rows.map(({ observation, next, reward, terminated }) => [observation, next, reward, terminated]),
    ).toEqual([
      [1, -3, 8 + 2 + 0.5, 0],
      [2, -4, 4 + 1 + 0.25, 1],
      [3, -4, 2 + 0.5, 1],
      [4, -4, 1, 1],
    ]);
  });
});
