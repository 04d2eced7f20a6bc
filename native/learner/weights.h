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

/* Adam and the soft target update for the first `count` numbers from `at` on. @returns their finite_check (idle.h) */
ALWAYS_INLINE floats adam(const adam_constants *c, floats gradient, adam_state state, ptrdiff_t at, int count) {
  const floats m = normal_or_zero(fused(c->gain1, gradient, c->decay1 * load(state.first_moment + at)));
  const floats v = normal_or_zero(fused(c->gain2 * gradient, gradient, c->decay2 * load(state.second_moment + at)));
  const floats root = fused(square_root(v), c->root_scale, c->epsilon);
  const floats parameter = fused(c->step_size, m / root, load(state.parameters + at));
  store_first(state.first_moment + at, m, count);
  store_first(state.second_moment + at, v, count);
  store_first(state.parameters + at, parameter, count);
  const floats before = load(state.target + at);
  const floats target = c->copy ? parameter : fused(c->tau, parameter - before, before);
  store_first(state.target + at, target, count);
  return finite_check(parameter + target);
}

/* The same for `count` numbers whose gradient is in memory. */
static floats adam_row(const adam_constants *c, floats scale, const float *gradient, adam_state state, ptrdiff_t at,
                       int count) {
  floats checks = splat(0);
  int k = 0;
  for (; k + LANES <= count; k += LANES) checks += adam(c, load(gradient + k) * scale, state, at + k, LANES);
  if (k < count) checks += adam(c, load(gradient + k) * scale, state, at + k, count - k);
  return checks;
}

/* The same for `count` numbers whose gradient is 0. */
static floats adam_idle_row(const adam_constants *c, adam_state state, ptrdiff_t at, int count) {
  floats checks = splat(0);
  int k = 0;
  for (; k + LANES <= count; k += LANES) checks += adam(c, splat(0), state, at + k, LANES);
  if (k < count) checks += adam(c, splat(0), state, at + k, count - k);
  return checks;
}

/* Remembers that a layer has a number that is not finite. */
static void note_non_finite(int32_t *word, floats checks) {
  if (has_non_finite(checks)) __atomic_store_n(word, 1, __ATOMIC_RELAXED);
}

/* The gradients of the outputs that a list names, in a matrix of their own: [outputs in the list][batch] in panels. */
static void pick_outputs(const float *gradient, int outputs, int vectors, const int32_t *list, float *picked) {
  const int features = pad_rows(outputs), count = list[0];
  for (int first = 0; first < vectors; first += TILE_VECTORS) {
    const int lanes = panel_vectors(vectors, first) * LANES;
    float *to = picked + panel_at(vectors, first, pad_rows(count), 0);
    for (int k = 1; k <= count; k++, to += lanes) {
      const float *const from = gradient + panel_at(vectors, first, features, list[k]);
      for (int lane = 0; lane < lanes; lane += LANES) store(to + lane, load(from + lane));
    }
  }
}

/* Steps of the batch between two prefetches; panels are multiples of it. */
enum { STRETCH = TILE_COLUMNS < 16 ? TILE_COLUMNS : 16 };

/* Columns of the gradient that are computed before they are applied: with a tile's rows they stay in the first-level
 * cache, and so do their inputs in the second-level one while all rows go over them. */
enum { GRADIENT_COLUMNS = 512 };

/* The outputs of a layer whose weights have a gradient that is not 0. */
typedef struct {
  const int32_t *order; /* they, then the others; NULL where all are busy */
  int count;
  const float *gradient; /* of the layer's sums: [count][batch] in panels */
} busy_outputs;

/* One layer's step, or, where the gradient's norm is clipped, only its gradient. Rows are in the order of `busy`. */
typedef struct {
  const layer_record *layer;
  busy_outputs busy;
  const float *gradient; /* of all of the layer's sums: [outputs][batch] in panels */
  const float *inputs;   /* [columns in panels][batch][TILE_COLUMNS] */
  adam_state state;
  adam_constants constants;
  int32_t *non_finite; /* see idle.h */
  float *kept; /* where the gradient goes instead of being applied, or NULL */
  float *bias_gradient;
  int batch_vectors;
  int far; /* the state comes from beyond the second-level cache */
  int chunk; /* rows */
} weight_update;

/* Where a row's weights begin. */
ALWAYS_INLINE ptrdiff_t row_at(const weight_update *u, int row) {
  return (ptrdiff_t)(u->busy.order ? u->busy.order[row] : row) * u->layer->stride;
}

/* The state of some rows of a tile, on its way into the first-level cache while the gradient is being computed. */
ALWAYS_INLINE void prefetch_state(const weight_update *u, int row, int rows, int column) {
  const adam_state state = u->state;
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < TILE_COLUMNS; c += LINE_FLOATS) {
      const ptrdiff_t element = row_at(u, row + r) + column + c;
      __builtin_prefetch(state.parameters + element, 1);
      __builtin_prefetch(state.target + element, 1);
      __builtin_prefetch(state.first_moment + element, 1);
      __builtin_prefetch(state.second_moment + element, 1);
    }
}

