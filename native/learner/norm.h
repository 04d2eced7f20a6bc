/* Clipping of the gradient by its norm over all parameters, as in torch.nn.utils.clip_grad_norm_. Adam waits until
 * the whole gradient is in memory.
 *
 * The order of the norm's sum: in single precision the squares of one input's weights, outputs in index order, fused;
 * in double precision those sums, inputs in index order, then the squares of the biases; layers from first to last. */
#ifndef TOUCHDOWN_NORM_H
#define TOUCHDOWN_NORM_H

#include "weights.h"

/* Adds a layer's squares to `sum`. */
static double add_squares(const layer_record *layer, const float *gradient, double sum) {
  for (int column = 0; column < layer->inputs; column += LANES) {
    floats squares = splat(0);
    for (int r = 0; r < layer->outputs; r++) {
      const floats g = load(gradient + (ptrdiff_t)r * layer->stride + column);
      squares = fused(g, g, squares);
    }
    for (int lane = 0; lane < smaller(LANES, layer->inputs - column); lane++) sum += (double)squares[lane];
  }
  for (int r = 0; r < layer->outputs; r++) sum += (double)gradient[layer->biases + r] * (double)gradient[layer->biases + r];
  return sum;
}

/* The step of all layers along the clipped gradient. */
static void update_clipped(uint8_t *memory, const learner_record *record, const network_record *network) {
  const layer_record *const layers = AT(const layer_record, memory, network->layers);
  double squares = 0;
  for (int l = 0; l < network->depth; l++)
    squares = add_squares(&layers[l], AT(const float, memory, layers[l].gradient), squares);
  const double share = (double)record->max_norm / (__builtin_sqrt(squares) + 1e-6);
  const floats scale = splat(share >= 1 ? 1 : (float)share);
  const adam_constants constants = adam_of(record);
  for (int l = 0; l < network->depth; l++) {
    const layer_record *const layer = &layers[l];
    const float *const gradient = AT(const float, memory, layer->gradient);
    const adam_state state = state_of(memory, layer);
    floats checks = adam_row(&constants, scale, gradient + layer->biases, state, layer->biases, layer->outputs);
    for (int r = 0; r < layer->outputs; r++) {
      const ptrdiff_t row = (ptrdiff_t)r * layer->stride;
      checks += adam_row(&constants, scale, gradient + row, state, row, layer->inputs);
    }
    note_non_finite(non_finite_flag(memory, layer), checks);
  }
}

#endif
