/* Velocity iterations of contacts in lanes: contact-solver.h's iterate_contact for contacts of many environments
 * with one body each, operation by operation, with choices in place of branches. Lanes may lack the contact or its
 * second point. */
#ifndef TOUCHDOWN_LANDER_CONTACT_LANES_H
#define TOUCHDOWN_LANDER_CONTACT_LANES_H

#include "contact-solver.h"
#include "joint-lanes.h"

typedef struct {
  vec2s arm;
  floats normal_mass, tangent_mass;
  floats normal_impulse, tangent_impulse;
} wide_point;

/* The numbers of contact_constraint in its order, and which points a lane has: all ones or zeros. */
typedef struct {
  vec2s normal, tangent;
  floats friction;
  floats k11, k12, k22, m11, m12, m22;
  wide_point points[2];
  ints has[2];
} wide_contact;

#define CONTACT_NUMBERS 23
_Static_assert(offsetof(wide_contact, has) == CONTACT_NUMBERS * sizeof(floats), "the numbers of a contact");
_Static_assert(sizeof(contact_constraint) - offsetof(contact_constraint, normal) == CONTACT_NUMBERS * sizeof(float),
               "the numbers of a contact");

static inline void fill_contact_lane(wide_contact *wide, int lane, const contact_constraint *contact) {
  fill_lane(wide, lane, &contact->normal, CONTACT_NUMBERS);
  wide->has[0][lane] = -1;
  wide->has[1][lane] = -(contact->count == 2);
}

static inline void empty_contact_lane(wide_contact *wide, int lane) { wide->has[0][lane] = wide->has[1][lane] = 0; }

static inline void read_contact_lane(const wide_contact *wide, int lane, contact_constraint *contact) {
  read_lane(wide->points, lane, contact->points, 2 * sizeof(contact_point) / sizeof(float));
}

ALWAYS_INLINE floats speeds_along(const wide_velocities *s, int b, vec2s arm, vec2s direction) {
  return dot2s(add2s(s->v[b], spin2s(s->w[b], arm)), direction);
}

/* Friction at point j. */
ALWAYS_INLINE void rub_wide_contact(wide_contact *contact, int j, int b, wide_velocities *s) {
  wide_point *point = &contact->points[j];
  const mask has = where(contact->has[j]);
  const floats vt = speeds_along(s, b, point->arm, contact->tangent);
  const floats bound = contact->friction * point->normal_impulse;
  const floats old = point->tangent_impulse;
  const floats sum = within_each(old + (point->tangent_mass * (-vt)), -bound, bound);
  const vec2s impulse = scale2s(sum - old, contact->tangent);
  point->tangent_impulse = sum;
  s->w[b] = choose(has, s->w[b] + (splat(shapes[b].inverse_inertia) * cross2s(point->arm, impulse)), s->w[b]);
  s->v[b] = choose2s(has, add2s(s->v[b], scale2s(splat(shapes[b].inverse_mass), impulse)), s->v[b]);
}

/* The four cases of solve_block, the first that holds. @returns where one does. */
ALWAYS_INLINE mask solve_wide_block(const wide_contact *contact, floats b1, floats b2, vec2s *x) {
  const floats zero = splat(0.0f);
  const vec2s both = {-((contact->m11 * b1) + (contact->m12 * b2)), -((contact->m12 * b1) + (contact->m22 * b2))};
  const floats first = (-contact->points[0].normal_mass) * b1, second = (-contact->points[1].normal_mass) * b2;
  const mask holds_both = at_least(both.x, zero) & at_least(both.y, zero);
  const mask holds_first = at_least(first, zero) & at_least((contact->k12 * first) + b2, zero);
  const mask holds_second = at_least(second, zero) & at_least((contact->k12 * second) + b1, zero);
  const mask holds_none = at_least(b1, zero) & at_least(b2, zero);
  x->x = choose(holds_both, both.x, choose(holds_first, first, zero));
  x->y = choose(holds_both, both.y, choose(holds_first, zero, choose(holds_second, second, zero)));
  return holds_both | holds_first | holds_second | holds_none;
}

/* Non-penetration, after the friction of both points. */
ALWAYS_INLINE void press_wide_contact(wide_contact *contact, int b, wide_velocities *s) {
  wide_point *first = &contact->points[0], *second = &contact->points[1];
  const mask has_first = where(contact->has[0]), has_second = where(contact->has[1]);
  const floats a1 = first->normal_impulse, a2 = second->normal_impulse;
  const floats vn1 = speeds_along(s, b, first->arm, contact->normal);
  const floats vn2 = speeds_along(s, b, second->arm, contact->normal);
  const floats b1 = vn1 - ((contact->k11 * a1) + (contact->k12 * a2));
  const floats b2 = vn2 - ((contact->k12 * a1) + (contact->k22 * a2));
  vec2s x;
  const mask solved = solve_wide_block(contact, b1, b2, &x);
  const floats alone = greater_each(a1 + ((-first->normal_mass) * vn1), splat(0.0f));
  const floats x1 = choose(has_second, x.x, alone);
  const vec2s p1 = scale2s(x1 - a1, contact->normal), p2 = scale2s(x.y - a2, contact->normal);
  const vec2s p = choose2s(has_second, add2s(p1, p2), p1);
  const floats turn1 = cross2s(first->arm, p1);
  const floats turn = choose(has_second, turn1 + cross2s(second->arm, p2), turn1);

  const mask changes = has_first & (solved | ~has_second);
  s->v[b] = choose2s(changes, add2s(s->v[b], scale2s(splat(shapes[b].inverse_mass), p)), s->v[b]);
  s->w[b] = choose(changes, s->w[b] + (splat(shapes[b].inverse_inertia) * turn), s->w[b]);
  first->normal_impulse = choose(changes, x1, a1);
  second->normal_impulse = choose(changes & has_second, x.y, a2);
}

#endif
