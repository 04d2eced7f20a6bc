/* Four features of four transitions, turned from one vector per feature into one per transition or the other way. */
#ifndef TOUCHDOWN_QUADS_H
#define TOUCHDOWN_QUADS_H

#include <stddef.h>

#include "simd.h"

typedef float quad __attribute__((vector_size(16)));
typedef float unaligned_quad __attribute__((vector_size(16), aligned(4), may_alias));

#ifdef __clang__
#define SHUFFLE(x, y, a, b, c, d) __builtin_shufflevector(x, y, a, b, c, d)
#else
typedef int32_t quad_indices __attribute__((vector_size(16)));
#define SHUFFLE(x, y, a, b, c, d) __builtin_shuffle(x, y, (quad_indices){a, b, c, d})
#endif

typedef struct {
  quad rows[4];
} quads;

ALWAYS_INLINE quad load_quad(const float *from) { return *(const unaligned_quad *)from; }

ALWAYS_INLINE quads turn_quads(quad a, quad b, quad c, quad d) {
  const quad ab_low = SHUFFLE(a, b, 0, 4, 1, 5), ab_high = SHUFFLE(a, b, 2, 6, 3, 7);
  const quad cd_low = SHUFFLE(c, d, 0, 4, 1, 5), cd_high = SHUFFLE(c, d, 2, 6, 3, 7);
  return (quads){{SHUFFLE(ab_low, cd_low, 0, 1, 4, 5), SHUFFLE(ab_low, cd_low, 2, 3, 6, 7),
                  SHUFFLE(ab_high, cd_high, 0, 1, 4, 5), SHUFFLE(ab_high, cd_high, 2, 3, 6, 7)}};
}

/* From `lanes` floats between features to one quad per transition. */
ALWAYS_INLINE quads transpose_quads(const float *from, ptrdiff_t lanes) {
  return turn_quads(load_quad(from), load_quad(from + lanes), load_quad(from + 2 * lanes), load_quad(from + 3 * lanes));
}

ALWAYS_INLINE void store_quads(quads q, float *to, ptrdiff_t stride) {
  UNROLL for (int k = 0; k < 4; k++) *(unaligned_quad *)(to + k * stride) = q.rows[k];
}

#endif
