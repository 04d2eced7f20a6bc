/* Minibatches: rows of the replay, drawn uniformly with replacement from a stream that TypeScript owns. */
#ifndef TOUCHDOWN_LEARNER_DRAW_H
#define TOUCHDOWN_LEARNER_DRAW_H

#include "kernels.h"
#include "random.h"

typedef struct {
  pcg64 random; /* goes on */
  int32_t count;
  uint32_t indices; /* [count] */
} draw_record;

/* Draws integers in [0, limit), limit ≥ 1, as NumPy's Generator.integers does one by one: none where there is only
 * one to choose. Returns nothing of use. */
static double draw_indices(uint8_t *memory, uint32_t at, int32_t limit) {
  draw_record *const record = AT(draw_record, memory, at);
  int32_t *const indices = AT(int32_t, memory, record->indices);
  const int32_t count = record->count;
  pcg64 random = record->random; /* a copy, which no store to the indices can change: it stays in registers */
  for (int32_t i = 0; i < count; i++) indices[i] = limit == 1 ? 0 : pcg64_integer(&random, 0, limit);
  record->random = random;
  return 0;
}

#endif