/* The gradient of a tile's weights, to `result`, whose rows are `result_stride` apart. */
ALWAYS_INLINE void weight_tile(const int rows, const int vectors, int count, const weight_update *u, int row, int column,
                               float *result, ptrdiff_t result_stride) {
  const int features = pad_rows(u->busy.count);
  const int prefetch_rows = (rows * STRETCH + u->batch_vectors * LANES - 1) / (u->batch_vectors * LANES);
  int next = row;
  tile t;
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++) t.sums[r][v] = splat(0);
  for (int first = 0; first < u->batch_vectors; first += TILE_VECTORS) {
    const int lanes = panel_vectors(u->batch_vectors, first) * LANES;
    const float *const gradient = u->busy.gradient + panel_at(u->batch_vectors, first, features, row);
    const float *const inputs = u->inputs + ((ptrdiff_t)column * u->batch_vectors + first * TILE_COLUMNS) * LANES;
    for (int lane = 0; lane < lanes; lane += STRETCH) {
      if (u->far) prefetch_state(u, next, smaller(prefetch_rows, u->layer->outputs - next), column);
      next += prefetch_rows;
      multiply_tile(rows, vectors, &t, (left_matrix){gradient + lane, lanes, 1},
                    (right_matrix){inputs + lane * TILE_COLUMNS, TILE_COLUMNS}, STRETCH, NULL);
    }
  }
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      if (r < count) store(result + r * result_stride + v * LANES, t.sums[r][v]);
}

/* Sums over the batch for 4 · `count` outputs, so many that one addition needn't wait for the one before. */
ALWAYS_INLINE void bias_sums(const int count, const float *gradient, int feature, int features, int vectors,
                             float *result) {
  quad sums[4] = {{0}, {0}, {0}, {0}};
  for (int first = 0; first < vectors; first += TILE_VECTORS) {
    const int lanes = panel_vectors(vectors, first) * LANES;
    const float *const panel = gradient + panel_at(vectors, first, features, feature);
    for (int lane = 0; lane < lanes; lane += 4)
      UNROLL for (int q = 0; q < count; q++) {
        const quads turned = transpose_quads(panel + 4 * q * lanes + lane, lanes);
        UNROLL for (int k = 0; k < 4; k++) sums[q] += turned.rows[k];
      }
  }
  UNROLL for (int q = 0; q < count; q++) *(unaligned_quad *)(result + 4 * q) = sums[q];
}

/* The gradient of the biases: for every output the sum over the batch, from 0 on, in order. */
static void bias_gradient(const layer_record *layer, const float *gradient, int vectors, float *result) {
  const int features = pad_rows(layer->outputs);
  int f = 0;
  for (; f + 16 <= features; f += 16) bias_sums(4, gradient, f, features, vectors, result + f);
  for (; f < features; f += 4) bias_sums(1, gradient, f, features, vectors, result + f);
}

static void update_biases(const weight_update *u) {
  const layer_record *const layer = u->layer;
  bias_gradient(layer, u->gradient, u->batch_vectors, u->bias_gradient);
  if (u->kept) return;
  note_non_finite(u->non_finite,
                  adam_row(&u->constants, splat(1), u->bias_gradient, u->state, layer->biases, layer->outputs));
}

/* Chunk 0 is the biases: vectors of them do not end where rows of tiles do. */
static void update_chunk(const void *context, int chunk) {
  const weight_update *const u = context;
  const layer_record *const layer = u->layer;
  if (chunk == 0) {
    update_biases(u);
    return;
  }
  const range rows = chunk_range(chunk - 1, u->chunk, layer->outputs);
  const int busy = smaller(rows.end, u->busy.count);
  floats checks = splat(0);
  float block[TILE_ROWS * GRADIENT_COLUMNS] __attribute__((aligned(64)));
  for (int begin = 0; begin < layer->inputs; begin += GRADIENT_COLUMNS) {
    const int columns = smaller(GRADIENT_COLUMNS, layer->inputs - begin);
    for (int r = rows.begin; r < busy; r += TILE_ROWS) {
      float *const result = u->kept ? u->kept + row_at(u, r) + begin : block;
      const ptrdiff_t stride = u->kept ? layer->stride : GRADIENT_COLUMNS;
      for (int c = 0; c < columns; c += TILE_COLUMNS)
        CALL_TILE(weight_tile, u->busy.count - r, (columns - c + LANES - 1) / LANES, u, r, begin + c, result + c, stride);
      if (u->kept) continue;
      for (int k = 0; k < smaller(TILE_ROWS, u->busy.count - r); k++)
        checks += adam_row(&u->constants, splat(1), block + k * GRADIENT_COLUMNS, u->state, row_at(u, r + k) + begin,
                           columns);
    }
  }
  for (int r = rows.begin > busy ? rows.begin : busy; r < rows.end; r++)
    checks += adam_idle_row(&u->constants, u->state, row_at(u, r), layer->inputs);
  note_non_finite(u->non_finite, checks);
}

/* @param gradient of the layer's sums: [outputs][batch] in panels
 * @param inputs the layer's, in panels of columns */
static void update_weights(uint8_t *memory, const learner_record *record, const layer_record *layer,
                           busy_outputs busy, const float *gradient, const float *inputs) {
  float *const kept = record->max_norm > 0 ? AT(float, memory, layer->gradient) : NULL;
  const weight_update u = {
      .layer = layer,
      .busy = busy,
      .gradient = gradient,
      .inputs = inputs,
      .state = state_of(memory, layer),
      .constants = adam_of(record),
      .non_finite = non_finite_flag(memory, layer),
      .kept = kept,
      .bias_gradient = kept ? kept + layer->biases : AT(float, memory, record->bias_gradient),
      .batch_vectors = record->batch / LANES,
      .far = !kept && is_far(layer, 4),
      .chunk = chunk_size(record->threads, layer->outputs, (int64_t)layer->inputs * record->batch),
  };
  const int threads = u.chunk < layer->outputs ? record->threads : 1; /* not for the biases alone */
  crew_run(threads, update_chunk, &u, 1 + chunk_count(layer->outputs, u.chunk));
}

#endif
