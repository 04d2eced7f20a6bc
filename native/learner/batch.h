/* The minibatch: gathered from the replay's arrays, and a layer's inputs turned from feature by feature into
 * transition by transition. */
#ifndef TOUCHDOWN_BATCH_H
#define TOUCHDOWN_BATCH_H

#include "layers.h"

/* Rows of `width` numbers, one per index (or the first `count` rows where there are no indices), into panels.
 * Lanes past `count` become zeros. */
static void gather_panels(const float *rows, const int32_t *indices, int count, int vectors, int width, float *panels) {
  const int features = pad_rows(width);
  for (int first = 0; first < vectors; first += TILE_VECTORS) {
    const int lanes = panel_vectors(vectors, first) * LANES;
    float *const panel = panels + panel_at(vectors, first, features, 0);
    for (int lane = 0; lane < lanes; lane++) {
      const int b = first * LANES + lane;
      const float *const row = rows + (ptrdiff_t)(indices ? indices[b] : b) * width;
      for (int f = 0; f < width; f++) panel[f * lanes + lane] = b < count ? row[f] : 0;
    }
  }
}

/* Starts to fetch the minibatch's transitions, which lie scattered over a replay far larger than the caches. */
static void prefetch_transitions(uint8_t *memory, const learner_record *record, int width) {
  const int32_t *const indices = AT(const int32_t, memory, record->indices);
  for (int b = 0; b < record->batch; b++) {
    const ptrdiff_t i = indices[b];
    for (int f = 0; f < width; f += LINE_FLOATS) {
      __builtin_prefetch(AT(const float, memory, record->next_observations) + i * width + f);
      __builtin_prefetch(AT(const float, memory, record->observations) + i * width + f);
    }
    __builtin_prefetch(AT(const float, memory, record->rewards) + i);
    __builtin_prefetch(AT(const int32_t, memory, record->actions) + i);
    __builtin_prefetch(AT(const uint8_t, memory, record->terminated) + i);
  }
}

typedef float quad __attribute__((vector_size(16)));
typedef float unaligned_quad __attribute__((vector_size(16), aligned(4), may_alias));

#ifdef __clang__
#define SHUFFLE(x, y, a, b, c, d) __builtin_shufflevector(x, y, a, b, c, d)
#else
typedef int32_t quad_indices __attribute__((vector_size(16)));
#define SHUFFLE(x, y, a, b, c, d) __builtin_shuffle(x, y, (quad_indices){a, b, c, d})
#endif

/* Four features of four transitions: from `lanes` floats between features to `stride` between transitions. */
ALWAYS_INLINE void transpose_quads(const float *from, ptrdiff_t lanes, float *to, ptrdiff_t stride) {
  const quad a = *(const unaligned_quad *)from, b = *(const unaligned_quad *)(from + lanes);
  const quad c = *(const unaligned_quad *)(from + 2 * lanes), d = *(const unaligned_quad *)(from + 3 * lanes);
  const quad ab_low = SHUFFLE(a, b, 0, 4, 1, 5), ab_high = SHUFFLE(a, b, 2, 6, 3, 7);
  const quad cd_low = SHUFFLE(c, d, 0, 4, 1, 5), cd_high = SHUFFLE(c, d, 2, 6, 3, 7);
  *(unaligned_quad *)to = SHUFFLE(ab_low, cd_low, 0, 1, 4, 5);
  *(unaligned_quad *)(to + stride) = SHUFFLE(ab_low, cd_low, 2, 3, 6, 7);
  *(unaligned_quad *)(to + 2 * stride) = SHUFFLE(ab_high, cd_high, 0, 1, 4, 5);
  *(unaligned_quad *)(to + 3 * stride) = SHUFFLE(ab_high, cd_high, 2, 3, 6, 7);
}

/* A layer's inputs from panels into rows [batch][stride]: 1 (the input of the bias), the inputs, then zeros to
 * the end of the last vector. */
static void transpose_inputs(const layer_record *layer, int vectors, const float *panels, float *rows) {
  const int features = pad_rows(layer->inputs);
  const int end = (layer->inputs + LANES) / LANES * LANES;
  for (int first = 0; first < vectors; first += TILE_VECTORS) {
    const int lanes = panel_vectors(vectors, first) * LANES;
    const float *const panel = panels + panel_at(vectors, first, features, 0);
    for (int lane = 0; lane < lanes; lane += 4) {
      float *const row = rows + (ptrdiff_t)(first * LANES + lane) * layer->stride;
      for (int f = 0; f < features; f += 4)
        transpose_quads(panel + f * lanes + lane, lanes, row + 1 + f, layer->stride);
      for (int k = 0; k < 4; k++) {
        row[k * layer->stride] = 1;
        for (int c = layer->inputs + 1; c < end; c++) row[k * layer->stride + c] = 0;
      }
    }
  }
}

#endif
