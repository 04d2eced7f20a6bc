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

/* Outputs whose gradients stay in the first-level cache while they are added to all of a layer's inputs. */
enum { STRETCH_OUTPUTS = 256 };

/* Floats in a cache line. */
enum { LINE_FLOATS = 16 };

ALWAYS_INLINE int pad_line(int floats) { return (floats + LINE_FLOATS - 1) / LINE_FLOATS * LINE_FLOATS; }

/* Rows of `length` weights in a block: whole tiles. */
ALWAYS_INLINE int block_rows(int length) {
  const int rows = BLOCK_FLOATS / length / TILE_ROWS * TILE_ROWS;
  return rows > TILE_ROWS ? rows : TILE_ROWS;
}

ALWAYS_INLINE void forward_tile(const int rows, const int vectors, int count, const layer_record *layer,
                                const float *weights, const float *biases, const float *inputs, const int32_t *list,
                                float *outputs, ptrdiff_t slopes) {
  tile t;
  UNROLL for (int r = 0; r < rows; r++) {
    const floats bias = splat(biases[r]);
    UNROLL for (int v = 0; v < vectors; v++) t.sums[r][v] = bias;
  }
  const left_matrix left = {weights, layer->stride, 1};
  const right_matrix right = {inputs, vectors * LANES};
  if (list) multiply_listed_tile(rows, vectors, &t, left, right, list + 1, list[0]);
  else multiply_tile(rows, vectors, &t, left, right, layer->inputs);
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      if (r < count) store(outputs + (r * vectors + v) * LANES, t.sums[r][v]);
  activate(layer->activation, outputs, count * vectors, slopes);
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

static void forward_chunk(const void *context, int chunk) {
  const forward_job *const job = context;
  const layer_record *const layer = job->layer;
  const float *const weights = job->weights, *const biases = weights + layer->biases;
  const int in = pad_rows(layer->inputs), out = pad_rows(layer->outputs), vectors = job->vectors;
  const int block = block_rows(layer->inputs);
  const range rows = chunk_range(chunk, job->chunk, layer->outputs);
  for (int begin = rows.begin; begin < rows.end; begin += block) {
    const int end = smaller(begin + block, rows.end);
    for (int s = 0; s < job->sources; s++)
      for (int first = 0; first < vectors; first += TILE_VECTORS) {
        const float *const right = job->inputs[s] + panel_at(vectors, first, in, 0);
        const int32_t *const list = job->lists ? list_of_panel(job->lists[s], first, layer->inputs) : NULL;
        for (int r = begin; r < end; r += TILE_ROWS)
          CALL_TILE(forward_tile, layer->outputs - r, panel_vectors(vectors, first), layer,
                    weights + (ptrdiff_t)r * layer->stride, biases + r, right, list,
                    job->outputs[s] + panel_at(vectors, first, out, r), s == 0 ? job->slopes : 0);
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

/* Some of a layer's outputs: steps of sums that the outputs before began and that wait in memory. */
typedef struct {
  int begin, end, all;
} stretch;

/* Those of a stretch's outputs that are in a list, or the outputs themselves where there is no list. */
typedef struct {
  const int32_t *outputs;
  int count;
} listed;

/* The part of a list that is in a stretch. @param next where that of the stretch before ended */
static listed list_stretch(const int32_t *list, stretch s, const int32_t *next) {
  listed part = {s.begin > 0 ? next : list + 1, 0};
  while (part.outputs + part.count <= list + list[0] && part.outputs[part.count] < s.end) part.count++;
  return part;
}

ALWAYS_INLINE void gradient_tile(const int rows, const int vectors, int count, stretch s, listed busy, int32_t activation,
                                 left_matrix weights, const float *gradient, const float *values, float *result) {
  tile t;
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      t.sums[r][v] = s.begin > 0 && r < count ? load(result + (r * vectors + v) * LANES) : splat(0);
  if (busy.outputs) {
    weights.at -= s.begin * weights.step;
    multiply_listed_tile(rows, vectors, &t, weights, (right_matrix){gradient, vectors * LANES}, busy.outputs, busy.count);
  } else {
    multiply_tile(rows, vectors, &t, weights, (right_matrix){gradient + s.begin * vectors * LANES, vectors * LANES},
                  s.end - s.begin);
  }
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      if (r < count) store(result + (r * vectors + v) * LANES, t.sums[r][v]);
  if (s.end == s.all) activation_gradient(activation, values, result, count * vectors);
}

/* A tile's columns of a large matrix, side by side: a walk down a column, which no processor foresees, is made once and
 * not for every panel of the batch. Only rows that some panel needs. */
static void pack_columns(const float *weights, int stride, stretch s, listed needed, float *packed) {
  if (needed.outputs) {
    for (int k = 0; k < needed.count; k++) {
      const int row = needed.outputs[k] - s.begin;
      store(packed + row * TILE_ROWS, load(weights + (ptrdiff_t)row * stride));
    }
  } else {
    for (int k = 0; k < s.end - s.begin; k++, weights += stride, packed += TILE_ROWS) store(packed, load(weights));
  }
}

/* Panels of the largest batch. */
enum { MOST_PANELS = 512 / TILE_COLUMNS };

/* What the input gradients of a layer are made of. */
typedef struct {
  const layer_record *layer, *below;
  const float *weights, *gradient;
  const int32_t *lists, *united; /* of outputs whose gradient is not 0, for every panel and for all, or NULL */
  int vectors;
} gradient_source;

/* The parts of the lists that are in a stretch. @returns that of all panels together. */
static listed list_parts(const gradient_source *from, stretch s, listed needed, listed *parts) {
  int complete = from->lists != NULL;
  for (int first = 0; first < from->vectors; first += TILE_VECTORS) {
    listed *const part = parts + first / TILE_VECTORS;
    const int32_t *const list = list_of_panel(from->lists, first, from->layer->outputs);
    *part = list ? list_stretch(list, s, part->outputs + part->count) : (listed){NULL, 0};
    if (!list) complete = 0;
  }
  return complete ? list_stretch(from->united, s, needed.outputs + needed.count) : (listed){NULL, 0};
}

/* From the gradient with respect to a layer's sums to that with respect to the sums of the layer below, for some of the
 * layer's inputs. @param values of the layer below, or its slopes */
static void input_gradient(const gradient_source *from, const float *values, float *result, range columns) {
  const layer_record *const layer = from->layer;
  const int in = pad_rows(layer->inputs), out = pad_rows(layer->outputs), vectors = from->vectors;
  float packed[STRETCH_OUTPUTS * TILE_ROWS + LANES];
  listed parts[MOST_PANELS] = {{NULL, 0}}, needed = {NULL, 0};
  for (stretch s = {.all = layer->outputs}; s.end < s.all; s.begin = s.end) {
    s.end = smaller(s.begin + STRETCH_OUTPUTS, s.all);
    needed = list_parts(from, s, needed, parts);
    for (int r = columns.begin; r < columns.end; r += TILE_ROWS) {
      left_matrix left = {from->weights + (ptrdiff_t)s.begin * layer->stride + r, 1, layer->stride};
      if (s.all >= STRETCH_OUTPUTS) {
        pack_columns(left.at, layer->stride, s, needed, packed);
        left = (left_matrix){packed, 1, TILE_ROWS};
      }
      for (int first = 0; first < vectors; first += TILE_VECTORS) {
        const ptrdiff_t at = panel_at(vectors, first, in, r);
        CALL_TILE(gradient_tile, layer->inputs - r, panel_vectors(vectors, first), s, parts[first / TILE_VECTORS],
                  from->below->activation, left, from->gradient + panel_at(vectors, first, out, 0), values + at,
                  result + at);
      }
    }
  }
}

#endif
