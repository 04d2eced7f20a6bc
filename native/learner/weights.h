/* The weight gradient with Adam and the soft target update fused into it: a register tile of the gradient is
 * applied to the parameters, both moments and the target before it ever reaches memory.
 *
 * Lanes are a layer's inputs, column 0 being the constant 1 of the bias; every weight sums over the batch in
 * order. Columns past the last input multiply zeros and stay padding. */
#ifndef TOUCHDOWN_WEIGHTS_H
#define TOUCHDOWN_WEIGHTS_H

#include "layers.h"

typedef struct {
  floats decay1, gain1, decay2, gain2, epsilon, step_size, root_scale, tau;
} adam_constants;

ALWAYS_INLINE adam_constants adam_of(const learner_record *record) {
  return (adam_constants){
      .decay1 = splat(record->decay1),
      .gain1 = splat(record->gain1),
      .decay2 = splat(record->decay2),
      .gain2 = splat(record->gain2),
      .epsilon = splat(record->epsilon),
      .step_size = splat(-record->step_size),
      .root_scale = splat(record->root_scale),
      .tau = splat(record->tau),
  };
}

/* Matrices larger than this, four of them, come from beyond the second-level cache. */
enum { FAR_FLOATS = 32768 };

/* The four matrices of a layer. */
typedef struct {
  float *parameters, *target, *first_moment, *second_moment;
} adam_state;

ALWAYS_INLINE void adam(const adam_constants *c, int copy, floats gradient, adam_state state, ptrdiff_t at) {
  const floats m = fused(c->gain1, gradient, c->decay1 * load(state.first_moment + at));
  const floats v = fused(c->gain2 * gradient, gradient, c->decay2 * load(state.second_moment + at));
  const floats root = fused(square_root(v), c->root_scale, c->epsilon);
  const floats parameter = fused(c->step_size, m / root, load(state.parameters + at));
  store(state.first_moment + at, m);
  store(state.second_moment + at, v);
  store(state.parameters + at, parameter);
  const floats target = load(state.target + at);
  store(state.target + at, copy ? parameter : fused(c->tau, parameter - target, target));
}

/* Steps of the batch between two prefetches; panels are multiples of it. */
enum { STRETCH = TILE_COLUMNS < 16 ? TILE_COLUMNS : 16 };

/* The state of some rows of a tile, on its way into the first-level cache while the tile is being computed. */
ALWAYS_INLINE void prefetch_state(adam_state state, ptrdiff_t at, int stride, int rows, int columns) {
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c += LINE_FLOATS) {
      const ptrdiff_t element = at + (ptrdiff_t)r * stride + c;
      __builtin_prefetch(state.parameters + element, 1);
      __builtin_prefetch(state.target + element, 1);
      __builtin_prefetch(state.first_moment + element, 1);
      __builtin_prefetch(state.second_moment + element, 1);
    }
}

/* Everything that the tiles of one layer have in common. */
typedef struct {
  const layer_record *layer;
  const float *gradient; /* [outputs][batch] in panels */
  const float *inputs;   /* [batch][stride] */
  adam_state state;
  adam_constants constants;
  int batch_vectors;
  int copy; /* tau is 1: the target is a copy */
  int far;  /* the state comes from beyond the second-level cache */
} weight_update;

ALWAYS_INLINE int update_tile(const int rows, const int vectors, int count, const weight_update *u, int row, int column) {
  const int stride = u->layer->stride, features = pad_rows(u->layer->outputs);
  const ptrdiff_t corner = (ptrdiff_t)row * stride + column;
  const int prefetch_rows = (rows * STRETCH + u->batch_vectors * LANES - 1) / (u->batch_vectors * LANES);
  int prefetched = 0;
  tile t;
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++) t.sums[r][v] = splat(0);
  for (int first = 0; first < u->batch_vectors; first += TILE_VECTORS) {
    const int lanes = panel_vectors(u->batch_vectors, first) * LANES;
    const float *const gradient = u->gradient + panel_at(u->batch_vectors, first, features, row);
    const float *const inputs = u->inputs + (ptrdiff_t)first * LANES * stride + column;
    for (int lane = 0; lane < lanes; lane += STRETCH) {
      if (u->far) prefetch_state(u->state, corner + (ptrdiff_t)prefetched * stride, stride, prefetch_rows, vectors * LANES);
      prefetched += prefetch_rows;
      multiply_tile(rows, vectors, &t, (left_matrix){gradient + lane, lanes, 1},
                    (right_matrix){inputs + (ptrdiff_t)lane * stride, stride}, STRETCH);
    }
  }
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      if (r < count) adam(&u->constants, u->copy, t.sums[r][v], u->state, corner + (ptrdiff_t)r * stride + v * LANES);
  return 0;
}

static void update_weights(uint8_t *memory, const learner_record *record, const layer_record *layer,
                           const float *gradient, const float *inputs) {
  const weight_update u = {
      .layer = layer,
      .gradient = gradient,
      .inputs = inputs,
      .state = {AT(float, memory, layer->parameters), AT(float, memory, layer->target),
                AT(float, memory, layer->first_moment), AT(float, memory, layer->second_moment)},
      .constants = adam_of(record),
      .batch_vectors = record->batch / LANES,
      .copy = record->tau == 1.0f,
      .far = (int64_t)layer->outputs * layer->stride > FAR_FLOATS,
  };
  const int vectors = (layer->inputs + LANES) / LANES;
  for (int r = 0; r < layer->outputs; r += TILE_ROWS)
    for (int v = 0; v < vectors; v += TILE_VECTORS)
      CALL_TILE(update_tile, layer->outputs - r, smaller(vectors - v, TILE_VECTORS), &u, r, v * LANES);
}

#endif
