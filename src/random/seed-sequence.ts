/**
 * NumPy's SeedSequence: turns a seed of any size into well-mixed words of state (numpy.random.SeedSequence,
 * after M. E. O'Neill's seed_seq_fe). Checked against NumPy in `random-stream.test.ts`.
 */

const poolSize = 4;

/** The 32-bit words of a non-negative integer, least significant first; one word for 0. */
function wordsOf(seed: number | bigint): number[] {
  if (typeof seed === 'number' ? !Number.isSafeInteger(seed) || seed < 0 : seed < 0n) {
    throw new RangeError(`seed ${seed}; expected an integer from 0 on (a bigint above 2^53)`);
  }
  const words: number[] = [];
  for (let rest = BigInt(seed); rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffff_ffffn));
  return words.length > 0 ? words : [0];
}

/** Mixes words with a constant that changes at every use. */
function createHash(start: number, multiplier: number): (value: number) => number {
  let constant = start;
  return (value) => {
    let mixed = value ^ constant;
    constant = Math.imul(constant, multiplier);
    mixed = Math.imul(mixed, constant);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}

function mix(x: number, y: number): number {
  const result = (Math.imul(x, 0xca01_f9dd) - Math.imul(y, 0x4973_f715)) | 0;
  return (result ^ (result >>> 16)) >>> 0;
}

function fillPool(entropy: readonly number[]): number[] {
  const hash = createHash(0x43b0_d7e5, 0x931e_8875);
  const pool: number[] = [];
  for (let i = 0; i < poolSize; i++) pool.push(hash(entropy[i] ?? 0));
  for (let from = 0; from < poolSize; from++) {
    for (let to = 0; to < poolSize; to++) {
      if (from !== to) pool[to] = mix(pool[to], hash(pool[from]));
    }
  }
  for (const word of entropy.slice(poolSize)) {
    for (let to = 0; to < poolSize; to++) pool[to] = mix(pool[to], hash(word));
  }
  return pool;
}

/**
 * `count` words of 32 bits for a seed and a spawn key, as `SeedSequence(seed, spawn_key=key).generate_state(count)`.
 * @param seed an integer ≥ 0 of any size. @param spawnKey words of 32 bits that set children of one seed apart.
 * @throws RangeError for a negative or fractional seed.
 */
export function generateState(
  seed: number | bigint,
  spawnKey: readonly number[],
  count: number,
): Uint32Array {
  const entropy = wordsOf(seed);
  if (spawnKey.length > 0) while (entropy.length < poolSize) entropy.push(0);
  const pool = fillPool([...entropy, ...spawnKey]);
  const hash = createHash(0x8b51_f9dd, 0x58f3_8ded);
  return Uint32Array.from({ length: count }, (_, i) => hash(pool[i % poolSize]));
}
