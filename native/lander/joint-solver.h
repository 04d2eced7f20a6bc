/* The two revolute joints that hang the legs on the hull, each with a motor that pushes the leg outwards and
 * limits to its angle. Velocities are solved by sequential impulses, positions by Gauss-Newton steps; both are
 * the textbook's (E. Catto, "Modeling and Solving Constraints", GDC 2009). Matrices associate differently in the
 * two phases. */
#ifndef TOUCHDOWN_LANDER_JOINT_SOLVER_H
#define TOUCHDOWN_LANDER_JOINT_SOLVER_H

#include "rotation.h"
#include "world.h"

#define HULL_MASS (shapes[HULL].inverse_mass)
#define HULL_INERTIA (shapes[HULL].inverse_inertia)
#define LEG_MASS (shapes[RIGHT_LEG].inverse_mass)
#define LEG_INERTIA (shapes[RIGHT_LEG].inverse_inertia)

/* The largest impulse of the motor in one step: 40 N m. */
#define MOTOR_LIMIT (TIME_STEP * 40.0f)
#define MOTOR_MASS (1.0f / (HULL_INERTIA + LEG_INERTIA))

typedef struct {
  vec2 leg_anchor; /* in the leg's coordinates; the hull's anchor is its origin */
  float reference, lower, upper, speed;
} joint_definition;

/* Of the right, of the left leg. The reference angle is the difference of the angles at creation; limits were
 * subtracted in double precision. */
static const joint_definition joint_definitions[JOINTS] = {
    {{(float)(-20 / 30.0), (float)(18 / 30.0)}, (float)-0.05, (float)(0.9 - 0.5), (float)0.9, (float)-0.3},
    {{(float)(20 / 30.0), (float)(18 / 30.0)}, (float)0.05, (float)-0.9, (float)(-0.9 + 0.5), (float)0.3},
};

/* Velocities that the solver works on. */
typedef struct {
  vec2 v[BODIES];
  float w[BODIES];
} velocities;

/* Positions that the solver works on; `q` is the rotation of `a`. */
typedef struct {
  vec2 c[BODIES];
  float a[BODIES];
  rot2 q[BODIES];
} positions;

/* A joint made ready for the velocity iterations: what stays constant, and the impulses so far. (joint-lanes.h
 * relies on the order.) */
typedef struct {
  vec2 hull_arm, leg_arm;
  float k11, k12, k22, k13, k23, k33;
  float inverse2;              /* 1 / determinant of the point part */
  float inverse3, x1, x2, x3;  /* 1 / determinant of the whole, cofactors of its third column */
  int32_t limit;
  float speed;
  vec2 impulse;
  float limit_impulse, motor_impulse;
} joint_constraint;

static inline float reciprocal_or_zero(float a) { return a != 0.0f ? 1.0f / a : a; }

static inline int leg_of(int joint) { return RIGHT_LEG + joint; }

static inline vec2 hull_arm(rot2 q) { return rotate2(q, neg2(shapes[HULL].centre)); }
static inline vec2 leg_arm(int joint, rot2 q) { return rotate2(q, joint_definitions[joint].leg_anchor); }

static inline limit_state find_limit(int joint, float hull_angle, float leg_angle) {
  const float angle = (leg_angle - hull_angle) - joint_definitions[joint].reference;
  if (angle <= joint_definitions[joint].lower) return LIMIT_LOWER;
  if (angle >= joint_definitions[joint].upper) return LIMIT_UPPER;
  return LIMIT_FREE;
}

