/* Forward pass for a few observations, where a panel would be mostly empty: lanes are a layer's outputs. The weights
 * lie the other way, so they are turned in registers, four columns of LANES rows at a time. Every sum starts at the
 * bias and adds the inputs in index order, as in layers.h: the same bits.
 *
 * Values are stored by observation, [observation][few_stride(features)]. */
#ifndef TOUCHDOWN_FEW_H
#define TOUCHDOWN_FEW_H

#include "layers.h"
#include "quads.h"

/* Observations up to which this beats panels. */
enum { FEW = LANES == 4 ? 2 : 4 };

enum {
  /* Vectors of outputs at a time: as many sums per observation, so that one hides the latency of the others. */
  FEW_VECTORS = LANES == 16 ? 2 : 4,
  FEW_ROWS = FEW_VECTORS * LANES,
  /* Weights of a layer that stay in the last cache. Those of a larger one come from memory, whence a processor
   * foresees only so many rows at a time. */
  NEAR_FLOATS = 1 << 21,
  FAR_ROWS = 16,
};

ALWAYS_INLINE int few_stride(int features) { return (features + FEW_ROWS - 1) / FEW_ROWS * FEW_ROWS; }

/* Where the rows of a vector begin, four at a time. Rows past a layer's last are replaced by its last ones. */
typedef struct {
  const float *fours[LANES / 4];
} row_fours;

ALWAYS_INLINE row_fours rows_from(const layer_record *layer, const float *weights, int row) {
  row_fours rows;
  for (int k = 0; k < LANES / 4; k++)
    rows.fours[k] = weights + (ptrdiff_t)smaller(row + 4 * k, pad_rows(layer->outputs) - 4) * layer->stride;
  return rows;
}

/* Row `row` of every four: four columns of each. */
ALWAYS_INLINE floats load_fours(const row_fours *rows, ptrdiff_t at) {
#if LANES == 16
  __m512 x = _mm512_castps128_ps512(_mm_loadu_ps(rows->fours[0] + at));
  x = _mm512_insertf32x4(x, _mm_loadu_ps(rows->fours[1] + at), 1);
  x = _mm512_insertf32x4(x, _mm_loadu_ps(rows->fours[2] + at), 2);
  return (floats)_mm512_insertf32x4(x, _mm_loadu_ps(rows->fours[3] + at), 3);
#elif LANES == 8
  /* A blend has more execution units than an insertion. */
  const __m256 x = _mm256_castps128_ps256(_mm_loadu_ps(rows->fours[0] + at));
  return (floats)_mm256_blend_ps(x, _mm256_broadcast_ps((const __m128 *)(rows->fours[1] + at)), 0xf0);
#else
  return load(rows->fours[0] + at);
#endif
}

/* Four columns of LANES rows, a vector per column. */
ALWAYS_INLINE void turn_columns(const row_fours *rows, ptrdiff_t stride, int column, floats *columns) {
  const floats a = load_fours(rows, column), b = load_fours(rows, column + stride);
  const floats c = load_fours(rows, column + 2 * stride), d = load_fours(rows, column + 3 * stride);
#if LANES == 16
#define INTERLEAVE(half, x, y) (__m512d)_mm512_unpack##half##_ps((__m512)x, (__m512)y)
#define JOIN(half, x, y) (floats)_mm512_unpack##half##_pd(x, y)
  const __m512d ab_low = INTERLEAVE(lo, a, b), ab_high = INTERLEAVE(hi, a, b);
  const __m512d cd_low = INTERLEAVE(lo, c, d), cd_high = INTERLEAVE(hi, c, d);
#elif LANES == 8
#define INTERLEAVE(half, x, y) (__m256d)_mm256_unpack##half##_ps((__m256)x, (__m256)y)
#define JOIN(half, x, y) (floats)_mm256_unpack##half##_pd(x, y)
  const __m256d ab_low = INTERLEAVE(lo, a, b), ab_high = INTERLEAVE(hi, a, b);
  const __m256d cd_low = INTERLEAVE(lo, c, d), cd_high = INTERLEAVE(hi, c, d);
#else
#define INTERLEAVE_lo(x, y) SHUFFLE(x, y, 0, 4, 1, 5)
#define INTERLEAVE_hi(x, y) SHUFFLE(x, y, 2, 6, 3, 7)
#define JOIN_lo(x, y) SHUFFLE(x, y, 0, 1, 4, 5)
#define JOIN_hi(x, y) SHUFFLE(x, y, 2, 3, 6, 7)
#define JOIN(half, x, y) JOIN_##half(x, y)
  const quad ab_low = INTERLEAVE_lo(a, b), ab_high = INTERLEAVE_hi(a, b);
  const quad cd_low = INTERLEAVE_lo(c, d), cd_high = INTERLEAVE_hi(c, d);
#endif
  columns[0] = JOIN(lo, ab_low, cd_low);
  columns[1] = JOIN(hi, ab_low, cd_low);
  columns[2] = JOIN(lo, ab_high, cd_high);
  columns[3] = JOIN(hi, ab_high, cd_high);
}

