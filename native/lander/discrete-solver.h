/* The discrete part of a world step: forces, velocity iterations, positions, position iterations, sleep. The
 * three bodies always form one island, held together by the joints. It comes in three parts, so that the
 * velocity iterations of many environments can run side by side. */
#ifndef TOUCHDOWN_LANDER_DISCRETE_SOLVER_H
#define TOUCHDOWN_LANDER_DISCRETE_SOLVER_H

#include "broad-phase.h"
#include "velocity-iterations.h"

static void collect_contacts(lander_state *state, island *island) {
  static const int bodies[BODIES] = {LEFT_LEG, HULL, RIGHT_LEG};
  island->contact_count = 0;
  for (int b = 0; b < BODIES; b++) {
    for (int i = state->contact_count - 1; i >= 0; i--) {
      const int slot = state->order[i];
      if (body_of(slot) != bodies[b] || !state->contacts[slot].touching || !state->contacts[slot].enabled) continue;
      prepare_contact(&island->contacts[island->contact_count++], state, slot, 1);
    }
  }
}

/* Forces, then everything that stays constant through the velocity iterations, then the impulses of the step
 * before. (In the first step after a reset those impulses are all 0.) */
static void begin_island(lander_state *state, island *island, float gravity) {
  velocities *s = &island->velocity;
  for (int b = 0; b < BODIES; b++) {
    rigid_body *body = &state->bodies[b];
    const float m = shapes[b].inverse_mass;
    wake_body(body);
    body->c0 = body->c;
    body->a0 = body->a;
    s->v[b].x = body->v.x + (TIME_STEP * (0.0f + (m * body->force.x)));
    s->v[b].y = body->v.y + (TIME_STEP * (gravity + (m * body->force.y)));
    s->w[b] = body->w + ((TIME_STEP * shapes[b].inverse_inertia) * body->torque);
  }
  collect_contacts(state, island);
  for (int i = 0; i < island->contact_count; i++) warm_start_contact(&island->contacts[i], s);
  for (int j = JOINTS - 1; j >= 0; j--) {
    prepare_joint(&island->joints[j], &state->joints[j], state->bodies, j);
    warm_start_joint(&island->joints[j], s, leg_of(j));
  }
}

static void store_impulses(const island *island, lander_state *state) {
  for (int i = 0; i < island->contact_count; i++) store_contact(&island->contacts[i], state);
  for (int j = 0; j < JOINTS; j++) {
    const joint_constraint *joint = &island->joints[j];
    state->joints[j] =
        (leg_joint){joint->impulse, joint->limit_impulse, joint->motor_impulse, joint->limit};
  }
}

/* Moves a body by its velocity for h seconds; what is faster than 2 m or a quarter turn a step loses speed. */
static void integrate_position(rigid_body *body, float h) {
  const vec2 way = scale2(h, body->v);
  if (dot2(way, way) > MAX_TRANSLATION * MAX_TRANSLATION)
    body->v = scale2(MAX_TRANSLATION / length2(way), body->v);
  const float turn = h * body->w;
  if (turn * turn > MAX_ROTATION * MAX_ROTATION) body->w = (MAX_ROTATION / magnitude(turn)) * body->w;
  body->c = add2(body->c, scale2(h, body->v));
  body->a = body->a + (h * body->w);
}

/* @returns whether contacts and joints came to be in place. */
static int correct_positions(const lander_state *state, const island *island, positions *p) {
  for (int n = 0; n < POSITION_ITERATIONS; n++) {
    float worst = 0.0f;
    for (int i = 0; i < island->contact_count; i++) {
      const contact_constraint *contact = &island->contacts[i];
      worst = correct_contact(p, &state->contacts[contact->slot].manifold, contact->body, DISCRETE_POSITION_FACTOR,
                              worst);
    }
    int in_place = worst >= (-3.0f) * LINEAR_SLOP;
    for (int j = JOINTS - 1; j >= 0; j--) in_place &= correct_joint(p, j, (limit_state)island->joints[j].limit);
    if (in_place) return 1;
  }
  return 0;
}

/* All bodies fall asleep together, when all have been slow for half a second and the positions are in place. */
static void try_to_sleep(lander_state *state, int in_place) {
  float least = LARGEST_FLOAT;
  for (int b = 0; b < BODIES; b++) {
    rigid_body *body = &state->bodies[b];
    if (body->w * body->w > ANGULAR_SLEEP_TOLERANCE * ANGULAR_SLEEP_TOLERANCE ||
        dot2(body->v, body->v) > LINEAR_SLEEP_TOLERANCE * LINEAR_SLEEP_TOLERANCE)
      body->quiet = 0.0f;
    else
      body->quiet += TIME_STEP;
    least = lesser(body->quiet, least);
  }
  if (!(least >= SLEEP_TIME && in_place)) return;
  for (int b = 0; b < BODIES; b++) {
    rigid_body *body = &state->bodies[b];
    body->awake = 0;
    body->quiet = 0.0f;
    body->v = body->force = (vec2){0.0f, 0.0f};
    body->w = body->torque = 0.0f;
  }
}

static void finish_island(lander_state *state, const island *island) {
  store_impulses(island, state);
  positions p;
  frame2 start[BODIES];
  for (int b = 0; b < BODIES; b++) {
    rigid_body *body = &state->bodies[b];
    start[b] = frame_around(body->c0, body->frame.q, shapes[b].centre);
    body->v = island->velocity.v[b];
    body->w = island->velocity.w[b];
    integrate_position(body, TIME_STEP);
    p.c[b] = body->c;
    p.a[b] = body->a;
    p.q[b] = rotation_by(body->a);
  }
  const int in_place = correct_positions(state, island, &p);
  for (int b = 0; b < BODIES; b++) {
    rigid_body *body = &state->bodies[b];
    body->c = p.c[b];
    body->a = p.a[b];
    body->frame = frame_around(p.c[b], p.q[b], shapes[b].centre);
  }
  try_to_sleep(state, in_place);
  for (int b = 0; b < BODIES; b++) update_fat_box(&state->bodies[b], &shapes[b], start[b]);
  find_new_pairs(state);
}

#endif
