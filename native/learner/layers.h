/* Forward pass and input gradient of one layer. Lanes are observations of the batch, which is stored in panels. */
#ifndef TOUCHDOWN_LAYERS_H
#define TOUCHDOWN_LAYERS_H

#include "activation.h"
#include "crew.h"
#include "idle.h"
#include "panels.h"
#include "record.h"

/* Weights that are used for the whole batch before the next ones are read: they stay in the second-level cache. */
enum { BLOCK_FLOATS = 32768 };

/* Features that are added to all sums of a product before the next ones are: those of a panel stay in the first-level
 * cache, and sums wait in memory, which does not change them. */
enum { STRETCH_FEATURES = 256 };

/* Matrices that, one or all four of them together, are larger than this come from beyond the second-level cache. */
enum { CACHED_FLOATS = 131072 };

ALWAYS_INLINE int is_far(const layer_record *layer, int matrices) {
  return (int64_t)layer->outputs * layer->stride * matrices > CACHED_FLOATS;
}

/* Floats in a cache line. */
enum { LINE_FLOATS = 16 };

ALWAYS_INLINE int pad_line(int floats) { return (floats + LINE_FLOATS - 1) / LINE_FLOATS * LINE_FLOATS; }

/* Rows of `length` weights in a block: whole tiles. */
ALWAYS_INLINE int block_rows(int length) {
  const int rows = BLOCK_FLOATS / length / TILE_ROWS * TILE_ROWS;
  return rows > TILE_ROWS ? rows : TILE_ROWS;
}

/* Some of the features that a product sums over; the sums with those before wait in memory. */
typedef struct {
  int begin, end, all;
} stretch;

ALWAYS_INLINE stretch next_stretch(stretch s) {
  return (stretch){s.end, smaller(s.end + STRETCH_FEATURES, s.all), s.all};
}

ALWAYS_INLINE stretch first_stretch(int features) { return next_stretch((stretch){.all = features}); }

/* Those of a stretch's features that are in a list, or all of them where there is no list. */
typedef struct {
  const int32_t *features;
  int count;
} listed;

/* The part of a list that is in a stretch. @param before that of the stretch before */
static listed list_stretch(const int32_t *list, stretch s, listed before) {
  const int32_t *const begin = s.begin > 0 ? before.features + before.count : list + 1, *const end = list + 1 + list[0];
  const int32_t *next = s.end == s.all ? end : begin;
  while (next < end && *next < s.end) next++;
  return (listed){begin, (int)(next - begin)};
}

/* Panels of the largest batch. */
enum { MOST_PANELS = 512 / TILE_COLUMNS };

/* The parts of a batch's lists, if it has any, that are in a stretch.
 * @param parts those of the stretch before become those of this one, for every panel
 * @returns whether all panels have one */
static int list_parts(const int32_t *lists, int features, int vectors, stretch s, listed *parts) {
  int complete = lists != NULL;
  for (int p = 0; lists && p < panel_count(vectors); p++) {
    const int32_t *const list = list_of_panel(lists, p * TILE_VECTORS, features);
    parts[p] = list ? list_stretch(list, s, parts[p]) : (listed){NULL, 0};
    if (!list) complete = 0;
  }
  return complete;
}

/* Adds a stretch's products to a tile of sums in memory.
 * @param starts what the sums of the rows start with, or NULL for 0
 * @param left,panel begin with feature 0
 * @param ahead by feature */
ALWAYS_INLINE void add_stretch(const int rows, const int vectors, int count, stretch s, listed busy,
                               const float *starts, left_matrix left, const float *panel, lines_ahead ahead,
                               float *result) {
  tile t;
  if (s.begin == 0) {
    UNROLL for (int r = 0; r < rows; r++)
      UNROLL for (int v = 0; v < vectors; v++) t.sums[r][v] = splat(starts ? starts[r] : 0);
  } else {
    UNROLL for (int r = 0; r < rows; r++)
      UNROLL for (int v = 0; v < vectors; v++)
        t.sums[r][v] = r < count ? load(result + (r * vectors + v) * LANES) : splat(0);
  }
  right_matrix right = {panel, vectors * LANES};
  if (busy.features) {
    if (ahead.row) multiply_listed_tile(rows, vectors, &t, left, right, busy.features, busy.count, &ahead);
    else multiply_listed_tile(rows, vectors, &t, left, right, busy.features, busy.count, NULL);
  } else {
    left.at += s.begin * left.step;
    right.at += s.begin * right.step;
    ahead.at += s.begin / AHEAD_GROUP * ahead.group;
    if (ahead.row) multiply_tile(rows, vectors, &t, left, right, s.end - s.begin, &ahead);
    else multiply_tile(rows, vectors, &t, left, right, s.end - s.begin, NULL);
  }
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      if (r < count) store(result + (r * vectors + v) * LANES, t.sums[r][v]);
}

