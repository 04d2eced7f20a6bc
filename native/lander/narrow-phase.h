/* Narrow phase: where a ground edge and a body's polygon touch, by separating axes and clipping. Edges know
 * nothing of their neighbours, and are solid from both sides. */
#ifndef TOUCHDOWN_LANDER_NARROW_PHASE_H
#define TOUCHDOWN_LANDER_NARROW_PHASE_H

#include "world.h"

#define LARGEST_FLOAT 0x1.fffffep+127f

/* What meets what at a point: index and type (vertex, face) on the side of A and of B. Only equality counts. */
enum { VERTEX, FACE };

static inline uint32_t identity_of(int index_a, int index_b, int type_a, int type_b) {
  return (uint32_t)(index_a | index_b << 8 | type_a << 16 | type_b << 24);
}

static inline int index_b_of(uint32_t identity) { return (int)(identity >> 8 & 0xff); }

static inline uint32_t swapped_identity(uint32_t identity) {
  return (identity & 0x00ff00ffu) << 8 | (identity >> 8 & 0x00ff00ffu);
}

typedef struct {
  vec2 point;
  uint32_t identity;
} segment_end;

/* The part of a segment where dot(normal, point) <= offset; `index` names the cutting side. @returns the number
 * of ends left. A cut end comes last, even if it was the first. */
static inline int clip_segment(segment_end out[2], const segment_end in[2], vec2 normal, float offset, int index) {
  const float d0 = dot2(normal, in[0].point) - offset;
  const float d1 = dot2(normal, in[1].point) - offset;
  int count = 0;
  if (d0 <= 0.0f) out[count++] = in[0];
  if (d1 <= 0.0f) out[count++] = in[1];
  if (d0 * d1 < 0.0f) {
    const float k = d0 / (d0 - d1);
    out[count].point = add2(in[0].point, scale2(k, sub2(in[1].point, in[0].point)));
    out[count].identity = identity_of(index, index_b_of(in[0].identity), VERTEX, FACE);
    count++;
  }
  return count;
}

typedef struct {
  vec2 vertices[MAX_VERTICES], normals[MAX_VERTICES];
  int count;
} world_polygon;

/* The side that the other shape's segment is clipped against. */
typedef struct {
  vec2 first, second, normal;
  int first_index, second_index;
} reference_side;

static inline world_polygon polygon_at(const body_shape *shape, frame2 frame) {
  world_polygon polygon;
  polygon.count = shape->count;
  for (int k = 0; k < shape->count; k++) {
    polygon.vertices[k] = place2(frame, shape->vertices[k]);
    polygon.normals[k] = rotate2(frame.q, shape->normals[k]);
  }
  return polygon;
}

static inline float edge_separation(const world_polygon *polygon, vec2 normal, vec2 point) {
  float least = LARGEST_FLOAT;
  for (int k = 0; k < polygon->count; k++)
    least = lesser(dot2(normal, sub2(polygon->vertices[k], point)), least);
  return least;
}

/* The largest separation along the polygon's normals and its face; more than two skins as soon as one is. */
static inline float face_separation(const world_polygon *polygon, const ground_edge *edge, int *face) {
  float largest = -LARGEST_FLOAT;
  *face = 0;
  for (int k = 0; k < polygon->count; k++) {
    const vec2 inward = neg2(polygon->normals[k]);
    const float s = lesser(dot2(inward, sub2(polygon->vertices[k], edge->a)),
                           dot2(inward, sub2(polygon->vertices[k], edge->b)));
    if (s > TWO_SKINS) return s;
    if (s > largest) {
      largest = s;
      *face = k;
    }
  }
  return largest;
}

static inline int next_vertex(const world_polygon *polygon, int k) { return k + 1 < polygon->count ? k + 1 : 0; }

/* The edge as reference, the polygon's face that looks at it most as incident segment. */
static inline reference_side take_edge(const world_polygon *polygon, const ground_edge *edge, int front,
                                       segment_end incident[2]) {
  const vec2 normal = front ? edge->normal : neg2(edge->normal);
  int face = 0;
  float least = dot2(normal, polygon->normals[0]);
  for (int k = 1; k < polygon->count; k++) {
    const float d = dot2(normal, polygon->normals[k]);
    if (d < least) {
      least = d;
      face = k;
    }
  }
  const int after = next_vertex(polygon, face);
  incident[0] = (segment_end){polygon->vertices[face], identity_of(0, face, FACE, VERTEX)};
  incident[1] = (segment_end){polygon->vertices[after], identity_of(0, after, FACE, VERTEX)};
  if (front) return (reference_side){edge->a, edge->b, normal, 0, 1};
  return (reference_side){edge->b, edge->a, normal, 1, 0};
}

/* A face of the polygon as reference, the edge as incident segment; both its ends have the same identity. */
static inline reference_side take_face(const world_polygon *polygon, const ground_edge *edge, int face,
                                       segment_end incident[2]) {
  const int after = next_vertex(polygon, face);
  incident[0] = (segment_end){edge->a, identity_of(0, face, VERTEX, FACE)};
  incident[1] = (segment_end){edge->b, incident[0].identity};
  return (reference_side){polygon->vertices[face], polygon->vertices[after], polygon->normals[face], face, after};
}

/* The manifold of an edge and a body; its impulses are 0. */
static contact_manifold collide(const ground_edge *edge, const body_shape *shape, frame2 frame) {
  contact_manifold manifold = {0};
  const int front = dot2(edge->normal, sub2(place2(frame, shape->centroid), edge->a)) >= 0.0f;
  const world_polygon polygon = polygon_at(shape, frame);
  const float by_edge = edge_separation(&polygon, front ? edge->normal : neg2(edge->normal), edge->a);
  if (by_edge > TWO_SKINS) return manifold;
  int face;
  const float by_face = face_separation(&polygon, edge, &face);
  if (by_face > TWO_SKINS) return manifold;

  segment_end incident[2], cut[2], ends[2];
  const int body_face = by_face > (0.98f * by_edge) + 0.001f;
  const reference_side side =
      body_face ? take_face(&polygon, edge, face, incident) : take_edge(&polygon, edge, front, incident);
  const vec2 along = right2(side.normal);
  const vec2 back = neg2(along);
  if (clip_segment(cut, incident, along, dot2(along, side.first), side.first_index) < 2) return manifold;
  if (clip_segment(ends, cut, back, dot2(back, side.second), side.second_index) < 2) return manifold;

  manifold.kind = body_face ? BODY_FACE : EDGE_FACE;
  manifold.normal = body_face ? shape->normals[face] : side.normal;
  manifold.point = body_face ? shape->vertices[face] : side.first;
  for (int i = 0; i < 2; i++) {
    if (!(dot2(side.normal, sub2(ends[i].point, side.first)) <= TWO_SKINS)) continue;
    manifold_point *point = &manifold.points[manifold.count++];
    point->local = body_face ? ends[i].point : unplace2(frame, ends[i].point);
    point->identity = body_face ? swapped_identity(ends[i].identity) : ends[i].identity;
  }
  return manifold;
}

#endif
