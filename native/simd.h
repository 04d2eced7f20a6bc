/* The vector of floats that the kernels compute with: as wide as the target's registers, and the few operations
 * on it that C has no operator for. +, −, ·, / and comparisons are the compilers' own (vector extensions of GCC
 * and clang), each rounded once: kernels are compiled without contraction and without fast-math, so the only
 * fused operation is the one that is asked for by name.
 *
 * TOUCHDOWN_EMULATED_FMA makes the fused multiply-add out of double arithmetic where the instruction set has
 * none: the same bits, many times slower. */
#ifndef TOUCHDOWN_SIMD_H
#define TOUCHDOWN_SIMD_H

#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__) && defined(__FMA__)
#define LANES 8
#else
#define LANES 4
#endif

#if LANES == 4 && defined(__x86_64__)
#define TOUCHDOWN_EMULATED_FMA 1
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Unrolls a loop with a constant count in full, so that arrays of vectors it indexes become registers. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

typedef float floats __attribute__((vector_size(4 * LANES)));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));
typedef float unaligned_floats __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

ALWAYS_INLINE floats load(const float *from) { return *(const unaligned_floats *)from; }
ALWAYS_INLINE void store(float *to, floats x) { *(unaligned_floats *)to = x; }

/* mask ? x : y, for the mask of a comparison: every lane all ones or all zeros. */
ALWAYS_INLINE floats choose(ints mask, floats x, floats y) {
#ifdef __wasm__
  /* By name: clang would make a relaxed minimum or maximum of a comparison with its own operands, and those may
   * differ between machines for NaN and −0. */
  return (floats)wasm_v128_bitselect((v128_t)x, (v128_t)y, (v128_t)mask);
#else
  return (floats)((mask & (ints)x) | (~mask & (ints)y));
#endif
}

/* Whether some bit of a vector is set. */
ALWAYS_INLINE int any(ints x) {
#if LANES == 16
  return _mm512_test_epi32_mask((__m512i)x, (__m512i)x) != 0;
#elif LANES == 8
  return !_mm256_testz_si256((__m256i)x, (__m256i)x);
#elif defined(__x86_64__)
  return _mm_movemask_epi8(_mm_cmpeq_epi32((__m128i)x, _mm_setzero_si128())) != 0xffff;
#elif defined(__aarch64__)
  return vmaxvq_u32((uint32x4_t)x) != 0;
#else
  return wasm_v128_any_true((v128_t)x);
#endif
}

#if TOUCHDOWN_EMULATED_FMA

typedef float half_floats __attribute__((vector_size(8)));
typedef double doubles __attribute__((vector_size(16)));
typedef int64_t longs __attribute__((vector_size(16)));

/* a·b + c rounded to odd, in double precision: a double more exact than a float by more than two bits, so that
 * rounding it to a float gives the correctly rounded result (Boldo & Melquiond 2008). */
ALWAYS_INLINE doubles add_to_odd(doubles a, doubles b, doubles c) {
  const doubles product = a * b; /* exact: 48 bits */
  const doubles sum = product + c;
  const doubles part = sum - product;
  const doubles error = (product - (sum - part)) + (c - part); /* exact (Knuth's TwoSum); NaN for an infinite sum */
  const doubles direction = error * sum;                       /* its sign says whether rounding went away from 0 */
  const longs outward = (longs)(direction < 0);
  const longs inexact = outward | (longs)(direction > 0);
  return (doubles)(((longs)sum + outward) | (inexact & 1));
}

ALWAYS_INLINE floats fused(floats a, floats b, floats c) {
  floats result = a;
  for (int half = 0; half < LANES; half += 2) {
#define WIDEN(x) __builtin_convertvector(((half_floats){x[half], x[half + 1]}), doubles)
    const half_floats sum = __builtin_convertvector(add_to_odd(WIDEN(a), WIDEN(b), WIDEN(c)), half_floats);
#undef WIDEN
    result[half] = sum[0];
    result[half + 1] = sum[1];
  }
  return result;
}

#endif

#if LANES == 16

ALWAYS_INLINE floats splat(float x) { return (floats)_mm512_set1_ps(x); }
ALWAYS_INLINE floats fused(floats a, floats b, floats c) { return (floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }
ALWAYS_INLINE floats square_root(floats x) { return (floats)_mm512_sqrt_ps((__m512)x); }

#elif LANES == 8

ALWAYS_INLINE floats splat(float x) { return (floats)_mm256_set1_ps(x); }
ALWAYS_INLINE floats fused(floats a, floats b, floats c) { return (floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
ALWAYS_INLINE floats square_root(floats x) { return (floats)_mm256_sqrt_ps((__m256)x); }

#elif defined(__x86_64__)

ALWAYS_INLINE floats splat(float x) { return (floats)_mm_set1_ps(x); }
ALWAYS_INLINE floats square_root(floats x) { return (floats)_mm_sqrt_ps((__m128)x); }

#elif defined(__aarch64__)

ALWAYS_INLINE floats splat(float x) { return (floats)vdupq_n_f32(x); }
ALWAYS_INLINE floats fused(floats a, floats b, floats c) { return (floats)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b); }
ALWAYS_INLINE floats square_root(floats x) { return (floats)vsqrtq_f32((float32x4_t)x); }

#else

ALWAYS_INLINE floats splat(float x) { return (floats)wasm_f32x4_splat(x); }
ALWAYS_INLINE floats square_root(floats x) { return (floats)wasm_f32x4_sqrt((v128_t)x); }
#if !TOUCHDOWN_EMULATED_FMA
/* Fuses where the hardware can. The loader asks `fuses` (learner.c) before it trusts these kernels. */
ALWAYS_INLINE floats fused(floats a, floats b, floats c) { return (floats)wasm_f32x4_relaxed_madd((v128_t)a, (v128_t)b, (v128_t)c); }
#endif

#endif

#endif
