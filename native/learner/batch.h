/* The minibatch: gathered from the replay's arrays, and a layer's inputs turned from feature by feature into
 * transition by transition. */
#ifndef TOUCHDOWN_BATCH_H
#define TOUCHDOWN_BATCH_H

#include "layers.h"
#include "quads.h"

/* Rows of `width` numbers, one per index (or the first `count` rows where there are no indices), into panels. The last
 * row stands in for lanes past `count`. */
static void gather_panels(const float *rows, const int32_t *indices, int count, int vectors, int width, float *panels) {
  const int features = pad_rows(width);
  for (int first = 0; first < vectors; first += TILE_VECTORS) {
    const int lanes = panel_vectors(vectors, first) * LANES;
    float *const panel = panels + panel_at(vectors, first, features, 0);
    for (int lane = 0; lane < lanes; lane += 4) {
      const float *row[4];
      for (int k = 0; k < 4; k++) {
        const int b = smaller(first * LANES + lane + k, count - 1);
        row[k] = rows + (ptrdiff_t)(indices ? indices[b] : b) * width;
      }
      int f = 0;
      for (; f + 4 <= width; f += 4)
        store_quads(turn_quads(load_quad(row[0] + f), load_quad(row[1] + f), load_quad(row[2] + f), load_quad(row[3] + f)),
                    panel + f * lanes + lane, lanes);
      for (; f < width; f++)
        for (int k = 0; k < 4; k++) panel[f * lanes + lane + k] = row[k][f];
    }
  }
}

/* Starts to fetch rows of `width` floats, which lie scattered over a replay far larger than the caches. */
static void prefetch_rows(const float *rows, const int32_t *indices, int count, int width) {
  for (int b = 0; b < count; b++)
    for (int f = 0; f < width; f += LINE_FLOATS) __builtin_prefetch(rows + (ptrdiff_t)indices[b] * width + f);
}

/* Starts to fetch the rest of the minibatch. */
static void prefetch_outcomes(uint8_t *memory, const learner_record *record) {
  const int32_t *const indices = AT(const int32_t, memory, record->indices);
  for (int b = 0; b < record->batch; b++) {
    const ptrdiff_t i = indices[b];
    __builtin_prefetch(AT(const float, memory, record->rewards) + i);
    __builtin_prefetch(AT(const int32_t, memory, record->actions) + i);
    __builtin_prefetch(AT(const uint8_t, memory, record->terminated) + i);
  }
}

/* Some of a layer's inputs from panels of the batch into panels of columns: [panel][batch][TILE_COLUMNS]. What there is
 * past the last input means nothing. */
static void transpose_inputs(const layer_record *layer, int vectors, const float *panels, float *columns, range some) {
  const int features = pad_rows(layer->inputs);
  for (int first = 0; first < vectors; first += TILE_VECTORS) {
    const int lanes = panel_vectors(vectors, first) * LANES;
    const float *const panel = panels + panel_at(vectors, first, features, 0);
    for (int f = some.begin; f < some.end; f += 4) {
      float *const to = columns + ((ptrdiff_t)(f / TILE_COLUMNS) * vectors + first) * LANES * TILE_COLUMNS + f % TILE_COLUMNS;
      for (int lane = 0; lane < lanes; lane += 4)
        store_quads(transpose_quads(panel + f * lanes + lane, lanes), to + lane * TILE_COLUMNS, TILE_COLUMNS);
    }
  }
}

#endif
