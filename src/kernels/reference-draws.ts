/**
 * The draws of minibatches in plain TypeScript: PCG64 (XSL-RR 128/64; O'Neill 2014) with NumPy's buffered 32-bit
 * draws and Lemire's method (2019) for integers below a limit, in integers of any size.
 */
const multiplier = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645n;

/** Four words as one number, the least significant first. */
function join(words: Uint32Array): bigint {
  return words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

/** 64 bits of the generator whose state and increment the words hold. */
function next64(random: Uint32Array): bigint {
  const state = BigInt.asUintN(128, join(random.subarray(0, 4)) * multiplier + join(random.subarray(4, 8)));
  for (let i = 0; i < 4; i++) random[i] = Number(BigInt.asUintN(32, state >> BigInt(32 * i)));
  const mixed = BigInt.asUintN(64, state ^ (state >> 64n));
  const turn = state >> 122n;
  return BigInt.asUintN(64, (mixed >> turn) | (mixed << (64n - turn)));
}

/** The low half of a 64-bit draw, and its high half the next time. */
function next32(random: Uint32Array): number {
  if (random[8] === 1) {
    random[8] = 0;
    return random[9];
  }
  const draw = next64(random);
  random[8] = 1;
  random[9] = Number(draw >> 32n);
  return Number(BigInt.asUintN(32, draw));
}

/** Fills `indices` with integers in [0, limit), 1 ≤ limit < 2^31; draws none where there is only one to choose. */
export function drawIndices(random: Uint32Array, limit: number, indices: Int32Array): void {
  const threshold = 2 ** 32 % limit;
  for (let i = 0; i < indices.length; i++) {
    if (limit === 1) {
      indices[i] = 0;
      continue;
    }
    let product: bigint;
    do product = BigInt(next32(random)) * BigInt(limit);
    while (BigInt.asUintN(32, product) < threshold);
    indices[i] = Number(product >> 32n);
  }
}
