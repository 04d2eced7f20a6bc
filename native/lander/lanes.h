/* Vectors for the physics of many environments side by side: one environment per lane, as many lanes as the
 * target's registers have. Every operation rounds once, and here nothing fuses; simd.h is the learner's. */
#ifndef TOUCHDOWN_LANDER_LANES_H
#define TOUCHDOWN_LANDER_LANES_H

#include <stdint.h>

#include "geometry.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Unrolls a loop with a constant count in full, so that arrays of vectors that it indexes become registers. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

typedef float floats __attribute__((vector_size(4 * LANES)));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));
typedef float lane_float __attribute__((may_alias));
typedef int32_t lane_int __attribute__((may_alias));

/* Lane by lane: `a < b` and `a >= b` as masks, a choice by a mask, and the set of the lanes whose bits differ.
 * `lesser_each` and `greater_each` are geometry.h's lesser and greater, for which x86 has an instruction. */
#if LANES == 16

typedef __mmask16 mask;
ALWAYS_INLINE floats splat(float a) { return (floats)_mm512_set1_ps(a); }
ALWAYS_INLINE mask below(floats a, floats b) { return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ); }
ALWAYS_INLINE mask at_least(floats a, floats b) { return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_GE_OQ); }
ALWAYS_INLINE mask where(ints flags) { return _mm512_movepi32_mask((__m512i)flags); }
ALWAYS_INLINE floats choose(mask m, floats a, floats b) { return (floats)_mm512_mask_blend_ps(m, (__m512)b, (__m512)a); }
ALWAYS_INLINE floats lesser_each(floats a, floats b) { return (floats)_mm512_min_ps((__m512)a, (__m512)b); }
ALWAYS_INLINE floats greater_each(floats a, floats b) { return (floats)_mm512_max_ps((__m512)a, (__m512)b); }
ALWAYS_INLINE uint32_t nonzero_lanes(ints a) { return _mm512_test_epi32_mask((__m512i)a, (__m512i)a); }

#elif LANES == 8

typedef ints mask;
ALWAYS_INLINE floats splat(float a) { return (floats)_mm256_set1_ps(a); }
ALWAYS_INLINE mask below(floats a, floats b) { return (ints)_mm256_cmp_ps((__m256)a, (__m256)b, _CMP_LT_OQ); }
ALWAYS_INLINE mask at_least(floats a, floats b) { return (ints)_mm256_cmp_ps((__m256)a, (__m256)b, _CMP_GE_OQ); }
ALWAYS_INLINE mask where(ints flags) { return flags; }
ALWAYS_INLINE floats choose(mask m, floats a, floats b) {
  return (floats)_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)m);
}
ALWAYS_INLINE floats lesser_each(floats a, floats b) { return (floats)_mm256_min_ps((__m256)a, (__m256)b); }
ALWAYS_INLINE floats greater_each(floats a, floats b) { return (floats)_mm256_max_ps((__m256)a, (__m256)b); }
ALWAYS_INLINE uint32_t nonzero_lanes(ints a) {
  return 0xff & ~(uint32_t)_mm256_movemask_ps((__m256)_mm256_cmpeq_epi32((__m256i)a, _mm256_setzero_si256()));
}

#else

typedef ints mask;
ALWAYS_INLINE floats splat(float a) { return (floats){a, a, a, a}; }
ALWAYS_INLINE mask below(floats a, floats b) { return a < b; }
ALWAYS_INLINE mask at_least(floats a, floats b) { return a >= b; }
ALWAYS_INLINE mask where(ints flags) { return flags; }

#if defined(__x86_64__)
ALWAYS_INLINE floats choose(mask m, floats a, floats b) {
  return (floats)_mm_or_ps(_mm_and_ps((__m128)m, (__m128)a), _mm_andnot_ps((__m128)m, (__m128)b));
}
ALWAYS_INLINE floats lesser_each(floats a, floats b) { return (floats)_mm_min_ps((__m128)a, (__m128)b); }
ALWAYS_INLINE floats greater_each(floats a, floats b) { return (floats)_mm_max_ps((__m128)a, (__m128)b); }
ALWAYS_INLINE uint32_t nonzero_lanes(ints a) { return 0xf & ~(uint32_t)_mm_movemask_ps((__m128)(a == 0)); }
#else
#if defined(__wasm_simd128__)
ALWAYS_INLINE floats choose(mask m, floats a, floats b) {
  return (floats)wasm_v128_bitselect((v128_t)a, (v128_t)b, (v128_t)m);
}
ALWAYS_INLINE floats lesser_each(floats a, floats b) { return (floats)wasm_f32x4_pmin((v128_t)b, (v128_t)a); }
ALWAYS_INLINE floats greater_each(floats a, floats b) { return (floats)wasm_f32x4_pmax((v128_t)b, (v128_t)a); }
#else
ALWAYS_INLINE floats choose(mask m, floats a, floats b) { return (floats)((m & (ints)a) | (~m & (ints)b)); }
ALWAYS_INLINE floats lesser_each(floats a, floats b) { return choose(a < b, a, b); }
ALWAYS_INLINE floats greater_each(floats a, floats b) { return choose(a > b, a, b); }
#endif
ALWAYS_INLINE uint32_t nonzero_lanes(ints a) {
  return (uint32_t)((a[0] != 0) | (a[1] != 0) << 1 | (a[2] != 0) << 2 | (a[3] != 0) << 3);
}
#endif

#endif

ALWAYS_INLINE ints differing_bits(floats a, floats b) { return (ints)a ^ (ints)b; }
ALWAYS_INLINE floats within_each(floats a, floats low, floats high) {
  return greater_each(low, lesser_each(a, high));
}

/* Moves `count` consecutive numbers of one environment into a lane of as many vectors, and back. */
ALWAYS_INLINE void fill_lane(void *vectors, int lane, const void *numbers, int count) {
  lane_int *to = (lane_int *)vectors + lane;
  const lane_int *from = (const lane_int *)numbers;
  for (int k = 0; k < count; k++) to[k * LANES] = from[k];
}
ALWAYS_INLINE void read_lane(const void *vectors, int lane, void *numbers, int count) {
  const lane_int *from = (const lane_int *)vectors + lane;
  lane_int *to = (lane_int *)numbers;
  for (int k = 0; k < count; k++) to[k] = from[k * LANES];
}

/* geometry.h's operations, with the same associations. */
typedef struct {
  floats x, y;
} vec2s;

ALWAYS_INLINE vec2s add2s(vec2s a, vec2s b) { return (vec2s){a.x + b.x, a.y + b.y}; }
ALWAYS_INLINE vec2s sub2s(vec2s a, vec2s b) { return (vec2s){a.x - b.x, a.y - b.y}; }
ALWAYS_INLINE vec2s scale2s(floats k, vec2s a) { return (vec2s){k * a.x, k * a.y}; }
ALWAYS_INLINE floats dot2s(vec2s a, vec2s b) { return (a.x * b.x) + (a.y * b.y); }
ALWAYS_INLINE floats cross2s(vec2s a, vec2s b) { return (a.x * b.y) - (a.y * b.x); }
ALWAYS_INLINE vec2s spin2s(floats w, vec2s r) { return (vec2s){(-w) * r.y, w * r.x}; }
ALWAYS_INLINE vec2s choose2s(mask m, vec2s a, vec2s b) { return (vec2s){choose(m, a.x, b.x), choose(m, a.y, b.y)}; }

#endif
