/* Units that are 0 for a whole panel of the batch, as many of a relu layer's are, and gradients that are: what they
 * would add to a sum is 0, so the products of wide layers leave them out.
 *
 * It changes no bit. A sum that w · 0 is added to stays what it was, but for two cases. Where w is not finite the product
 * is NaN: a layer that has ever had such a weight leaves nothing out. And −0 becomes 0: activations make no difference
 * between them (activation.h), nor does Adam.
 *
 * A list is a count and then as many numbers of features in ascending order. */
#ifndef TOUCHDOWN_IDLE_H
#define TOUCHDOWN_IDLE_H

#include "activation.h"
#include "panels.h"
#include "record.h"

/* Units of a layer from which on lists pay. */
enum { LISTED_UNITS = 32 };

/* Set once a weight is not finite (record.h). */
ALWAYS_INLINE int32_t *non_finite_flag(uint8_t *memory, const layer_record *layer) {
  return AT(int32_t, memory, layer->parameters) - 1;
}

/* Whether products of a layer's weights with what an activation leaves, values or gradients, may and should have lists. */
ALWAYS_INLINE int may_idle(uint8_t *memory, int32_t activation, const layer_record *layer) {
  if (activation != RELU || smaller(layer->inputs, layer->outputs) < LISTED_UNITS) return 0;
  return !*non_finite_flag(memory, layer);
}

/* Numbers from list to list. */
ALWAYS_INLINE ptrdiff_t list_stride(int features) { return 1 + pad_rows(features); }

ALWAYS_INLINE int panel_count(int vectors) { return (vectors + TILE_VECTORS - 1) / TILE_VECTORS; }

/* The list of a panel of the batch, or NULL where there are none or it leaves too little out. */
ALWAYS_INLINE const int32_t *list_of_panel(const int32_t *lists, int first, int features) {
  if (!lists) return NULL;
  const int32_t *const list = lists + first / TILE_VECTORS * list_stride(features);
  return list[0] <= features - features / 16 ? list : NULL;
}

ALWAYS_INLINE ints magnitude(const float *from) { return (ints)load(from) & 0x7fffffff; }

/* For every panel of a batch, which of its features are not 0 for all observations. */
static void list_panels(const float *panels, int features, int vectors, int32_t *lists) {
  for (int first = 0; first < vectors; first += TILE_VECTORS) {
    const int wide = panel_vectors(vectors, first) == TILE_VECTORS;
    const float *row = panels + panel_at(vectors, first, pad_rows(features), 0);
    int count = 0;
    for (int f = 0; f < features; f++) {
      ints bits = magnitude(row);
      if (wide) bits |= magnitude(row + LANES);
      lists[1 + count] = f;
      count += any(bits);
      row += wide ? 2 * LANES : LANES;
    }
    lists[0] = count;
    lists += list_stride(features);
  }
}

/* The features that are in the list of some panel, and behind them, uncounted, those that are in none.
 * @param seen room for a number per feature */
static void unite_lists(const int32_t *lists, int features, int vectors, int32_t *seen, int32_t *united) {
  for (int f = 0; f < features; f++) seen[f] = 0;
  for (int first = 0; first < vectors; first += TILE_VECTORS, lists += list_stride(features))
    for (int k = 1; k <= lists[0]; k++) seen[lists[k]] = 1;
  int count = 0;
  for (int f = 0; f < features; f++) count += seen[f];
  united[0] = count;
  for (int f = 0, busy = 0; f < features; f++) {
    united[1 + (seen[f] ? busy : count + f - busy)] = f;
    busy += seen[f];
  }
}

/* NaN where a number is not finite, and 0 otherwise: sums of it are NaN if one number was not finite. */
ALWAYS_INLINE floats finite_check(floats x) { return x * splat(0); }

ALWAYS_INLINE int has_non_finite(floats checks) { return any((ints)(checks != checks)); }

/* Whether all values of a batch are finite. */
static int all_finite(const float *panels, int features, int vectors) {
  floats sums[2] = {{0}, {0}};
  for (int first = 0; first < vectors; first += TILE_VECTORS) {
    const float *at = panels + panel_at(vectors, first, pad_rows(features), 0);
    const int wide = panel_vectors(vectors, first) == TILE_VECTORS;
    for (int f = 0; f < features; f++, at += wide ? 2 * LANES : LANES) {
      sums[0] += finite_check(load(at));
      if (wide) sums[1] += finite_check(load(at + LANES));
    }
  }
  return !has_non_finite(sums[0] + sums[1]);
}

#endif
