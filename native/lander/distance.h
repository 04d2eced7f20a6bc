/* The distance of a ground edge and a polygon: the algorithm of Gilbert, Johnson and Keerthi (1988) on the
 * Minkowski difference, starting from the simplex of the call before. */
#ifndef TOUCHDOWN_LANDER_DISTANCE_H
#define TOUCHDOWN_LANDER_DISTANCE_H

#include "world.h"

#define MAX_DISTANCE_TRIES 20

typedef struct {
  int edge, vertex; /* indices of the supporting points */
  vec2 on_edge, on_body, w; /* in the world; w = on_body - on_edge */
  float weight;
} simplex_point;

typedef struct {
  simplex_point points[3];
  int count;
} simplex;

/* Which points the last simplex was made of, and its length or area then. */
typedef struct {
  int count;
  float metric;
  int edge[3], vertex[3];
} distance_cache;

typedef struct {
  vec2 ends[2]; /* of the edge */
  const body_shape *shape;
} distance_pair;

static inline int edge_support(const distance_pair *pair, vec2 direction) {
  return dot2(pair->ends[1], direction) > dot2(pair->ends[0], direction);
}

static inline int polygon_support(const distance_pair *pair, vec2 direction) {
  int best = 0;
  float most = dot2(pair->shape->vertices[0], direction);
  for (int k = 1; k < pair->shape->count; k++) {
    const float d = dot2(pair->shape->vertices[k], direction);
    if (d > most) {
      most = d;
      best = k;
    }
  }
  return best;
}

static inline simplex_point support_point(const distance_pair *pair, frame2 frame, int edge, int vertex, float weight) {
  const vec2 on_edge = pair->ends[edge], on_body = place2(frame, pair->shape->vertices[vertex]);
  return (simplex_point){edge, vertex, on_edge, on_body, sub2(on_body, on_edge), weight};
}

static inline float simplex_metric(const simplex *s) {
  if (s->count == 2) return length2(sub2(s->points[0].w, s->points[1].w));
  if (s->count == 3)
    return cross2(sub2(s->points[1].w, s->points[0].w), sub2(s->points[2].w, s->points[0].w));
  return 0.0f;
}

/* The cached simplex in the present pose, unless its size has changed too much. */
static void load_simplex(simplex *s, const distance_pair *pair, frame2 frame, const distance_cache *cache) {
  s->count = cache->count;
  for (int i = 0; i < cache->count; i++)
    s->points[i] = support_point(pair, frame, cache->edge[i], cache->vertex[i], 0.0f);
  if (s->count > 1) {
    const float before = cache->metric, now = simplex_metric(s);
    if (now < 0.5f * before || 2.0f * before < now || now < MACHINE_EPSILON) s->count = 0;
  }
  if (s->count == 0) {
    s->points[0] = support_point(pair, frame, 0, 0, 1.0f);
    s->count = 1;
  }
}

static void save_simplex(const simplex *s, distance_cache *cache) {
  cache->metric = simplex_metric(s);
  cache->count = s->count;
  for (int i = 0; i < s->count; i++) {
    cache->edge[i] = s->points[i].edge;
    cache->vertex[i] = s->points[i].vertex;
  }
}

static inline void keep_one(simplex *s, int i) {
  s->points[0] = s->points[i];
  s->points[0].weight = 1.0f;
  s->count = 1;
}

/* Keeps the points i and j, of weights proportional to a and b, in the places 0 and 1. */
static inline void keep_two(simplex *s, int i, int j, float a, float b) {
  const float k = 1.0f / (a + b);
  const simplex_point first = s->points[i], second = s->points[j];
  s->points[0] = first;
  s->points[1] = second;
  s->points[0].weight = a * k;
  s->points[1].weight = b * k;
  s->count = 2;
}

