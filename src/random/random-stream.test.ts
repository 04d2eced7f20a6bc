import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from './random-stream.ts';
import { generateState } from './seed-sequence.ts';

interface Draws {
  seed: string;
  state: string;
  u: string[];
  u2: string[];
  i: number[];
  u3: string[];
  i4: number[];
  u4: string;
}

interface Spawned {
  seed: string;
  spawnKey: number[];
  state: number[];
  random: string[];
  wide: string[];
  full: number[];
  redraw: number[];
}

const load = <T>(name: string) =>
  JSON.parse(readFileSync(new URL(`../../test/data/${name}`, import.meta.url), 'utf8')) as T;

/** Reads a C99 hexadecimal float, exactly. */
function parseHexFloat(text: string): number {
  const [, sign, lead, fraction, exponent] = /^(-?)0x(\d)\.([\da-f]+)p([+-]\d+)$/.exec(
    text,
  ) as unknown as string[];
  const mantissa = Number(`0x${lead}${fraction}`) * 2 ** (-4 * fraction.length);
  return (sign === '-' ? -1 : 1) * mantissa * 2 ** Number(exponent);
}

describe('RandomStream', () => {
  it.each(load<Draws[]>('numpy-random.json'))(
    'draws what NumPy draws, bit for bit, from seed $seed',
    (reference) => {
      const stream = new RandomStream(BigInt(reference.seed));
      const [w0, w1, w2, w3] = stream.save() as unknown as number[];
      const state = [w3, w2, w1, w0].reduce((value, word) => (value << 32n) | BigInt(word), 0n);
      expect(state).toBe(BigInt(reference.state));
      expect(reference.u.map(() => stream.uniform(0, 400 / 30 / 2))).toEqual(reference.u.map(parseHexFloat));
      expect(reference.u2.map(() => stream.uniform(-1000, 1000))).toEqual(reference.u2.map(parseHexFloat));
      expect(reference.i.map(() => stream.integers(-9999, 9999))).toEqual(reference.i);
      expect(reference.u3.map(() => stream.uniform(-1, 1))).toEqual(reference.u3.map(parseHexFloat));
      expect(reference.i4.map(() => stream.integers(0, 4))).toEqual(reference.i4);
      expect(stream.uniform(-0.05, 0.05)).toBe(parseHexFloat(reference.u4));
    },
  );

  it.each(load<Spawned[]>('numpy-seed-sequence.json'))(
    'spawns what NumPy spawns from seed $seed with key $spawnKey, redraws and wide spans included',
    (reference) => {
      expect([...generateState(BigInt(reference.seed), reference.spawnKey, 8)]).toEqual(reference.state);
      const stream = new RandomStream(BigInt(reference.seed), reference.spawnKey);
      expect(reference.random.map(() => stream.random())).toEqual(reference.random.map(parseHexFloat));
      expect(reference.wide.map(() => String(stream.integers(0, 2 ** 53 - 1)))).toEqual(reference.wide);
      expect(reference.full.map(() => stream.integers(0, 2 ** 32))).toEqual(reference.full);
      expect(reference.redraw.map(() => stream.integers(0, 3 * 2 ** 30))).toEqual(reference.redraw);
    },
  );

  it('forks by label, whatever was drawn before, and tells labels apart', () => {
    const parent = new RandomStream(3);
    const before = parent.fork('test').random();
    parent.random();
    expect(parent.fork('test').random()).toBe(before);
    const labels = ['test', 'tes', 'test\0', 'train', '', 'a'];
    const first = labels.map((label) => parent.fork(label).random());
    expect(new Set(first).size).toBe(labels.length);
    expect(parent.fork('a').fork('b').random()).not.toBe(parent.fork('ab').random());
  });

  it('goes on from a saved state, 32-bit buffer included', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 140n }), fc.nat(7), (seed, draws) => {
        const stream = new RandomStream(seed);
        for (let i = 0; i < draws; i++) stream.integers(0, 10);
        const copy = new RandomStream(0);
        copy.restore(stream.save());
        for (let i = 0; i < 5; i++) {
          expect(copy.integers(0, 1000)).toBe(stream.integers(0, 1000));
          expect(copy.random()).toBe(stream.random());
        }
      }),
    );
  });

  it('fills indices as single draws would', () => {
    const [single, filled] = [new RandomStream(5), new RandomStream(5)];
    const indices = new Int32Array(33);
    filled.fillIndices(indices, 12_345);
    expect([...indices]).toEqual(Array.from(indices, () => single.integers(0, 12_345)));
  });

  it('keeps draws inside their range', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
        fc.integer({ min: 1, max: 2 ** 50 }),
        (seed, low, span) => {
          const draw = new RandomStream(seed).integers(low, low + span);
          expect(draw).toBeGreaterThanOrEqual(low);
          expect(draw).toBeLessThan(low + span);
        },
      ),
    );
  });

  it('refuses seeds and ranges that it cannot honour, naming them', () => {
    expect(() => new RandomStream(-1)).toThrow('seed -1; expected an integer from 0 on');
    expect(() => new RandomStream(1.5)).toThrow('seed 1.5');
    expect(() => new RandomStream(2 ** 60)).toThrow('a bigint above 2^53');
    expect(() => new RandomStream(0).integers(3, 3)).toThrow('integers from 3 to 3');
    expect(() => new RandomStream(0).restore(new Uint32Array(3))).toThrow('3 words; expected 10');
  });
});