ALWAYS_INLINE void forward_tile(const int rows, const int vectors, int count, stretch s, listed busy,
                                const layer_record *layer, const float *weights, const float *biases,
                                const float *inputs, lines_ahead ahead, float *outputs, ptrdiff_t slopes) {
  add_stretch(rows, vectors, count, s, busy, biases, (left_matrix){weights, layer->stride, 1}, inputs, ahead, outputs);
  if (s.end == s.all) activate(layer->activation, outputs, count * vectors, slopes);
}

/* Rows or columns of a matrix. */
typedef struct {
  int begin, end;
} range;

/* A matrix's rows or columns in chunks for a crew: whole tiles, and quads. */
enum { CHUNK_STEP = TILE_ROWS % 4 ? 2 * TILE_ROWS : TILE_ROWS, CHUNKS_PER_THREAD = 4 };

/* Multiply-adds below which a job is over before others have heard of it. */
enum { SHARED_WORK = 1 << 19 };

/* Rows per chunk of a job with so many multiply-adds per row: all of them where sharing doesn't pay. */
ALWAYS_INLINE int chunk_size(int threads, int rows, int64_t work_per_row) {
  if (threads < 2 || rows * work_per_row < SHARED_WORK) return rows;
  const int share = rows / (threads * CHUNKS_PER_THREAD) / CHUNK_STEP * CHUNK_STEP;
  return share > CHUNK_STEP ? share : CHUNK_STEP;
}

ALWAYS_INLINE int chunk_count(int rows, int size) { return (rows + size - 1) / size; }

ALWAYS_INLINE range chunk_range(int chunk, int size, int rows) {
  return (range){chunk * size, smaller((chunk + 1) * size, rows)};
}

/* The values of a layer for `vectors` vectors of observations, for each of `sources` batches. */
typedef struct {
  const layer_record *layer;
  const float *weights;
  int sources, vectors, chunk;
  const float *const *inputs;
  const int32_t *const *lists; /* of the inputs that are not idle, for every batch, or NULL */
  float *const *outputs;
  ptrdiff_t slopes; /* of the first batch: floats from a value to its slope, 0 where none is kept */
} forward_job;

/* Some of a layer's weights: rows, and the stretch of their columns. */
typedef struct {
  int begin, end;
  stretch columns;
} weight_block;

/* The weights of the block that comes next, at the same place as a row. A tile without a list asks for all of a tile's
 * rows, so that only the first panel has to; with lists every panel asks for some, each in a turn of its own so that
 * like lists don't ask for the same.
 * @param panel its number, of all sources
 * @param next the block, or NULL where nothing is to be prefetched */
ALWAYS_INLINE lines_ahead rows_ahead(const forward_job *job, weight_block now, const weight_block *next, int row,
                                     int panel, listed busy) {
  if (!next || (panel > 0 && !busy.features)) return (lines_ahead){0};
  const ptrdiff_t stride = job->layer->stride;
  const float *const at = job->weights + (next->begin + row - now.begin) * stride + next->columns.begin;
  return (lines_ahead){at - now.columns.begin, stride, LINE_FLOATS, 5 * panel};
}

/* One block's share of a layer's sums, for the whole batch. @param next see rows_ahead */
static void forward_block(const forward_job *job, weight_block block, listed parts[][MOST_PANELS],
                          const weight_block *next) {
  const layer_record *const layer = job->layer;
  const float *const biases = job->weights + layer->biases;
  const int in = pad_rows(layer->inputs), out = pad_rows(layer->outputs), vectors = job->vectors;
  const int panels = panel_count(vectors);
  for (int s = 0; s < job->sources; s++)
    for (int p = 0; p < panels; p++) {
      const int first = p * TILE_VECTORS;
      const float *const right = job->inputs[s] + panel_at(vectors, first, in, 0);
      const listed busy = job->lists ? parts[s][p] : (listed){NULL, 0};
      for (int r = block.begin; r < block.end; r += TILE_ROWS)
        CALL_TILE(forward_tile, layer->outputs - r, panel_vectors(vectors, first), block.columns, busy, layer,
                  job->weights + (ptrdiff_t)r * layer->stride, biases + r, right,
                  rows_ahead(job, block, next, r, s * panels + p, busy),
                  job->outputs[s] + panel_at(vectors, first, out, r), s == 0 ? job->slopes : 0);
    }
}

