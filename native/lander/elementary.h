/* sin, cos and tanh in double precision: the same bits on every target, and within 0.501 units in the last
 * place of the true value, so that they agree with any good C library all but always. The steps that decide the
 * last bit are done in double-double arithmetic: a value as an unevaluated sum of two doubles, without fused
 * operations (T. J. Dekker, "A floating-point technique for extending the available precision", 1971). */
#ifndef TOUCHDOWN_LANDER_ELEMENTARY_H
#define TOUCHDOWN_LANDER_ELEMENTARY_H

#include <stdint.h>

/* high + low, |low| at most half a unit in the last place of high. */
typedef struct {
  double high, low;
} twofold;

/* a + b exactly, for |a| >= |b| or a = 0. */
static inline twofold ordered_sum(double a, double b) {
  const double s = a + b;
  return (twofold){s, b - (s - a)};
}

/* a + b exactly. */
static inline twofold exact_sum(double a, double b) {
  const double s = a + b;
  const double part = s - a;
  return (twofold){s, (a - (s - part)) + (b - part)};
}

/* a · b exactly: each factor is split into halves whose products have no rounding. */
static inline twofold exact_product(double a, double b) {
  const double p = a * b;
  const double ca = 0x8000001p0 * a, cb = 0x8000001p0 * b;
  const double a1 = ca - (ca - a), b1 = cb - (cb - b);
  const double a2 = a - a1, b2 = b - b1;
  return (twofold){p, (((a1 * b1 - p) + a1 * b2) + a2 * b1) + a2 * b2};
}

static inline twofold sum(twofold a, twofold b) {
  const twofold s = exact_sum(a.high, b.high);
  return ordered_sum(s.high, s.low + (a.low + b.low));
}

static inline twofold product(twofold a, twofold b) {
  const twofold p = exact_product(a.high, b.high);
  return ordered_sum(p.high, p.low + (a.high * b.low + a.low * b.high));
}

static inline twofold quotient(twofold a, twofold b) {
  const double first = a.high / b.high;
  const twofold back = exact_product(first, b.high);
  const double rest = ((a.high - back.high) - back.low) + (a.low - first * b.low);
  return ordered_sum(first, rest / b.high);
}

/* x minus the nearest multiple n of pi/2, pi/2 taken to 150 bits; *quadrant = n. For |x| < 2^20: n times each of
 * the first parts (33 bits) is exact. Beyond (or for NaN) the angle counts as 0, which keeps results finite. */
static inline twofold reduce_angle(double x, int32_t *quadrant) {
  *quadrant = 0;
  if (!(x > -0x1p20 && x < 0x1p20)) return (twofold){0.0, 0.0};
  const double n = (x * 0x1.45f306dc9c883p-1 + 0x1.8p52) - 0x1.8p52;
  *quadrant = (int32_t)n;
  const double rest = x - n * 0x1.921fb544p+0; /* exact: both are close to each other */
  const twofold second = exact_sum(rest, n * -0x1.0b4611a6p-34);
  const twofold third = exact_sum(second.high, n * -0x1.3198a2e0p-69);
  return ordered_sum(third.high, third.low + (second.low + n * -0x1.b839a252049c1p-104));
}

static const twofold over_6 = {0x1.5555555555555p-3, 0x1.5555555555555p-57};
static const twofold over_24 = {0x1.5555555555555p-5, 0x1.5555555555555p-59};
static const twofold over_120 = {0x1.1111111111111p-7, 0x1.1111111111111p-63};
static const twofold over_720 = {0x1.6c16c16c16c17p-10, -0x1.f49f49f49f49fp-65};
static const twofold over_5040 = {0x1.a01a01a01a01ap-13, 0x1.a01a01a01a01ap-73};

static inline twofold negative(twofold a) { return (twofold){-a.high, -a.low}; }

/* The sine and cosine of an angle of at most 2^20: Taylor's series on [-pi/4, pi/4], whose first terms carry
 * the precision. */
static inline void double_sine_cosine(double angle, double *sine, double *cosine) {
  int32_t quadrant;
  const twofold r = reduce_angle(angle, &quadrant);
  const twofold z = product(r, r);
  const double y = z.high;

  const double s7 = -1.0 / 5040.0 +
                    y * (1.0 / 362880.0 +
                         y * (-1.0 / 39916800.0 +
                              y * (1.0 / 6227020800.0 +
                                   y * (-1.0 / 1307674368000.0 +
                                        y * (1.0 / 355687428096000.0 + y * (-1.0 / 121645100408832000.0))))));
  twofold t = sum(over_120, (twofold){y * s7, 0.0});
  t = sum(negative(over_6), product(z, t));
  const twofold s = sum(r, product(r, product(z, t)));

  const double c6 = -1.0 / 720.0 +
                    y * (1.0 / 40320.0 +
                         y * (-1.0 / 3628800.0 +
                              y * (1.0 / 479001600.0 +
                                   y * (-1.0 / 87178291200.0 +
                                        y * (1.0 / 20922789888000.0 +
                                             y * (-1.0 / 6402373705728000.0 + y * (1.0 / 2432902008176640000.0)))))));
  t = sum(over_24, (twofold){y * c6, 0.0});
  t = sum((twofold){-0.5, 0.0}, product(z, t));
  const twofold c = sum((twofold){1.0, 0.0}, product(z, t));

  const double first = quadrant & 1 ? c.high : s.high;
  const double second = quadrant & 1 ? s.high : c.high;
  *sine = quadrant & 2 ? -first : first;
  *cosine = (quadrant + 1) & 2 ? -second : second;
}

static inline double double_sine(double angle) {
  double s, c;
  double_sine_cosine(angle, &s, &c);
  return s;
}

/* The hyperbolic tangent for |x| <= 2, as x · (sinh x / x) / cosh x: both are series of positive terms. */
static inline double double_tanh(double x) {
  const twofold z = exact_product(x, x);
  const double y = z.high;

  const double s9 =
      1.0 / 362880.0 +
      y * (1.0 / 39916800.0 +
           y * (1.0 / 6227020800.0 +
                y * (1.0 / 1307674368000.0 +
                     y * (1.0 / 355687428096000.0 +
                          y * (1.0 / 121645100408832000.0 +
                               y * (1.0 / 51090942171709440000.0 +
                                    y * (1.0 / 25852016738884976640000.0 +
                                         y * (1.0 / 15511210043330985984000000.0))))))));
  twofold s = sum(over_5040, (twofold){y * s9, 0.0});
  s = sum(over_120, product(z, s));
  s = sum(over_6, product(z, s));
  s = sum((twofold){1.0, 0.0}, product(z, s));

  const double c8 =
      1.0 / 40320.0 +
      y * (1.0 / 3628800.0 +
           y * (1.0 / 479001600.0 +
                y * (1.0 / 87178291200.0 +
                     y * (1.0 / 20922789888000.0 +
                          y * (1.0 / 6402373705728000.0 +
                               y * (1.0 / 2432902008176640000.0 +
                                    y * (1.0 / 1124000727777607680000.0 +
                                         y * (1.0 / 620448401733239439360000.0 +
                                              y * (1.0 / 403291461126605635584000000.0)))))))));
  twofold c = sum(over_720, (twofold){y * c8, 0.0});
  c = sum(over_24, product(z, c));
  c = sum((twofold){0.5, 0.0}, product(z, c));
  c = sum((twofold){1.0, 0.0}, product(z, c));

  return quotient(product((twofold){x, 0.0}, s), c).high;
}

#endif
