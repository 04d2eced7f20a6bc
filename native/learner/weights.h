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

/* The four matrices of a layer at one element. */
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

ALWAYS_INLINE int update_tile(const int rows, const int vectors, int count, const layer_record *layer,
                              const adam_constants *constants, int copy, int batch_vectors, const float *gradient,
                              const float *inputs, adam_state state, int row, int column) {
  tile t;
  const int out = pad_rows(layer->outputs);
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++) t.sums[r][v] = splat(0);
  for (int first = 0; first < batch_vectors; first += TILE_VECTORS) {
    const int lanes = panel_vectors(batch_vectors, first) * LANES;
    multiply_tile(rows, vectors, &t, (left_matrix){gradient + panel_at(batch_vectors, first, out, row), lanes, 1},
                  (right_matrix){inputs + (ptrdiff_t)first * LANES * layer->stride + column, layer->stride}, lanes);
  }
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      if (r < count)
      adam(constants, copy, t.sums[r][v], state, (ptrdiff_t)(row + r) * layer->stride + column + v * LANES);
  return 0;
}

static void update_weights(uint8_t *memory, const learner_record *record, const layer_record *layer,
                           const float *gradient, const float *rows) {
  const adam_constants constants = adam_of(record);
  const int copy = record->tau == 1.0f;
  const adam_state state = {AT(float, memory, layer->parameters), AT(float, memory, layer->target),
                            AT(float, memory, layer->first_moment), AT(float, memory, layer->second_moment)};
  const int batch_vectors = record->batch / LANES;
  const int vectors = (layer->inputs + LANES) / LANES;
  for (int r = 0; r < layer->outputs; r += TILE_ROWS)
    for (int v = 0; v < vectors; v += TILE_VECTORS)
      CALL_TILE(update_tile, layer->outputs - r, smaller(vectors - v, TILE_VECTORS), layer, &constants, copy,
                batch_vectors, gradient, rows, state, r, v * LANES);
}

#endif