static void forward_chunk(const void *context, int chunk) {
  const forward_job *const job = context;
  const layer_record *const layer = job->layer;
  const range rows = chunk_range(chunk, job->chunk, layer->outputs);
  const int height = block_rows(smaller(layer->inputs, STRETCH_FEATURES)), far = is_far(layer, 1);
  listed parts[2][MOST_PANELS];
  for (stretch s = first_stretch(layer->inputs); s.begin < s.all; s = next_stretch(s)) {
    for (int source = 0; job->lists && source < job->sources; source++)
      list_parts(job->lists[source], layer->inputs, job->vectors, s, parts[source]);
    for (int begin = rows.begin, end; begin < rows.end; begin = end) {
      end = smaller(begin + height, rows.end);
      const int last = end == rows.end;
      const weight_block next = {last ? rows.begin : end, rows.end, last ? next_stretch(s) : s};
      forward_block(job, (weight_block){begin, end, s}, parts, far && next.columns.begin < s.all ? &next : NULL);
    }
  }
}

static void forward_layer(uint8_t *memory, int threads, const layer_record *layer, uint32_t matrix, int sources,
                          const float *const *inputs, const int32_t *const *lists, float *const *outputs, int vectors) {
  const int64_t work = (int64_t)layer->inputs * vectors * LANES * sources;
  const forward_job job = {
      .layer = layer,
      .weights = AT(const float, memory, matrix),
      .sources = sources,
      .vectors = vectors,
      .chunk = chunk_size(threads, layer->outputs, work),
      .inputs = inputs,
      .lists = lists,
      .outputs = outputs,
      /* Slopes lie beside a layer's own values, not beside those that other passes leave in scratch arrays. */
      .slopes = outputs[0] == AT(float, memory, layer->values) ? layer->slopes : 0,
  };
  crew_run(threads, forward_chunk, &job, chunk_count(layer->outputs, job.chunk));
}

ALWAYS_INLINE void gradient_tile(const int rows, const int vectors, int count, stretch s, listed busy, int32_t activation,
                                 left_matrix weights, const float *gradient, const float *values, lines_ahead ahead,
                                 float *result) {
  add_stretch(rows, vectors, count, s, busy, NULL, weights, gradient, ahead, result);
  if (s.end == s.all) activation_gradient(activation, values, result, count * vectors);
}

/* A tile's columns of a large matrix, side by side: a walk down a column, which no processor foresees, is made once and
 * not for every panel of the batch. Only rows that some panel needs. */
static void pack_columns(const float *weights, int stride, stretch s, listed needed, float *packed) {
  if (needed.features) {
    for (int k = 0; k < needed.count; k++) {
      const int row = needed.features[k] - s.begin;
      store(packed + row * TILE_ROWS, load(weights + (ptrdiff_t)row * stride));
    }
  } else {
    for (int k = 0; k < s.end - s.begin; k++, weights += stride, packed += TILE_ROWS) store(packed, load(weights));
  }
}

/* What the input gradients of a layer are made of. */
typedef struct {
  const layer_record *layer, *below;
  const float *weights, *gradient;
  const int32_t *lists, *united; /* of outputs whose gradient is not 0, for every panel and for all, or NULL */
  int vectors;
} gradient_source;

/* From the gradient with respect to a layer's sums to that with respect to the sums of the layer below, for some of the
 * layer's inputs. @param values of the layer below, or its slopes */
static void input_gradient(const gradient_source *from, const float *values, float *result, range columns) {
  const layer_record *const layer = from->layer;
  const int in = pad_rows(layer->inputs), out = pad_rows(layer->outputs), vectors = from->vectors;
  const int pack = layer->outputs >= STRETCH_FEATURES, far = pack && is_far(layer, 1);
  float packed[STRETCH_FEATURES * TILE_ROWS + LANES];
  listed parts[MOST_PANELS] = {{NULL, 0}}, needed = {NULL, 0};
  for (stretch s = first_stretch(layer->outputs); s.begin < s.all; s = next_stretch(s)) {
    if (list_parts(from->lists, layer->outputs, vectors, s, parts)) needed = list_stretch(from->united, s, needed);
    for (int r = columns.begin; r < columns.end; r += TILE_ROWS) {
      left_matrix left = {from->weights + r, 1, layer->stride};
      if (pack) {
        pack_columns(left.at + (ptrdiff_t)s.begin * layer->stride, layer->stride, s, needed, packed);
        left = (left_matrix){packed - s.begin * TILE_ROWS, 1, TILE_ROWS};
      }
      /* The lines with the last column of the next tile. */
      const lines_ahead next = {from->weights + r + 2 * TILE_ROWS - 1, layer->stride, AHEAD_GROUP * layer->stride, 0};
      for (int first = 0; first < vectors; first += TILE_VECTORS) {
        const listed busy = parts[first / TILE_VECTORS];
        const ptrdiff_t at = panel_at(vectors, first, in, r);
        const lines_ahead ahead = far && (first == 0 || busy.features) ? next : (lines_ahead){0};
        CALL_TILE(gradient_tile, layer->inputs - r, panel_vectors(vectors, first), s, busy, from->below->activation, left,
                  from->gradient + panel_at(vectors, first, out, 0), values + at, ahead, result + at);
      }
    }
  }
}

#endif