static void prepare_joint(joint_constraint *joint, const leg_joint *stored, const rigid_body *bodies, int index) {
  const rigid_body *hull = &bodies[HULL], *leg = &bodies[leg_of(index)];
  const float mass = HULL_MASS + LEG_MASS, ia = HULL_INERTIA, ib = LEG_INERTIA;
  const vec2 ra = hull_arm(hull->frame.q), rb = leg_arm(index, leg->frame.q);
  joint->hull_arm = ra;
  joint->leg_arm = rb;
  const float k11 = (mass + ((ra.y * ra.y) * ia)) + ((rb.y * rb.y) * ib);
  const float k12 = (((-ra.y) * ra.x) * ia) - ((rb.y * rb.x) * ib);
  const float k22 = (mass + ((ra.x * ra.x) * ia)) + ((rb.x * rb.x) * ib);
  const float k13 = ((-ra.y) * ia) - (rb.y * ib);
  const float k23 = (ra.x * ia) + (rb.x * ib);
  const float k33 = ia + ib;
  joint->k11 = k11;
  joint->k12 = k12;
  joint->k22 = k22;
  joint->k13 = k13;
  joint->k23 = k23;
  joint->k33 = k33;
  joint->inverse2 = reciprocal_or_zero((k11 * k22) - (k12 * k12));
  joint->x1 = (k22 * k33) - (k23 * k23);
  joint->x2 = (k23 * k13) - (k12 * k33);
  joint->x3 = (k12 * k23) - (k22 * k13);
  joint->inverse3 = reciprocal_or_zero(((k11 * joint->x1) + (k12 * joint->x2)) + (k13 * joint->x3));
  joint->speed = joint_definitions[index].speed;
  joint->limit = find_limit(index, hull->a, leg->a);
  joint->impulse = stored->impulse;
  joint->motor_impulse = stored->motor_impulse;
  joint->limit_impulse = joint->limit != LIMIT_FREE && joint->limit == stored->limit ? stored->limit_impulse : 0.0f;
}

/* Applies the impulses of the step before. */
static inline void warm_start_joint(const joint_constraint *joint, velocities *s, int leg) {
  const vec2 p = joint->impulse;
  s->v[HULL] = sub2(s->v[HULL], scale2(HULL_MASS, p));
  s->w[HULL] -= HULL_INERTIA * ((cross2(joint->hull_arm, p) + joint->motor_impulse) + joint->limit_impulse);
  s->v[leg] = add2(s->v[leg], scale2(LEG_MASS, p));
  s->w[leg] += LEG_INERTIA * ((cross2(joint->leg_arm, p) + joint->motor_impulse) + joint->limit_impulse);
}

static inline vec2 solve_point(const joint_constraint *joint, vec2 b) {
  return (vec2){joint->inverse2 * ((joint->k22 * b.x) - (joint->k12 * b.y)),
                joint->inverse2 * ((joint->k11 * b.y) - (joint->k12 * b.x))};
}

/* One impulse for point and limit together. @returns the point's; *limit gets the limit's. */
static inline vec2 solve_limited(joint_constraint *joint, vec2 error, float turn, float *limit) {
  const float k11 = joint->k11, k12 = joint->k12, k13 = joint->k13;
  const float k22 = joint->k22, k23 = joint->k23, k33 = joint->k33;
  const float b1 = error.x, b2 = error.y, b3 = turn, d = joint->inverse3;
  vec2 p = {-(d * (((b1 * joint->x1) + (b2 * joint->x2)) + (b3 * joint->x3))),
            -(d * (((k11 * ((b2 * k33) - (b3 * k23))) + (k12 * ((b3 * k13) - (b1 * k33)))) +
                   (k13 * ((b1 * k23) - (b2 * k13)))))};
  float z = -(d * (((k11 * ((k22 * b3) - (k23 * b2))) + (k12 * ((k23 * b1) - (k12 * b3)))) +
                   (k13 * ((k12 * b2) - (k22 * b1)))));
  const float old = joint->limit_impulse;
  const float total = old + z;
  if (joint->limit == LIMIT_LOWER ? total < 0.0f : total > 0.0f) {
    /* The limit would pull: solve the point without it and take the limit's impulse back. */
    p = solve_point(joint, (vec2){(-b1) + (old * k13), (-b2) + (old * k23)});
    z = -old;
    joint->limit_impulse = 0.0f;
  } else {
    joint->limit_impulse = total;
  }
  *limit = z;
  return p;
}

/* One velocity iteration of a joint: motor, then point (with the limit, if the leg is at one). @returns what it
 * adds to the point impulse. */
