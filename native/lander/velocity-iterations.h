/* The velocity iterations of the island: 180 rounds over joints and contacts. That is nearly all of the time that
 * a step takes, so rounds are left out where it is certain what they would give. */
#ifndef TOUCHDOWN_LANDER_VELOCITY_ITERATIONS_H
#define TOUCHDOWN_LANDER_VELOCITY_ITERATIONS_H

#include "contact-solver.h"

typedef struct {
  velocities velocity;
  joint_constraint joints[JOINTS];
  int32_t contact_count;
  contact_constraint contacts[PAIRS]; /* left leg's, hull's, right leg's; each newest first */
} island;

#define ISLAND_BYTES 3640 /* src/environments/lunar-lander-kernels.ts has the same number */
_Static_assert(sizeof(island) == ISLAND_BYTES, "the size of an island that TypeScript allocates");

/* All that a round depends on. The joints' point impulses are not among it: they only add up. */
typedef struct {
  velocities velocity;
  float motor[JOINTS], limit[JOINTS];
  float normal[PAIRS][2], tangent[PAIRS][2];
} round_mark;

static inline void set_mark(round_mark *mark, const island *island, const joint_constraint *joints,
                            const velocities *s) {
  mark->velocity = *s;
  for (int j = 0; j < JOINTS; j++) {
    mark->motor[j] = joints[j].motor_impulse;
    mark->limit[j] = joints[j].limit_impulse;
  }
  for (int i = 0; i < island->contact_count; i++) {
    const contact_constraint *contact = &island->contacts[i];
    for (int k = 0; k < contact->count; k++) {
      mark->normal[i][k] = contact->points[k].normal_impulse;
      mark->tangent[i][k] = contact->points[k].tangent_impulse;
    }
  }
}

static inline int same_contacts(const round_mark *mark, const island *island) {
  for (int i = 0; i < island->contact_count; i++) {
    const contact_constraint *contact = &island->contacts[i];
    for (int k = 0; k < contact->count; k++) {
      if (!same_bits(mark->normal[i][k], contact->points[k].normal_impulse)) return 0;
      if (!same_bits(mark->tangent[i][k], contact->points[k].tangent_impulse)) return 0;
    }
  }
  return 1;
}

/* Whether the rounds have come back, bit for bit, to where the mark was set. */
static inline int at_mark(const round_mark *mark, const island *island, const joint_constraint *joints,
                          const velocities *s) {
  for (int b = 0; b < BODIES; b++) {
    if (!same_bits(mark->velocity.w[b], s->w[b]) || !same_bits(mark->velocity.v[b].x, s->v[b].x) ||
        !same_bits(mark->velocity.v[b].y, s->v[b].y))
      return 0;
  }
  for (int j = 0; j < JOINTS; j++) {
    if (!same_bits(mark->motor[j], joints[j].motor_impulse) || !same_bits(mark->limit[j], joints[j].limit_impulse))
      return 0;
  }
  return same_contacts(mark, island);
}

/* As many of the rounds that are left as make whole periods. */
static inline int whole_periods(int done, int period) { return (VELOCITY_ITERATIONS - done) / period * period; }

/* These rounds repeat the last `period` ones before `done`: adds up their point impulses. */
static inline void repeat_rounds(joint_constraint *joints, const vec2 added[][JOINTS], int done, int period) {
  const int rounds = whole_periods(done, period);
  for (int n = 0, k = done - period; n < rounds; n++) {
    for (int j = 0; j < JOINTS; j++) joints[j].impulse = add2(joints[j].impulse, added[k][j]);
    if (++k == done) k = done - period;
  }
}

/* One round over the contacts of a body, from position i on. A constant body keeps its velocity in registers.
 * @returns the position of the next body's. */
static inline __attribute__((always_inline)) int iterate_body(island *island, int i, int b, velocities *s) {
  while (i < island->contact_count && island->contacts[i].body == b) iterate_contact(&island->contacts[i++], b, s);
  return i;
}

/* A mark is set ever more rarely, so that longer and longer periods are found (R. P. Brent, "An improved Monte
 * Carlo factorization algorithm", 1980). */
static inline __attribute__((always_inline)) void run_rounds(island *island, int with_joints, int with_contacts) {
  velocities s = island->velocity;
  joint_constraint joints[JOINTS] = {island->joints[0], island->joints[1]};
  vec2 added[VELOCITY_ITERATIONS][JOINTS];
  round_mark mark;
  int marked = 0, next = 4;
  set_mark(&mark, island, joints, &s);
  for (int n = 0; n < VELOCITY_ITERATIONS;) {
    if (with_joints)
      for (int j = JOINTS - 1; j >= 0; j--) added[n][j] = iterate_joint(&joints[j], &s, leg_of(j));
    if (with_contacts) {
      int done = 0;
      done = iterate_body(island, done, LEFT_LEG, &s);
      done = iterate_body(island, done, HULL, &s);
      iterate_body(island, done, RIGHT_LEG, &s);
    }
    n++;
    if (at_mark(&mark, island, joints, &s)) {
      const int period = n - marked;
      if (with_joints) repeat_rounds(joints, added, n, period);
      n += whole_periods(n, period);
      marked = n; /* what is left is less than a period */
    } else if (n == next) {
      set_mark(&mark, island, joints, &s);
      marked = n;
      next += n < 8 ? 4 : n / 2;
    }
  }
  island->velocity = s;
  for (int j = 0; j < JOINTS; j++) island->joints[j] = joints[j];
}

static void iterate_island(island *island) {
  if (island->contact_count > 0)
    run_rounds(island, 1, 1);
  else
    run_rounds(island, 1, 0);
}

/* The same without the joints. */
static void iterate_contacts(island *island) { run_rounds(island, 0, 1); }

#endif
