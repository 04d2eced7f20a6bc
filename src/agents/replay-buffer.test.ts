import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReplayMemory } from '../../test/replay-memory.ts';
import { RandomStream } from '../random/random-stream.ts';
import { ReplayBuffer, type Transitions } from './replay-buffer.ts';

const width = 3;

/** `count` transitions that carry their number, counted from `first`, in everything they hold. */
function numbered(first: number, count: number): Transitions {
  const rows = Array.from({ length: count }, (_, i) => first + i);
  return {
    observations: Float32Array.from(rows.flatMap((n) => [n, n + 0.25, n + 0.5])),
    finalObservations: Float32Array.from(rows.flatMap((n) => [-n, -n - 0.25, -n - 0.5])),
    actions: Int32Array.from(rows),
    rewards: Float64Array.from(rows, (n) => n / 3),
    terminated: Uint8Array.from(rows, (n) => n % 2),
  };
}

function fill(buffer: ReplayBuffer, counts: readonly number[]): number {
  let first = 0;
  for (const count of counts) {
    buffer.add(numbered(first, count));
    first += count;
  }
  return first;
}

const setting = fc
  .integer({ min: 1, max: 20 })
  .chain((capacity) =>
    fc.tuple(fc.constant(capacity), fc.array(fc.integer({ min: 1, max: capacity }), { minLength: 1 })),
  );

describe('ReplayBuffer', () => {
  it('holds the newest transitions, whole, number n in row n modulo the capacity', () => {
    fc.assert(
      fc.property(setting, ([capacity, counts]) => {
        const held = createReplayMemory(capacity, width);
        const buffer = new ReplayBuffer(held);
        const total = fill(buffer, counts);
        expect(buffer.size).toBe(Math.min(total, capacity));
        for (let n = total - buffer.size; n < total; n++) {
          const row = n % capacity;
          const [first] = [row * width];
          expect([...held.observations.subarray(first, first + width)]).toEqual([n, n + 0.25, n + 0.5]);
          expect([...held.nextObservations.subarray(first, first + width)]).toEqual([
            -n,
            -n - 0.25,
            -n - 0.5,
          ]);
          expect(held.actions[row]).toBe(n);
          expect(held.rewards[row]).toBe(Math.fround(n / 3));
          expect(held.terminated[row]).toBe(n % 2);
        }
      }),
    );
  });

  it('goes on from a saved state exactly as the original does', () => {
    fc.assert(
      fc.property(setting, fc.nat(), ([capacity, counts], seed) => {
        const [original, copy] = [createReplayMemory(capacity, width), createReplayMemory(capacity, width)];
        const [buffer, restored] = [new ReplayBuffer(original), new ReplayBuffer(copy)];
        fill(buffer, counts);
        restored.restore(buffer.save());
        for (const either of [buffer, restored]) either.add(numbered(1_000, capacity));
        for (const either of [buffer, restored]) either.add(numbered(2_000, 1));
        expect(copy).toEqual(original);
        const [drawn, again] = [new Int32Array(8), new Int32Array(8)];
        buffer.sample(new RandomStream(seed), drawn);
        restored.sample(new RandomStream(seed), again);
        expect(again).toEqual(drawn);
      }),
    );
  });

  it('samples as the stream itself draws, and the stream goes on', () => {
    const buffer = new ReplayBuffer(createReplayMemory(300, width));
    fill(buffer, [7, 250]);
    const [stream, other] = [new RandomStream(3), new RandomStream(3)];
    const [rows, expected] = [new Int32Array(16), new Int32Array(16)];
    buffer.sample(stream, rows);
    other.fillIndices(expected, 257);
    expect(rows).toEqual(expected);
    expect(stream.random()).toBe(other.random());
  });

  it('samples the rows that are filled, all equally often', () => {
    const buffer = new ReplayBuffer(createReplayMemory(10, width));
    fill(buffer, [4, 1]);
    const indices = new Int32Array(10_000);
    buffer.sample(new RandomStream(1), indices);
    for (let row = 0; row < 10; row++) {
      const seen = indices.filter((index) => index === row).length;
      // 2,000 expected in five rows; five standard deviations are 200.
      expect(Math.abs(seen - (row < 5 ? 2_000 : 0))).toBeLessThanOrEqual(row < 5 ? 200 : 0);
    }
  });

  it('rejects a sample of nothing, more transitions than it holds, and foreign states', () => {
    const buffer = new ReplayBuffer(createReplayMemory(4, width));
    expect(() => buffer.sample(new RandomStream(1), new Int32Array(1))).toThrow('empty replay buffer');
    expect(() => buffer.add(numbered(0, 5))).toThrow('5 transitions at once; expected at most 4');
    const larger = new ReplayBuffer(createReplayMemory(6, width));
    fill(larger, [5]);
    expect(() => buffer.restore(larger.save())).toThrow(
      '5 transitions (15 numbers), the next at 5; expected',
    );
    expect(() => buffer.restore({ ...buffer.save(), position: 2 })).toThrow('expected capacity 4 × 3');
  });
});
