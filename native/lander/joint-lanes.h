/* Velocity iterations of the joints in lanes: joint-solver.h's iterate_joint for one joint of many environments,
 * operation by operation, with choices in place of branches. */
#ifndef TOUCHDOWN_LANDER_JOINT_LANES_H
#define TOUCHDOWN_LANDER_JOINT_LANES_H

#include "joint-solver.h"
#include "lanes.h"

typedef struct {
  vec2s v[BODIES];
  floats w[BODIES];
} wide_velocities;

/* The constant numbers of joint_constraint in its order, and the limit's state as vectors. */
typedef struct {
  vec2s hull_arm, leg_arm;
  floats k11, k12, k22, k13, k23, k33;
  floats inverse2, inverse3, x1, x2, x3;
  ints pull_sign; /* what turns the sign of an impulse by which the limit would pull to plus */
  ints is_free;   /* all ones or zeros */
} wide_joint;

/* What a round changes: the impulses of joint_constraint in its order. */
typedef struct {
  vec2s impulse;
  floats limit_impulse, motor_impulse;
} wide_impulses;

#define JOINT_CONSTANTS 15
#define JOINT_IMPULSES 4
_Static_assert(offsetof(wide_joint, pull_sign) == JOINT_CONSTANTS * sizeof(floats), "the numbers of a joint");
_Static_assert(offsetof(joint_constraint, limit) == JOINT_CONSTANTS * sizeof(float), "the numbers of a joint");
_Static_assert(sizeof(wide_impulses) == JOINT_IMPULSES * sizeof(floats), "the impulses of a joint");
_Static_assert(sizeof(wide_velocities) == sizeof(velocities) * LANES, "velocities, number by number");

/* A free leg counts as one whose limit always pulls, with impulse 0. What the limit contributes then are zeros of
 * either sign. At most they turn the sign of a zero that is added to a velocity or an impulse, and that changes no
 * bit: neither is ever −0, as a sum is −0 only where all its parts are. */
static inline void fill_joint_lane(wide_joint *wide, wide_impulses *impulses, int lane, const joint_constraint *joint) {
  fill_lane(wide, lane, joint, JOINT_CONSTANTS);
  wide->pull_sign[lane] = joint->limit == LIMIT_LOWER ? INT32_MIN : 0;
  wide->is_free[lane] = -(joint->limit == LIMIT_FREE);
  fill_lane(impulses, lane, &joint->impulse, JOINT_IMPULSES);
}

/* @returns what is added to the point impulse. */
ALWAYS_INLINE vec2s iterate_wide_joint(const wide_joint *joint, wide_impulses *impulses, wide_velocities *s, int index) {
  const int leg = leg_of(index);
  const vec2s ra = joint->hull_arm, rb = joint->leg_arm;
  const floats ma = splat(HULL_MASS), ia = splat(HULL_INERTIA), mb = splat(LEG_MASS), ib = splat(LEG_INERTIA);
  const vec2s va = s->v[HULL], vb = s->v[leg];
  floats wa = s->w[HULL], wb = s->w[leg];

  const floats old_motor = impulses->motor_impulse;
  const floats speed = splat(joint_definitions[index].speed);
  impulses->motor_impulse = within_each(old_motor + (splat(-MOTOR_MASS) * ((wb - wa) - speed)), splat(-MOTOR_LIMIT),
                                        splat(MOTOR_LIMIT));
  const floats turn = impulses->motor_impulse - old_motor;
  wa = wa - (ia * turn);
  wb = wb + (ib * turn);

  const vec2s error = sub2s(sub2s(add2s(vb, spin2s(wb, rb)), va), spin2s(wa, ra));
  const floats k11 = joint->k11, k12 = joint->k12, k13 = joint->k13;
  const floats k22 = joint->k22, k23 = joint->k23, k33 = joint->k33;
  const floats b1 = error.x, b2 = error.y, b3 = wb - wa, d = joint->inverse3;
  const vec2s held = {-(d * (((b1 * joint->x1) + (b2 * joint->x2)) + (b3 * joint->x3))),
                      -(d * (((k11 * ((b2 * k33) - (b3 * k23))) + (k12 * ((b3 * k13) - (b1 * k33)))) +
                             (k13 * ((b1 * k23) - (b2 * k13)))))};
  const floats z = -(d * (((k11 * ((k22 * b3) - (k23 * b2))) + (k12 * ((k23 * b1) - (k12 * b3)))) +
                          (k13 * ((k12 * b2) - (k22 * b1)))));
  const floats old = impulses->limit_impulse, total = old + z;
  const mask pulls = below(splat(0.0f), (floats)((ints)total ^ joint->pull_sign)) | where(joint->is_free);
  const vec2s b = {(-b1) + (old * k13), (-b2) + (old * k23)};
  const vec2s loose = {joint->inverse2 * ((k22 * b.x) - (k12 * b.y)), joint->inverse2 * ((k11 * b.y) - (k12 * b.x))};
  const vec2s p = choose2s(pulls, loose, held);
  const floats limit = choose(pulls, -old, z);
  impulses->limit_impulse = choose(pulls, splat(0.0f), total);

  impulses->impulse = add2s(impulses->impulse, p);
  s->v[HULL] = sub2s(va, scale2s(ma, p));
  s->v[leg] = add2s(vb, scale2s(mb, p));
  s->w[HULL] = wa - (ia * (cross2s(ra, p) + limit));
  s->w[leg] = wb + (ib * (cross2s(rb, p) + limit));
  return p;
}

#endif
