/* The weight gradient with Adam and the soft target update fused into it: a register tile of the gradient is
 * applied to the parameters, both moments and the target before it ever reaches memory. (Where the gradient's norm is
 * clipped, all of it has to be known first: see norm.h.)
 *
 * Lanes are a layer's inputs; every weight sums over the batch in order. A layer may be a slice of a larger one:
 * nothing is stored past its last row and column. */
#ifndef TOUCHDOWN_WEIGHTS_H
#define TOUCHDOWN_WEIGHTS_H

#include "layers.h"
#include "quads.h"

typedef struct {
  floats decay1, gain1, decay2, gain2, epsilon, step_size, root_scale, tau;
  int copy; /* tau is 1: the target is a copy */
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
      .copy = record->tau == 1.0f,
  };
}

/* Matrices larger than this, four of them, come from beyond the second-level cache. */
enum { FAR_FLOATS = 32768 };

/* The four matrices of a layer. */
typedef struct {
  float *parameters, *target, *first_moment, *second_moment;
} adam_state;

ALWAYS_INLINE adam_state state_of(uint8_t *memory, const layer_record *layer) {
  return (adam_state){AT(float, memory, layer->parameters), AT(float, memory, layer->target),
                      AT(float, memory, layer->first_moment), AT(float, memory, layer->second_moment)};
}

/* Stores the first `count` lanes. */
ALWAYS_INLINE void store_first(float *to, floats x, int count) {
  if (count < LANES) {
    ints index = {0};
    UNROLL for (int lane = 0; lane < LANES; lane++) index[lane] = lane;
    x = choose(index < count, x, load(to));
  }
  store(to, x);
}

/* A moment too small for a normal float counts as 0. The moments of a unit that died would stay subnormal for
 * good, and there are processors that compute those a hundred times slower. */
ALWAYS_INLINE floats normal_or_zero(floats x) { return choose(absolute(x) < splat(0x1p-126f), splat(0), x); }

/* Adam and the soft target update for the first `count` numbers from `at` on. */
ALWAYS_INLINE void adam(const adam_constants *c, floats gradient, adam_state state, ptrdiff_t at, int count) {
  const floats m = normal_or_zero(fused(c->gain1, gradient, c->decay1 * load(state.first_moment + at)));
  const floats v = normal_or_zero(fused(c->gain2 * gradient, gradient, c->decay2 * load(state.second_moment + at)));
  const floats root = fused(square_root(v), c->root_scale, c->epsilon);
  const floats parameter = fused(c->step_size, m / root, load(state.parameters + at));
  store_first(state.first_moment + at, m, count);
  store_first(state.second_moment + at, v, count);
  store_first(state.parameters + at, parameter, count);
  const floats target = load(state.target + at);
  store_first(state.target + at, c->copy ? parameter : fused(c->tau, parameter - target, target), count);
}

/* The same for `count` numbers whose gradient is in memory. */
static void adam_row(const adam_constants *c, floats scale, const float *gradient, adam_state state, ptrdiff_t at,
                     int count) {
  for (int k = 0; k < count; k += LANES) adam(c, load(gradient + k) * scale, state, at + k, smaller(count - k, LANES));
}

/* Steps of the batch between two prefetches; panels are multiples of it. */
enum { STRETCH = TILE_COLUMNS < 16 ? TILE_COLUMNS : 16 };

/* The state of some rows of the next tile, on its way into the first-level cache while this one is being computed. */
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
  const float *gradient; /* of the layer's sums: [outputs][batch] in panels */
  const float *inputs;   /* [batch][input_stride] */
  int input_stride;
  adam_state state;
  adam_constants constants;
  float *result; /* where the weight gradient goes instead of being applied, or NULL */
  int batch_vectors;
  int far; /* the state comes from beyond the second-level cache */
} weight_update;

