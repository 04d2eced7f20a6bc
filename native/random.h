/* PCG64 (XSL-RR 128/64; O'Neill 2014) with NumPy's buffered 32-bit draws, on the ten words that
 * src/random/pcg64.ts saves. 128-bit arithmetic in 64-bit halves, for WebAssembly has no wider product. */
#ifndef TOUCHDOWN_RANDOM_H
#define TOUCHDOWN_RANDOM_H

#include <stdint.h>

/* State and increment in limbs, least significant first; then the second half of a split 64-bit draw. */
typedef struct {
  uint32_t state[4], increment[4], buffer_full, buffer;
} pcg64;

static inline uint64_t high_product(uint64_t a, uint64_t b) {
#if defined(__SIZEOF_INT128__) && !defined(__wasm__)
  return (uint64_t)((unsigned __int128)a * b >> 64);
#else
  const uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
  const uint64_t middle = a1 * b0 + ((a0 * b0) >> 32);
  const uint64_t middle2 = a0 * b1 + (uint32_t)middle;
  return a1 * b1 + (middle >> 32) + (middle2 >> 32);
#endif
}

static inline uint64_t pcg64_next64(pcg64 *random) {
  const uint64_t m0 = 0x4385DF649FCCF645u, m1 = 0x2360ED051FC65DA4u;
  const uint64_t s0 = random->state[0] | (uint64_t)random->state[1] << 32;
  const uint64_t s1 = random->state[2] | (uint64_t)random->state[3] << 32;
  const uint64_t i0 = random->increment[0] | (uint64_t)random->increment[1] << 32;
  const uint64_t i1 = random->increment[2] | (uint64_t)random->increment[3] << 32;
  const uint64_t low = s0 * m0 + i0;
  const uint64_t high = high_product(s0, m0) + s0 * m1 + s1 * m0 + i1 + (low < i0);
  random->state[0] = (uint32_t)low;
  random->state[1] = (uint32_t)(low >> 32);
  random->state[2] = (uint32_t)high;
  random->state[3] = (uint32_t)(high >> 32);
  const uint64_t mixed = high ^ low;
  const uint32_t turn = (uint32_t)(high >> 58);
  return mixed >> turn | mixed << (-turn & 63);
}

static inline uint32_t pcg64_next32(pcg64 *random) {
  if (random->buffer_full) {
    random->buffer_full = 0;
    return random->buffer;
  }
  const uint64_t draw = pcg64_next64(random);
  random->buffer_full = 1;
  random->buffer = (uint32_t)(draw >> 32);
  return (uint32_t)draw;
}

/* A double in [low, high). */
static inline double pcg64_uniform(pcg64 *random, double low, double high) {
  return low + (high - low) * ((double)(pcg64_next64(random) >> 11) * 0x1p-53);
}

/* An integer in [low, high), high - low from 2 to 2^32 - 1, by Lemire's method. */
static inline int32_t pcg64_integer(pcg64 *random, int32_t low, int32_t high) {
  const uint32_t span = (uint32_t)high - (uint32_t)low;
  uint64_t product = (uint64_t)pcg64_next32(random) * span;
  if ((uint32_t)product < span) {
    const uint32_t threshold = -span % span;
    while ((uint32_t)product < threshold) product = (uint64_t)pcg64_next32(random) * span;
  }
  return (int32_t)((uint32_t)low + (uint32_t)(product >> 32));
}

#endif