/* Reduces a segment to its part nearest to the origin. */
static inline void reduce_segment(simplex *s) {
  const vec2 w1 = s->points[0].w, w2 = s->points[1].w;
  const vec2 e = sub2(w2, w1);
  const float second = -dot2(w1, e);
  if (second <= 0.0f) {
    keep_one(s, 0);
    return;
  }
  const float first = dot2(w2, e);
  if (first <= 0.0f) {
    keep_one(s, 1);
    return;
  }
  keep_two(s, 0, 1, first, second);
}

/* Reduces a triangle to its part nearest to the origin; all three points stay when the origin is inside. */
static void reduce_triangle(simplex *s) {
  const vec2 w1 = s->points[0].w, w2 = s->points[1].w, w3 = s->points[2].w;
  const vec2 e12 = sub2(w2, w1), e13 = sub2(w3, w1), e23 = sub2(w3, w2);
  const float a1 = dot2(w2, e12), a2 = -dot2(w1, e12);
  const float b1 = dot2(w3, e13), b2 = -dot2(w1, e13);
  const float c1 = dot2(w3, e23), c2 = -dot2(w2, e23);
  const float n = cross2(e12, e13);
  const float g1 = n * cross2(w2, w3), g2 = n * cross2(w3, w1), g3 = n * cross2(w1, w2);
  if (a2 <= 0.0f && b2 <= 0.0f)
    keep_one(s, 0);
  else if (a1 > 0.0f && a2 > 0.0f && g3 <= 0.0f)
    keep_two(s, 0, 1, a1, a2);
  else if (b1 > 0.0f && b2 > 0.0f && g2 <= 0.0f)
    keep_two(s, 0, 2, b1, b2);
  else if (a1 <= 0.0f && c2 <= 0.0f)
    keep_one(s, 1);
  else if (b1 <= 0.0f && c1 <= 0.0f)
    keep_one(s, 2);
  else if (c1 > 0.0f && c2 > 0.0f && g1 <= 0.0f)
    keep_two(s, 2, 1, c2, c1);
}

/* From the simplex towards the origin. */
static inline vec2 search_direction(const simplex *s) {
  const vec2 w1 = s->points[0].w;
  if (s->count == 1) return neg2(w1);
  const vec2 e = sub2(s->points[1].w, w1);
  return cross2(e, neg2(w1)) > 0.0f ? left2(e) : right2(e);
}

static inline int same_point(const simplex_point *a, const simplex_point *b) {
  return a->edge == b->edge && a->vertex == b->vertex;
}

static inline float simplex_distance(const simplex *s) {
  if (s->count == 3) return 0.0f;
  const simplex_point *p = &s->points[0], *q = &s->points[1];
  if (s->count == 1) return length2(sub2(p->on_edge, p->on_body));
  return length2(sub2(add2(scale2(p->weight, p->on_edge), scale2(q->weight, q->on_edge)),
                      add2(scale2(p->weight, p->on_body), scale2(q->weight, q->on_body))));
}

static float find_distance(const distance_pair *pair, frame2 frame, distance_cache *cache) {
  simplex s;
  load_simplex(&s, pair, frame, cache);
  for (int tries = 0; tries < MAX_DISTANCE_TRIES;) {
    const simplex before = s;
    if (s.count == 2) reduce_segment(&s);
    if (s.count == 3) reduce_triangle(&s);
    if (s.count == 3) break;
    const vec2 d = search_direction(&s);
    if (dot2(d, d) < MACHINE_EPSILON * MACHINE_EPSILON) break;
    const simplex_point found = support_point(pair, frame, edge_support(pair, neg2(d)),
                                              polygon_support(pair, unrotate2(frame.q, d)), 0.0f);
    tries++;
    int known = 0;
    for (int i = 0; i < before.count; i++) known |= same_point(&found, &before.points[i]);
    if (known) break;
    s.points[s.count++] = found;
  }
  save_simplex(&s, cache);
  return simplex_distance(&s);
}

#endif
