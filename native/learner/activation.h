/* The activations and their gradients, and the exponential below them: fused multiply-adds, one division and
 * exact scaling, so the same bits on every target. src/kernels/float32.ts is the scalar version. */
#ifndef TOUCHDOWN_ACTIVATION_H
#define TOUCHDOWN_ACTIVATION_H

#include <stddef.h>

#include "simd.h"

/* src/kernels/records.ts has the same order. */
enum { LINEAR, RELU, SIGMOID, TANH, LEAKY_RELU, ELU, SILU };

/* The slope of a leaky relu below 0, PyTorch's default. */
#define LEAK 0.01f

typedef struct {
  floats scale, fraction;
} exponential;

/* Below it e^x counts as e^LOWEST, which keeps every result normal. */
#define LOWEST (-86.0f)

/* e^x = scale · (1 + fraction) for x ≤ 0, with the scale a power of two. NaN makes the fraction NaN. */
ALWAYS_INLINE exponential reduce_exponential(floats x) {
  x = choose(x < splat(LOWEST), splat(LOWEST), x);
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

/* e^x − 1, accurate near 0 too. */
ALWAYS_INLINE floats exponential_less_one(exponential e) { return fused(e.scale, e.fraction, e.scale - splat(1)); }

/* e^−|z| */
ALWAYS_INLINE floats decay(floats z) {
  const exponential e = reduce_exponential(-absolute(z));
  return fused(e.scale, e.fraction, e.scale);
}

ALWAYS_INLINE floats sigmoid(floats z) {
  const floats e = decay(z);
  return choose(z < splat(0), e, splat(1)) / (splat(1) + e);
}

ALWAYS_INLINE floats tanh_lanes(floats z) {
  const floats less_one = exponential_less_one(reduce_exponential(splat(-2) * absolute(z)));
  return choose(z < splat(0), less_one, splat(0) - less_one) / (splat(2) + less_one);
}

ALWAYS_INLINE floats leaky_relu(floats z) { return choose(z < splat(0), splat(LEAK) * z, z + splat(0)); }

ALWAYS_INLINE floats elu(floats z) {
  return choose(z < splat(0), exponential_less_one(reduce_exponential(-absolute(z))), z + splat(0));
}

/* z · sigmoid(z), where z below LOWEST counts as LOWEST: the exponential has stopped falling there. */
ALWAYS_INLINE floats silu(floats z) { return choose(z < splat(LOWEST), splat(LOWEST), z + splat(0)) * sigmoid(z); }

/* sigmoid(z) · (1 + z · sigmoid(−z)), where z counts as at most −LOWEST away from 0. */
ALWAYS_INLINE floats silu_slope(floats z) {
  const floats far = splat(-LOWEST);
  const floats near = choose(z > far, far, choose(z < -far, -far, z));
  const floats e = decay(z);
  const floats rest = choose(z < splat(0), splat(1), e) / (splat(1) + e);
  return sigmoid(z) * fused(near, rest, splat(1));
}

/* Applies an activation to `count` vectors in place; −0 counts as 0. The slope of silu is no function of its value: it goes `slopes`
 * floats further, unless that is 0. */
static void activate(int32_t activation, float *values, int count, ptrdiff_t slopes) {
#define FOR_EACH(expression)              \
  for (int k = 0; k < count; k++) {       \
    const floats z = load(values + k * LANES); \
    store(values + k * LANES, expression); \
  }                                       \
  break
  switch (activation) {
    case RELU: FOR_EACH(choose(z <= splat(0), splat(0), z));
    case SIGMOID: FOR_EACH(sigmoid(z));
    case TANH: FOR_EACH(tanh_lanes(z));
    case LEAKY_RELU: FOR_EACH(leaky_relu(z));
    case ELU: FOR_EACH(elu(z));
    case SILU:
      for (int k = 0; k < count; k++) {
        const floats z = load(values + k * LANES);
        if (slopes != 0) store(values + k * LANES + slopes, silu_slope(z));
        store(values + k * LANES, silu(z));
      }
  }
#undef FOR_EACH
}

/* Turns the gradient after an activation into the one before it, in place, by the activation's values y, or the slopes
 * that silu left. */
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
    case LEAKY_RELU: FOR_EACH(choose(y <= splat(0), splat(LEAK) * g, g));
    case ELU: FOR_EACH(choose(y > splat(0), g, g * (y + splat(1))));
    case SILU: FOR_EACH(g * y);
  }
#undef FOR_EACH
}

#endif