/* Observations by row, and how many of `count` (constant) there are: the last one stands in for the rest. */
typedef struct {
  const float *at;
  ptrdiff_t stride;
  int present;
} observation_rows;

ALWAYS_INLINE void few_outputs(const int count, const int vectors, const layer_record *layer, const float *weights,
                               observation_rows in, int row, float *out, ptrdiff_t out_stride) {
  row_fours rows[FEW_VECTORS];
  floats sums[FEW][FEW_VECTORS];
  const float *x[FEW];
  UNROLL for (int v = 0; v < vectors; v++) rows[v] = rows_from(layer, weights, row + v * LANES);
  UNROLL for (int n = 0; n < count; n++) {
    x[n] = in.at + smaller(n, in.present - 1) * in.stride;
    UNROLL for (int v = 0; v < vectors; v++)
      sums[n][v] = load(weights + layer->biases + smaller(row + v * LANES, pad_line(layer->outputs) - LANES));
  }
  int column = 0;
  for (; column + 4 <= layer->inputs; column += 4) {
    /* The next cache line of a quarter of the rows: four steps make all of it. */
    const ptrdiff_t ahead = column / 4 % 4 * (ptrdiff_t)layer->stride + column + LINE_FLOATS;
    UNROLL for (int v = 0; v < vectors; v++)
      UNROLL for (int k = 0; k < LANES / 4; k++) __builtin_prefetch(rows[v].fours[k] + ahead);
    UNROLL for (int v = 0; v < vectors; v++) {
      floats columns[4];
      turn_columns(&rows[v], layer->stride, column, columns);
      UNROLL for (int k = 0; k < 4; k++)
        UNROLL for (int n = 0; n < count; n++) sums[n][v] = fused(columns[k], splat(x[n][column + k]), sums[n][v]);
    }
  }
  if (column < layer->inputs)
    UNROLL for (int v = 0; v < vectors; v++) {
      floats columns[4];
      turn_columns(&rows[v], layer->stride, column, columns);
      UNROLL for (int k = 0; k < 3; k++)
        UNROLL for (int n = 0; n < count; n++)
          if (column + k < layer->inputs) sums[n][v] = fused(columns[k], splat(x[n][column + k]), sums[n][v]);
    }
  UNROLL for (int n = 0; n < count; n++) {
    UNROLL for (int v = 0; v < vectors; v++) store(out + n * out_stride + row + v * LANES, sums[n][v]);
    activate(layer->activation, out + n * out_stride + row, vectors, 0);
  }
}

/* FEW_VECTORS vectors at a time, and two for the last rows or too many weights. */
ALWAYS_INLINE void few_rows(const int count, const layer_record *layer, const float *weights, observation_rows in,
                            float *out) {
  const ptrdiff_t stride = few_stride(layer->outputs);
  int row = 0;
  if (FEW_VECTORS > 2 && (FEW_ROWS <= FAR_ROWS || layer->outputs * layer->stride <= NEAR_FLOATS))
    for (; layer->outputs - row > 2 * LANES; row += FEW_ROWS)
      few_outputs(count, FEW_VECTORS, layer, weights, in, row, out, stride);
  for (; row < layer->outputs; row += 2 * LANES) few_outputs(count, 2, layer, weights, in, row, out, stride);
}

/* The values of a layer for 1 to FEW observations. */
static void forward_few(uint8_t *memory, const layer_record *layer, observation_rows in, float *out) {
  const float *const weights = AT(const float, memory, layer->parameters);
  if (in.present == 1) few_rows(1, layer, weights, in, out);
  else if (in.present == 2) few_rows(2, layer, weights, in, out);
#if LANES > 4
  else few_rows(4, layer, weights, in, out);
#endif
}

#endif
