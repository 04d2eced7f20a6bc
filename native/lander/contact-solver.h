/* Contacts in the solver: friction and non-penetration as velocity constraints, two points at once where their
 * matrix allows it, and the correction of overlap. A contact joins one body and the immovable ground, whose
 * terms vanish. */
#ifndef TOUCHDOWN_LANDER_CONTACT_SOLVER_H
#define TOUCHDOWN_LANDER_CONTACT_SOLVER_H

#include "joint-solver.h"

#define DISCRETE_POSITION_FACTOR 0.2f
#define IMPACT_POSITION_FACTOR 0.75f

typedef struct {
  vec2 arm; /* from the centre of mass */
  float normal_mass, tangent_mass;
  float normal_impulse, tangent_impulse;
} contact_point;

/* A contact made ready for the velocity iterations. (contact-lanes.h relies on the order.) */
typedef struct {
  int32_t body, slot;
  int32_t count; /* of points in the velocity solver */
  vec2 normal;   /* from the ground to the body */
  vec2 tangent;
  float friction;
  float k11, k12, k22; /* of two points */
  float m11, m12, m22; /* and the inverse */
  contact_point points[2];
} contact_constraint;

/* The manifold in the world: the normal from the ground to the body, and the points halfway between the skins. */
static inline vec2 world_points(const contact_manifold *manifold, frame2 frame, vec2 points[2]) {
  const float r = SKIN;
  if (manifold->kind == EDGE_FACE) {
    const vec2 n = manifold->normal;
    for (int j = 0; j < manifold->count; j++) {
      const vec2 k = place2(frame, manifold->points[j].local);
      const float t = r - dot2(sub2(k, manifold->point), n);
      points[j] = scale2(0.5f, add2(add2(k, scale2(t, n)), sub2(k, scale2(r, n))));
    }
    return n;
  }
  const vec2 n = rotate2(frame.q, manifold->normal);
  const vec2 plane = place2(frame, manifold->point);
  for (int j = 0; j < manifold->count; j++) {
    const vec2 k = manifold->points[j].local;
    const float t = r - dot2(sub2(k, plane), n);
    points[j] = scale2(0.5f, add2(sub2(k, scale2(r, n)), add2(k, scale2(t, n))));
  }
  return neg2(n);
}

static inline float positive_reciprocal(float a) { return a > 0.0f ? 1.0f / a : 0.0f; }

/* Two points as one block, unless their matrix is too close to singular: then the solver sees only the first. */
static inline void prepare_block(contact_constraint *contact, float m, float i) {
  const float r1 = cross2(contact->points[0].arm, contact->normal);
  const float r2 = cross2(contact->points[1].arm, contact->normal);
  const float k11 = m + ((i * r1) * r1);
  const float k22 = m + ((i * r2) * r2);
  const float k12 = m + ((i * r1) * r2);
  const float determinant = (k11 * k22) - (k12 * k12);
  if (!((k11 * k11) < 1000.0f * determinant)) {
    contact->count = 1;
    return;
  }
  const float d = reciprocal_or_zero(determinant);
  contact->k11 = k11;
  contact->k12 = k12;
  contact->k22 = k22;
  contact->m11 = d * k22;
  contact->m12 = (-d) * k12;
  contact->m22 = d * k11;
}

/* @param warm whether to start from the impulses of the step before. */
static void prepare_contact(contact_constraint *contact, const lander_state *state, int slot, int warm) {
  const contact_manifold *manifold = &state->contacts[slot].manifold;
  const int b = body_of(slot);
  const rigid_body *body = &state->bodies[b];
  const float m = shapes[b].inverse_mass, i = shapes[b].inverse_inertia;
  contact->body = b;
  contact->slot = slot;
  contact->count = manifold->count;
  contact->friction = friction_of(slot);
  vec2 points[2];
  contact->normal = world_points(manifold, frame_around(body->c, rotation_by(body->a), shapes[b].centre), points);
  contact->tangent = right2(contact->normal);
  for (int j = 0; j < manifold->count; j++) {
    contact_point *point = &contact->points[j];
    point->normal_impulse = warm ? manifold->points[j].normal_impulse : 0.0f;
    point->tangent_impulse = warm ? manifold->points[j].tangent_impulse : 0.0f;
    point->arm = sub2(points[j], body->c);
    const float rn = cross2(point->arm, contact->normal);
    point->normal_mass = positive_reciprocal(m + ((i * rn) * rn));
    const float rt = cross2(point->arm, contact->tangent);
    point->tangent_mass = positive_reciprocal(m + ((i * rt) * rt));
  }
  if (contact->count == 2) prepare_block(contact, m, i);
}

/* Adds an impulse at an arm to the velocity of a contact's body. */
static inline void push(velocities *s, int b, vec2 arm, vec2 impulse) {
  s->w[b] += shapes[b].inverse_inertia * cross2(arm, impulse);
  s->v[b] = add2(s->v[b], scale2(shapes[b].inverse_mass, impulse));
}

static inline void warm_start_contact(const contact_constraint *contact, velocities *s) {
  for (int j = 0; j < contact->count; j++) {
    const contact_point *point = &contact->points[j];
    push(s, contact->body, point->arm,
         add2(scale2(point->normal_impulse, contact->normal), scale2(point->tangent_impulse, contact->tangent)));
  }
}

