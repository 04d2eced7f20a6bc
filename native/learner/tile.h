/* The register tile: the one inner loop that every matrix product of the learner runs through.
 *
 *   sums[r][v] += left[r] · right[v]      r: rows (one float each),  v: vectors of LANES columns
 *
 * for one step after another. Rows × vectors independent sums hide the latency of the fused multiply-add, and
 * all of them stay in registers: the loops over them have constant counts and are unrolled in full. */
#ifndef TOUCHDOWN_TILE_H
#define TOUCHDOWN_TILE_H

#include <stddef.h>

#include "simd.h"

/* Rows of a full tile, and of the two smaller ones that finish a matrix. Multiples of ROW_STEP: a tile may
 * compute rows past the end (arrays have room for them) but never stores them. */
#if LANES == 16 || defined(__aarch64__)
enum { TILE_ROWS = 12, MEDIUM_TILE_ROWS = 8, SMALL_TILE_ROWS = 4 };
#elif LANES == 8
enum { TILE_ROWS = 6, MEDIUM_TILE_ROWS = 4, SMALL_TILE_ROWS = 2 };
#else
enum { TILE_ROWS = 4, MEDIUM_TILE_ROWS = 2, SMALL_TILE_ROWS = 1 };
#endif
enum { TILE_VECTORS = 2, TILE_COLUMNS = TILE_VECTORS * LANES, ROW_STEP = 4 };

typedef struct {
  floats sums[TILE_ROWS][TILE_VECTORS];
} tile;

/* The left matrix: row r, step k at at[r · row + k · step]. The right one: step k, column c at at[k · step + c]. */
typedef struct {
  const float *at;
  ptrdiff_t row, step;
} left_matrix;

typedef struct {
  const float *at;
  ptrdiff_t step;
} right_matrix;

/* Cache lines that are wanted soon, one for every step so that they come while there is something to do: for step k that
 * at at[(k + turn) mod AHEAD_GROUP · row + ⌊k / AHEAD_GROUP⌋ · group]. None where `row` is 0. */
typedef struct {
  const float *at;
  ptrdiff_t row, group;
  unsigned turn;
} lines_ahead;

enum { AHEAD_GROUP = 16 };

ALWAYS_INLINE void prefetch_line(const lines_ahead *ahead, unsigned step) {
  const ptrdiff_t row = (step + ahead->turn) % AHEAD_GROUP, group = step / AHEAD_GROUP;
  __builtin_prefetch(ahead->at + row * ahead->row + group * ahead->group);
}

ALWAYS_INLINE void multiply_step(const int rows, const int vectors, tile *t, const float *left, ptrdiff_t row,
                                 const float *right) {
  floats columns[TILE_VECTORS];
  UNROLL for (int v = 0; v < vectors; v++) columns[v] = load(right + v * LANES);
  UNROLL for (int r = 0; r < rows; r++) {
    const floats factor = splat(left[r * row]);
    UNROLL for (int v = 0; v < vectors; v++) t->sums[r][v] = fused(factor, columns[v], t->sums[r][v]);
  }
}

/* @param ahead NULL, or what is prefetched meanwhile: a constant, so that a loop without it has no test */
ALWAYS_INLINE void multiply_tile(const int rows, const int vectors, tile *t, left_matrix left, right_matrix right,
                                 int steps, const lines_ahead *ahead) {
  for (int k = 0; k < steps; k++) {
    if (ahead) prefetch_line(ahead, k);
    multiply_step(rows, vectors, t, left.at, left.row, right.at);
    left.at += left.step;
    right.at += right.step;
  }
}

/* The same for `count` steps only, whose numbers are in a list. */
ALWAYS_INLINE void multiply_listed_tile(const int rows, const int vectors, tile *t, left_matrix left, right_matrix right,
                                        const int32_t *steps, int count, const lines_ahead *ahead) {
  for (int k = 0; k < count; k++) {
    if (ahead) prefetch_line(ahead, steps[k]);
    multiply_step(rows, vectors, t, left.at + steps[k] * left.step, left.row, right.at + steps[k] * right.step);
  }
}

/* Calls function(rows, vectors, count, …) with constant rows and vectors, for the next rows of a matrix that has
 * `remaining` of them left; `count` of the tile's rows exist. */
#define CALL_TILE(function, remaining, vectors, ...)                                                     \
  do {                                                                                                   \
    const int remaining_ = (remaining);                                                                  \
    if (remaining_ >= TILE_ROWS) CALL_ROWS(function, TILE_ROWS, TILE_ROWS, vectors, __VA_ARGS__);        \
    else if (remaining_ > MEDIUM_TILE_ROWS) CALL_ROWS(function, TILE_ROWS, remaining_, vectors, __VA_ARGS__); \
    else if (remaining_ > SMALL_TILE_ROWS) CALL_ROWS(function, MEDIUM_TILE_ROWS, remaining_, vectors, __VA_ARGS__); \
    else CALL_ROWS(function, SMALL_TILE_ROWS, remaining_, vectors, __VA_ARGS__);                         \
  } while (0)
#define CALL_ROWS(function, rows, count, vectors, ...)      \
  do {                                                      \
    if ((vectors) >= 2) function(rows, 2, count, __VA_ARGS__); \
    else function(rows, 1, count, __VA_ARGS__);             \
  } while (0)

#endif