/* Tiles that are not applied in registers: the last columns of a row, and those of a gradient that is kept. */
ALWAYS_INLINE void finish_tile(const int rows, const int vectors, const tile *t, int count, const weight_update *u,
                               ptrdiff_t corner, int columns) {
  float sums[TILE_ROWS * TILE_COLUMNS];
  float *const to = u->result ? u->result + corner : sums;
  const ptrdiff_t stride = u->result ? u->layer->stride : TILE_COLUMNS;
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      if (r < count) store(to + r * stride + v * LANES, t->sums[r][v]);
  if (u->result) return;
  for (int r = 0; r < count; r++)
    adam_row(&u->constants, splat(1), to + r * stride, u->state, corner + (ptrdiff_t)r * u->layer->stride,
             smaller(columns, vectors * LANES));
}

ALWAYS_INLINE void update_tile(const int rows, const int vectors, int count, const weight_update *u, int row, int column,
                               ptrdiff_t next) {
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
    const float *const inputs = u->inputs + (ptrdiff_t)first * LANES * u->input_stride + column;
    for (int lane = 0; lane < lanes; lane += STRETCH) {
      if (u->far) prefetch_state(u->state, next + (ptrdiff_t)prefetched * stride, stride, prefetch_rows, TILE_COLUMNS);
      prefetched += prefetch_rows;
      multiply_tile(rows, vectors, &t, (left_matrix){gradient + lane, lanes, 1},
                    (right_matrix){inputs + (ptrdiff_t)lane * u->input_stride, u->input_stride}, STRETCH);
    }
  }
  const int columns = u->layer->inputs - column;
  if (u->result || columns < vectors * LANES) {
    finish_tile(rows, vectors, &t, count, u, corner, columns);
    return;
  }
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      if (r < count) adam(&u->constants, t.sums[r][v], u->state, corner + (ptrdiff_t)r * stride + v * LANES, LANES);
}

/* The gradient of the biases: for every output the sum over the batch, from 0 on, in order. */
static void bias_gradient(const layer_record *layer, const float *gradient, int vectors, float *result) {
  const int features = pad_rows(layer->outputs);
  for (int f = 0; f < layer->outputs; f += 4) {
    quad sum = {0, 0, 0, 0};
    for (int first = 0; first < vectors; first += TILE_VECTORS) {
      const int lanes = panel_vectors(vectors, first) * LANES;
      const float *const panel = gradient + panel_at(vectors, first, features, f);
      for (int lane = 0; lane < lanes; lane += 4) {
        const quads q = transpose_quads(panel + lane, lanes);
        UNROLL for (int k = 0; k < 4; k++) sum += q.rows[k];
      }
    }
    *(unaligned_quad *)(result + f) = sum;
  }
}

/* One layer's step, or, where the gradient's norm is clipped, only its gradient. */
static void update_weights(uint8_t *memory, const learner_record *record, const layer_record *layer,
                           const float *gradient, const float *inputs) {
  const int keep = record->max_norm > 0;
  const weight_update u = {
      .layer = layer,
      .gradient = gradient,
      .inputs = inputs,
      .input_stride = row_stride(layer->inputs),
      .state = state_of(memory, layer),
      .constants = adam_of(record),
      .result = keep ? AT(float, memory, layer->gradient) : NULL,
      .batch_vectors = record->batch / LANES,
      .far = !keep && (int64_t)layer->outputs * layer->stride > FAR_FLOATS,
  };
  for (int r = 0; r < layer->outputs; r += TILE_ROWS)
    for (int c = 0; c < layer->inputs; c += TILE_COLUMNS) {
      const int last = c + TILE_COLUMNS >= layer->inputs;
      const ptrdiff_t next = (ptrdiff_t)(last ? r + TILE_ROWS : r) * layer->stride + (last ? 0 : c + TILE_COLUMNS);
      CALL_TILE(update_tile, layer->outputs - r, (layer->inputs - c + LANES - 1) / LANES, &u, r, c, next);
    }
  float *const biases = keep ? u.result + layer->biases : AT(float, memory, record->bias_gradient);
  bias_gradient(layer, gradient, u.batch_vectors, biases);
  if (!keep) adam_row(&u.constants, splat(1), biases, u.state, layer->biases, layer->outputs);
}

#endif
