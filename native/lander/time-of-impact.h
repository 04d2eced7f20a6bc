/* The time of impact of a moving polygon and a ground edge, by conservative advancement: root finding on a
 * separation along an axis that the distance algorithm suggests (E. Catto, "Continuous Collision", GDC 2013). */
#ifndef TOUCHDOWN_LANDER_TIME_OF_IMPACT_H
#define TOUCHDOWN_LANDER_TIME_OF_IMPACT_H

#include "distance.h"
#include "rotation.h"

#define MAX_IMPACT_ROUNDS 20
#define MAX_PUSHES 16
#define MAX_ROOT_TRIES 50
#define IMPACT_TARGET greater(LINEAR_SLOP, TWO_SKINS - (3.0f * LINEAR_SLOP))
#define IMPACT_TOLERANCE (0.25f * LINEAR_SLOP)

/* A body's motion over what is left of the step; fractions run from 0 to 1. */
typedef struct {
  vec2 c0, c, centre;
  float a0, a;
} sweep;

static inline frame2 frame_at(const sweep *way, float t) {
  const float u = 1.0f - t;
  const vec2 c = add2(scale2(u, way->c0), scale2(t, way->c));
  return frame_around(c, rotation_by((u * way->a0) + (t * way->a)), way->centre);
}

/* Brings the starting angle into [0, 2 pi). */
static inline sweep sweep_of(const rigid_body *body, vec2 centre) {
  const float turn = 2.0f * PI_FLOAT;
  const float whole = turn * __builtin_floorf(body->a0 / turn);
  return (sweep){body->c0, body->c, centre, body->a0 - whole, body->a - whole};
}

enum { AXIS_OF_POINTS, AXIS_OF_BODY_FACE, AXIS_OF_EDGE };

/* The axis along which separation is measured; of a face of the body, axis and point are in body coordinates. */
typedef struct {
  int kind;
  vec2 axis, point;
} separation_axis;

/* The points that are nearest to each other along the axis. */
typedef struct {
  int edge, vertex;
} witness_pair;

static separation_axis choose_axis(const distance_pair *pair, const distance_cache *cache, frame2 frame) {
  const vec2 *ends = pair->ends, *vertices = pair->shape->vertices;
  if (cache->count == 1) {
    const vec2 way = sub2(place2(frame, vertices[cache->vertex[0]]), ends[cache->edge[0]]);
    return (separation_axis){AXIS_OF_POINTS, unit2(way), {0.0f, 0.0f}};
  }
  separation_axis found;
  float side;
  if (cache->edge[0] == cache->edge[1]) {
    const vec2 p1 = vertices[cache->vertex[0]], p2 = vertices[cache->vertex[1]];
    found = (separation_axis){AXIS_OF_BODY_FACE, unit2(right2(sub2(p2, p1))), scale2(0.5f, add2(p1, p2))};
    side = dot2(sub2(ends[cache->edge[0]], place2(frame, found.point)), rotate2(frame.q, found.axis));
  } else {
    const vec2 e1 = ends[cache->edge[0]], e2 = ends[cache->edge[1]];
    found = (separation_axis){AXIS_OF_EDGE, unit2(right2(sub2(e2, e1))), scale2(0.5f, add2(e1, e2))};
    side = dot2(sub2(place2(frame, vertices[cache->vertex[0]]), found.point), found.axis);
  }
  if (side < 0.0f) found.axis = neg2(found.axis);
  return found;
}

static inline witness_pair find_witnesses(const distance_pair *pair, const separation_axis *along, frame2 frame) {
  if (along->kind == AXIS_OF_BODY_FACE)
    return (witness_pair){edge_support(pair, neg2(rotate2(frame.q, along->axis))), 0};
  return (witness_pair){edge_support(pair, along->axis),
                        polygon_support(pair, unrotate2(frame.q, neg2(along->axis)))};
}

static inline float separation_at(const distance_pair *pair, const separation_axis *along, witness_pair witness,
                                  frame2 frame) {
  if (along->kind == AXIS_OF_BODY_FACE)
    return dot2(sub2(pair->ends[witness.edge], place2(frame, along->point)), rotate2(frame.q, along->axis));
  const vec2 vertex = place2(frame, pair->shape->vertices[witness.vertex]);
  const vec2 from = along->kind == AXIS_OF_POINTS ? pair->ends[witness.edge] : along->point;
  return dot2(sub2(vertex, from), along->axis);
}

/* The fraction between t1 and t2 at which the separation is the target; t2 when it is not found. */
static float find_root(const distance_pair *pair, const separation_axis *along, witness_pair witness,
                       const sweep *way, float t1, float s1, float t2, float s2) {
  const float target = IMPACT_TARGET;
  float x1 = t1, x2 = t2;
  for (int i = 0; i < MAX_ROOT_TRIES; i++) {
    const float t = i & 1 ? x1 + (((target - s1) * (x2 - x1)) / (s2 - s1)) : 0.5f * (x1 + x2);
    const float s = separation_at(pair, along, witness, frame_at(way, t));
    if (magnitude(s - target) < IMPACT_TOLERANCE) return t;
    if (s > target) {
      x1 = t;
      s1 = s;
    } else {
      x2 = t;
      s2 = s;
    }
  }
  return t2;
}

typedef enum { ADVANCE_ON, ADVANCE_TOUCHING, ADVANCE_NONE } advance_outcome;

/* Moves *t1 along one axis up to where another axis is needed or the shapes touch. */
static advance_outcome advance_along(const distance_pair *pair, const separation_axis *along, const sweep *way,
                                     float *t1) {
  const float target = IMPACT_TARGET, tolerance = IMPACT_TOLERANCE;
  float t2 = 1.0f;
  for (int pushes = 0; pushes < MAX_PUSHES; pushes++) {
    const frame2 end = frame_at(way, t2);
    const witness_pair witness = find_witnesses(pair, along, end);
    const float s2 = separation_at(pair, along, witness, end);
    if (s2 > target + tolerance) return ADVANCE_NONE;
    if (s2 > target - tolerance) {
      *t1 = t2;
      return ADVANCE_ON;
    }
    const float s1 = separation_at(pair, along, witness, frame_at(way, *t1));
    if (s1 < target - tolerance) return ADVANCE_NONE;
    if (s1 <= target + tolerance) return ADVANCE_TOUCHING;
    t2 = find_root(pair, along, witness, way, *t1, s1, t2, s2);
  }
  return ADVANCE_ON;
}

/* @returns whether the shapes come to touch within the sweep, and in *t when. */
static int find_impact(const distance_pair *pair, const sweep *way, float *t) {
  distance_cache cache = {0};
  *t = 0.0f;
  for (int round = 0; round < MAX_IMPACT_ROUNDS; round++) {
    const frame2 frame = frame_at(way, *t);
    const float distance = find_distance(pair, frame, &cache);
    if (distance <= 0.0f) return 0;
    if (distance < IMPACT_TARGET + IMPACT_TOLERANCE) return 1;
    const separation_axis along = choose_axis(pair, &cache, frame);
    const advance_outcome outcome = advance_along(pair, &along, way, t);
    if (outcome != ADVANCE_ON) return outcome == ADVANCE_TOUCHING;
  }
  return 0;
}

#endif
