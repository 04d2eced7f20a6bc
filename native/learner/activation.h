/* The activations and their gradients, and the exponential below them: fused multiply-adds, one division and
 * exact scaling, so the same bits on every target. src/kernels/float32.ts is the scalar version. */
#ifndef TOUCHDOWN_ACTIVATION_H
#define TOUCHDOWN_ACTIVATION_H

#include "simd.h"

/* src/kernels/compiled.ts has the same order. */
enum { LINEAR, RELU, SIGMOID, TANH };

typedef struct {
  floats scale, fraction;
} exponential;

/* e^x = scale · (1 + fraction) for x ≤ 0, with the scale a power of two; x below −86 counts as −86, which keeps
 * every result normal. NaN makes the fraction NaN. */
ALWAYS_INLINE exponential reduce_exponential(floats x) {
  x = choose(x < splat(-86.0f), splat(-86.0f), x);
  /* Adding 1.5 · 2^23 rounds to an integer, which then stands in the low bits. */
  const floats rounder = splat(12582912.0f);
  const floats shifted = fused(x, splat((float)1.4426950408889634), rounder);
  const floats whole = shifted - rounder;
  const ints power = ((ints)shifted - (ints)rounder + 127) << 23;
  /* ln 2 in two parts; the first has few bits. */
  const floats rest = fused(whole, splat((float)-(0.6931471805599453 - 0.693359375)), fused(whole, splat(-0.693359375f), x));
  /* (e^r − 1) / r by its Taylor series; |r| ≤ ln 2 / 2 leaves an error below 2^-27. */
  floats sum = splat((float)(1.0 / 5040));
  sum = fused(sum, rest, splat((float)(1.0 / 720)));
  sum = fused(sum, rest, splat((float)(1.0 / 120)));
  sum = fused(sum, rest, splat((float)(1.0 / 24)));
  sum = fused(sum, rest, splat((float)(1.0 / 6)));
  sum = fused(sum, rest, splat(0.5f));
  sum = fused(sum, rest, splat(1.0f));
  return (exponential){(floats)power, sum * rest};
}

ALWAYS_INLINE floats absolute(floats x) { return (floats)((ints)x & 0x7fffffff); }

ALWAYS_INLINE floats sigmoid(floats z) {
  const exponential e = reduce_exponential(-absolute(z));
  const floats value = fused(e.scale, e.fraction, e.scale);
  return choose(z < splat(0), value, splat(1)) / (splat(1) + value);
}

ALWAYS_INLINE floats tanh_lanes(floats z) {
  const exponential e = reduce_exponential(splat(-2) * absolute(z));
  const floats less_one = fused(e.scale, e.fraction, e.scale - splat(1));
  return choose(z < splat(0), less_one, splat(0) - less_one) / (splat(2) + less_one);
}

/* Applies an activation to `count` vectors in place. */
static void activate(int32_t activation, float *values, int count) {
#define FOR_EACH(expression)              \
  for (int k = 0; k < count; k++) {       \
    const floats z = load(values + k * LANES); \
    store(values + k * LANES, expression); \
  }                                       \
  break
  switch (activation) {
    case RELU: FOR_EACH(choose(z < splat(0), splat(0), z));
    case SIGMOID: FOR_EACH(sigmoid(z));
    case TANH: FOR_EACH(tanh_lanes(z));
  }
#undef FOR_EACH
}

/* Turns the gradient after an activation into the one before it, in place, by the activation's values y. */
static void activation_gradient(int32_t activation, const float *values, float *gradient, int count) {
#define FOR_EACH(expression)                                                     \
  for (int k = 0; k < count; k++) {                                              \
    const floats y = load(values + k * LANES), g = load(gradient + k * LANES); \
    store(gradient + k * LANES, expression);                                     \
  }                                                                              \
  break
  switch (activation) {
    case RELU: FOR_EACH(choose(y <= splat(0), splat(0), g));
    case SIGMOID: FOR_EACH(g * fused(-y, y, y));
    case TANH: FOR_EACH(g * fused(-y, y, splat(1)));
  }
#undef FOR_EACH
}

#endif