static inline vec2 iterate_joint(joint_constraint *joint, velocities *s, int leg) {
  const vec2 ra = joint->hull_arm, rb = joint->leg_arm;
  vec2 va = s->v[HULL], vb = s->v[leg];
  float wa = s->w[HULL], wb = s->w[leg];

  const float old = joint->motor_impulse;
  joint->motor_impulse = within(old + ((-MOTOR_MASS) * ((wb - wa) - joint->speed)), -MOTOR_LIMIT, MOTOR_LIMIT);
  const float turn = joint->motor_impulse - old;
  wa = wa - (HULL_INERTIA * turn);
  wb = wb + (LEG_INERTIA * turn);

  const vec2 error = sub2(sub2(add2(vb, spin2(wb, rb)), va), spin2(wa, ra));
  float z = 0.0f;
  vec2 p;
  if (joint->limit == LIMIT_FREE) {
    p = solve_point(joint, neg2(error));
    wa = wa - (HULL_INERTIA * cross2(ra, p));
    wb = wb + (LEG_INERTIA * cross2(rb, p));
  } else {
    p = solve_limited(joint, error, wb - wa, &z);
    wa = wa - (HULL_INERTIA * (cross2(ra, p) + z));
    wb = wb + (LEG_INERTIA * (cross2(rb, p) + z));
  }
  joint->impulse = add2(joint->impulse, p);
  s->v[HULL] = sub2(va, scale2(HULL_MASS, p));
  s->v[leg] = add2(vb, scale2(LEG_MASS, p));
  s->w[HULL] = wa;
  s->w[leg] = wb;
  return p;
}

static inline void turn_to(positions *p, int body, float angle) {
  if (same_bits(angle, p->a[body])) return;
  p->a[body] = angle;
  p->q[body] = rotation_by(angle);
}

/* One position iteration of a joint. @returns whether it was in place before. */
static int correct_joint(positions *p, int index, limit_state limit) {
  const joint_definition *definition = &joint_definitions[index];
  const int leg = leg_of(index);
  const float ia = HULL_INERTIA, ib = LEG_INERTIA;
  float angle_error = 0.0f;
  if (limit != LIMIT_FREE) {
    const float angle = (p->a[leg] - p->a[HULL]) - definition->reference;
    float c;
    if (limit == LIMIT_LOWER) {
      c = angle - definition->lower;
      angle_error = -c;
      c = within(c + ANGULAR_SLOP, -MAX_ANGULAR_CORRECTION, 0.0f);
    } else {
      c = angle - definition->upper;
      angle_error = c;
      c = within(c - ANGULAR_SLOP, 0.0f, MAX_ANGULAR_CORRECTION);
    }
    const float impulse = (-MOTOR_MASS) * c;
    turn_to(p, HULL, p->a[HULL] - (ia * impulse));
    turn_to(p, leg, p->a[leg] + (ib * impulse));
  }
  const vec2 ra = hull_arm(p->q[HULL]), rb = leg_arm(index, p->q[leg]);
  const vec2 error = sub2(sub2(add2(p->c[leg], rb), p->c[HULL]), ra);
  const float mass = HULL_MASS + LEG_MASS;
  const float k11 = (mass + ((ia * ra.y) * ra.y)) + ((ib * rb.y) * rb.y);
  const float k12 = (((-ia) * ra.x) * ra.y) - ((ib * rb.x) * rb.y);
  const float k22 = (mass + ((ia * ra.x) * ra.x)) + ((ib * rb.x) * rb.x);
  const float d = reciprocal_or_zero((k11 * k22) - (k12 * k12));
  const vec2 impulse = {-(d * ((k22 * error.x) - (k12 * error.y))), -(d * ((k11 * error.y) - (k12 * error.x)))};
  p->c[HULL] = sub2(p->c[HULL], scale2(HULL_MASS, impulse));
  turn_to(p, HULL, p->a[HULL] - (ia * cross2(ra, impulse)));
  p->c[leg] = add2(p->c[leg], scale2(LEG_MASS, impulse));
  turn_to(p, leg, p->a[leg] + (ib * cross2(rb, impulse)));
  return length2(error) <= LINEAR_SLOP && angle_error <= ANGULAR_SLOP;
}

#endif