static inline float speed_along(const velocities *s, int b, vec2 arm, vec2 direction) {
  return dot2(add2(s->v[b], spin2(s->w[b], arm)), direction);
}

/* The block's linear complementarity problem by trying its four cases in order. @returns 0 when none holds. */
static inline int solve_block(const contact_constraint *contact, float b1, float b2, float *x1, float *x2) {
  *x1 = -((contact->m11 * b1) + (contact->m12 * b2));
  *x2 = -((contact->m12 * b1) + (contact->m22 * b2));
  if (*x1 >= 0.0f && *x2 >= 0.0f) return 1;
  *x1 = (-contact->points[0].normal_mass) * b1;
  *x2 = 0.0f;
  if (*x1 >= 0.0f && (contact->k12 * *x1) + b2 >= 0.0f) return 1;
  *x1 = 0.0f;
  *x2 = (-contact->points[1].normal_mass) * b2;
  if (*x2 >= 0.0f && (contact->k12 * *x2) + b1 >= 0.0f) return 1;
  *x2 = 0.0f;
  return b1 >= 0.0f && b2 >= 0.0f;
}

static inline void iterate_block(contact_constraint *contact, int b, velocities *s) {
  contact_point *first = &contact->points[0], *second = &contact->points[1];
  const float a1 = first->normal_impulse, a2 = second->normal_impulse;
  const float vn1 = speed_along(s, b, first->arm, contact->normal);
  const float vn2 = speed_along(s, b, second->arm, contact->normal);
  const float b1 = vn1 - ((contact->k11 * a1) + (contact->k12 * a2));
  const float b2 = vn2 - ((contact->k12 * a1) + (contact->k22 * a2));
  float x1, x2;
  if (!solve_block(contact, b1, b2, &x1, &x2)) return;
  const vec2 p1 = scale2(x1 - a1, contact->normal), p2 = scale2(x2 - a2, contact->normal);
  s->v[b] = add2(s->v[b], scale2(shapes[b].inverse_mass, add2(p1, p2)));
  s->w[b] += shapes[b].inverse_inertia * (cross2(first->arm, p1) + cross2(second->arm, p2));
  first->normal_impulse = x1;
  second->normal_impulse = x2;
}

/* One velocity iteration of a contact of body b: friction, bounded by the normal impulse so far, then the normal. */
static inline void iterate_contact(contact_constraint *contact, int b, velocities *s) {
  for (int j = 0; j < contact->count; j++) {
    contact_point *point = &contact->points[j];
    const float vt = speed_along(s, b, point->arm, contact->tangent);
    const float bound = contact->friction * point->normal_impulse;
    const float old = point->tangent_impulse;
    point->tangent_impulse = within(old + (point->tangent_mass * (-vt)), -bound, bound);
    push(s, b, point->arm, scale2(point->tangent_impulse - old, contact->tangent));
  }
  if (contact->count == 2) {
    iterate_block(contact, b, s);
    return;
  }
  contact_point *point = &contact->points[0];
  const float vn = speed_along(s, b, point->arm, contact->normal);
  const float old = point->normal_impulse;
  point->normal_impulse = greater(old + ((-point->normal_mass) * vn), 0.0f);
  push(s, b, point->arm, scale2(point->normal_impulse - old, contact->normal));
}

/* Keeps the impulses for the next step's warm start. A second point that the solver left out keeps its old ones. */
static inline void store_contact(const contact_constraint *contact, lander_state *state) {
  manifold_point *points = state->contacts[contact->slot].manifold.points;
  for (int j = 0; j < contact->count; j++) {
    points[j].normal_impulse = contact->points[j].normal_impulse;
    points[j].tangent_impulse = contact->points[j].tangent_impulse;
  }
}

/* One position iteration of a contact, with the manifold as it is. @returns the smaller of `worst` and its
 * separations. */
static float correct_contact(positions *p, const contact_manifold *manifold, int b, float factor, float worst) {
  const float m = shapes[b].inverse_mass, i = shapes[b].inverse_inertia;
  for (int j = 0; j < manifold->count; j++) {
    const frame2 frame = frame_around(p->c[b], p->q[b], shapes[b].centre);
    vec2 n, k;
    float separation;
    if (manifold->kind == EDGE_FACE) {
      n = manifold->normal;
      k = place2(frame, manifold->points[j].local);
      separation = (dot2(sub2(k, manifold->point), n) - SKIN) - SKIN;
    } else {
      const vec2 face = rotate2(frame.q, manifold->normal);
      k = manifold->points[j].local;
      separation = (dot2(sub2(k, place2(frame, manifold->point)), face) - SKIN) - SKIN;
      n = neg2(face);
    }
    const vec2 arm = sub2(k, p->c[b]);
    worst = lesser(worst, separation);
    const float c = within(factor * (separation + LINEAR_SLOP), -MAX_LINEAR_CORRECTION, 0.0f);
    const float rn = cross2(arm, n);
    const float mass = m + ((i * rn) * rn);
    const vec2 impulse = scale2(mass > 0.0f ? (-c) / mass : 0.0f, n);
    p->c[b] = add2(p->c[b], scale2(m, impulse));
    turn_to(p, b, p->a[b] + (i * cross2(arm, impulse)));
  }
  return worst;
}

#endif
