/* Sine and cosine of a single-precision angle, with the bits of glibc's sinf and cosf (2.28 and later): one
 * range reduction and two short polynomials in double precision, cast at the end. This is not always the
 * correctly rounded value, and the physics depends on every bit of it. */
#ifndef TOUCHDOWN_LANDER_ROTATION_H
#define TOUCHDOWN_LANDER_ROTATION_H

#include "elementary.h"
#include "geometry.h"

static inline double sine_polynomial(double x, double z) {
  const double t = x * z;
  const double u = 0x1.1107605230bc4p-7 + (z * -0x1.994eb3774cf24p-13);
  const double v = t * z;
  const double p = x + (t * -0x1.555545995a603p-3);
  return p + (v * u);
}

static inline double cosine_polynomial(double z) {
  const double t = z * z;
  const double u = -0x1.6c087e89a359dp-10 + (z * 0x1.99343027bf8c3p-16);
  const double p = 1.0 + (z * -0x1.ffffffd0c621cp-2);
  const double v = t * z;
  const double r = p + (t * 0x1.55553e1068f19p-5);
  return r + (v * u);
}

static inline rot2 rotation_by(float angle) {
  const float size = magnitude(angle);
  if (size < 0x1p-12f) return (rot2){angle, 1.0f};
  double x = angle;
  int32_t quadrant = 0;
  if (size < 120.0f) {
    if (size >= 0.75f) {
      quadrant = ((int32_t)(x * 0x1.45F306DC9C883p+23) + 0x800000) >> 24;
      x = x - (quadrant * 0x1.921FB54442D18p+0);
    }
  } else {
    /* 19 turns: no episode comes here. glibc reduces with more bits of pi; so does this. */
    x = reduce_angle(x, &quadrant).high;
  }
  const double z = x * x;
  const float cosine = (float)cosine_polynomial(z);
  const float sine = (float)sine_polynomial(x, z);
  switch (quadrant & 3) {
    case 0:
      return (rot2){sine, cosine};
    case 1:
      return (rot2){cosine, -sine};
    case 2:
      return (rot2){-sine, -cosine};
    default:
      return (rot2){-cosine, sine};
  }
}

#endif
