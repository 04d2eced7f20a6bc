/* Plane geometry in single precision. Every operation rounds on its own (the build turns contraction off) and
 * the association of every formula is part of the specification: LunarLander's observations depend on it. */
#ifndef TOUCHDOWN_LANDER_GEOMETRY_H
#define TOUCHDOWN_LANDER_GEOMETRY_H

#include <stdint.h>

#define MACHINE_EPSILON 0x1p-23f

typedef struct {
  float x, y;
} vec2;

/* A rotation: sine and cosine of its angle. */
typedef struct {
  float s, c;
} rot2;

/* A body's frame: rotation and the place of its origin. */
typedef struct {
  rot2 q;
  vec2 o;
} frame2;

typedef struct {
  vec2 lower, upper;
} box2;

/* Equal to the last bit, the sign of zero included. */
static inline int same_bits(float a, float b) {
  union {
    float value;
    uint32_t bits;
  } x = {a}, y = {b};
  return x.bits == y.bits;
}

/* These forms decide the sign of zeros. */
static inline float lesser(float a, float b) { return a < b ? a : b; }
static inline float greater(float a, float b) { return a > b ? a : b; }
static inline float within(float a, float low, float high) { return greater(low, lesser(a, high)); }
static inline float magnitude(float a) { return a > 0.0f ? a : -a; }

static inline vec2 add2(vec2 a, vec2 b) { return (vec2){a.x + b.x, a.y + b.y}; }
static inline vec2 sub2(vec2 a, vec2 b) { return (vec2){a.x - b.x, a.y - b.y}; }
static inline vec2 neg2(vec2 a) { return (vec2){-a.x, -a.y}; }
static inline vec2 scale2(float k, vec2 a) { return (vec2){k * a.x, k * a.y}; }
static inline float dot2(vec2 a, vec2 b) { return (a.x * b.x) + (a.y * b.y); }
static inline float cross2(vec2 a, vec2 b) { return (a.x * b.y) - (a.y * b.x); }

/* A quarter turn clockwise and counter-clockwise. */
static inline vec2 right2(vec2 a) { return (vec2){a.y, -a.x}; }
static inline vec2 left2(vec2 a) { return (vec2){-a.y, a.x}; }

/* The velocity of the end of arm r at angular speed w. */
static inline vec2 spin2(float w, vec2 r) { return (vec2){(-w) * r.y, w * r.x}; }

static inline float length2(vec2 a) { return __builtin_sqrtf((a.x * a.x) + (a.y * a.y)); }

/* Scales to length 1 by the reciprocal of the length; leaves what is shorter than epsilon as it is. */
static inline vec2 unit2(vec2 a) {
  const float length = length2(a);
  if (length < MACHINE_EPSILON) return a;
  return scale2(1.0f / length, a);
}

static inline vec2 rotate2(rot2 q, vec2 v) {
  return (vec2){(q.c * v.x) - (q.s * v.y), (q.s * v.x) + (q.c * v.y)};
}

static inline vec2 unrotate2(rot2 q, vec2 v) {
  return (vec2){(q.c * v.x) + (q.s * v.y), ((-q.s) * v.x) + (q.c * v.y)};
}

/* From body coordinates to the world's, and back. */
static inline vec2 place2(frame2 t, vec2 v) { return add2(rotate2(t.q, v), t.o); }
static inline vec2 unplace2(frame2 t, vec2 v) { return unrotate2(t.q, sub2(v, t.o)); }

/* The frame of a body whose centre of mass, `local` in its own coordinates, is at c. */
static inline frame2 frame_around(vec2 c, rot2 q, vec2 local) {
  return (frame2){q, sub2(c, rotate2(q, local))};
}

static inline vec2 lesser2(vec2 a, vec2 b) { return (vec2){lesser(a.x, b.x), lesser(a.y, b.y)}; }
static inline vec2 greater2(vec2 a, vec2 b) { return (vec2){greater(a.x, b.x), greater(a.y, b.y)}; }

static inline box2 grow_box(box2 box, float margin) {
  const vec2 m = {margin, margin};
  return (box2){sub2(box.lower, m), add2(box.upper, m)};
}

/* Boxes that touch overlap. */
static inline int boxes_overlap(box2 a, box2 b) {
  return !(b.lower.x - a.upper.x > 0.0f || b.lower.y - a.upper.y > 0.0f || a.lower.x - b.upper.x > 0.0f ||
           a.lower.y - b.upper.y > 0.0f);
}

static inline int box_contains(box2 outer, box2 inner) {
  return outer.lower.x <= inner.lower.x && outer.lower.y <= inner.lower.y && inner.upper.x <= outer.upper.x &&
         inner.upper.y <= outer.upper.y;
}

#endif
