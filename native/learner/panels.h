/* How a batch is stored: in *panels*, [panel][feature][lanes of the panel], where lanes are observations and a panel is
 * as wide as a register tile, so that a tile reads its right-hand matrix front to back. Features are padded to ROW_STEP
 * rows. */
#ifndef TOUCHDOWN_PANELS_H
#define TOUCHDOWN_PANELS_H

#include "tile.h"

ALWAYS_INLINE int smaller(int a, int b) { return a < b ? a : b; }

ALWAYS_INLINE int pad_rows(int rows) { return (rows + ROW_STEP - 1) / ROW_STEP * ROW_STEP; }

/* Vectors of the panel that begins at a vector of the batch. */
ALWAYS_INLINE int panel_vectors(int vectors, int first) { return smaller(vectors - first, TILE_VECTORS); }

/* Where feature `feature` of the panel begins, in an array of `features` (padded) of them. */
ALWAYS_INLINE ptrdiff_t panel_at(int vectors, int first, int features, int feature) {
  return (ptrdiff_t)first * LANES * features + (ptrdiff_t)feature * panel_vectors(vectors, first) * LANES;
}

/* Where vector `vector` of the batch is, for feature 0; the next feature is panel_vectors · LANES further. */
ALWAYS_INLINE ptrdiff_t vector_at(int vector, int features) {
  const int first = vector / TILE_VECTORS * TILE_VECTORS;
  return (ptrdiff_t)first * LANES * features + (ptrdiff_t)(vector - first) * LANES;
}

#endif
