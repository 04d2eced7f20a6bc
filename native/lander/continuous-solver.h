/* The continuous part of a world step: bodies that would pass through the ground are stopped at the time of
 * impact, pushed out, and go on from there for what is left of the step. Joints take no part in this. */
#ifndef TOUCHDOWN_LANDER_CONTINUOUS_SOLVER_H
#define TOUCHDOWN_LANDER_CONTINUOUS_SOLVER_H

#include "contact-solver.h"
#include "contacts.h"
#include "discrete-solver.h"
#include "time-of-impact.h"

#define MAX_IMPACTS 8
#define IMPACT_POSITION_ITERATIONS 20

/* Moves the start of a body's sweep to a later fraction of the step. */
static inline void advance_sweep(rigid_body *body, float fraction) {
  const float k = (fraction - body->fraction) / (1.0f - body->fraction);
  const float rest = 1.0f - k;
  body->c0 = add2(scale2(rest, body->c0), scale2(k, body->c));
  body->a0 = (rest * body->a0) + (k * body->a);
  body->fraction = fraction;
}

static inline void update_frame(rigid_body *body, int b) {
  body->frame = frame_around(body->c, rotation_by(body->a), shapes[b].centre);
}

/* When a contact's body hits its edge, as a fraction of the step; 1: not in this step. */
static float impact_fraction(lander_state *state, int slot) {
  rigid_body *body = &state->bodies[body_of(slot)];
  float start = state->ground_fraction;
  if (state->ground_fraction < body->fraction) {
    start = body->fraction;
    state->ground_fraction = body->fraction;
  } else if (body->fraction < state->ground_fraction) {
    advance_sweep(body, state->ground_fraction);
  }
  const ground_edge *edge = &state->edges[edge_of(slot)];
  const body_shape *shape = &shapes[body_of(slot)];
  const distance_pair pair = {{edge->a, edge->b}, shape};
  const sweep way = sweep_of(body, shape->centre);
  float t;
  if (!find_impact(&pair, &way, &t)) return 1.0f;
  return lesser(start + ((1.0f - start) * t), 1.0f);
}

/* The contact with the earliest impact, the newest on ties; -1 when none is left in this step. */
static int earliest_impact(lander_state *state, float *fraction) {
  int earliest = -1;
  *fraction = 1.0f;
  for (int i = state->contact_count - 1; i >= 0; i--) {
    const int slot = state->order[i];
    ground_contact *contact = &state->contacts[slot];
    if (!contact->enabled || contact->impacts > MAX_IMPACTS) continue;
    if (!contact->impact_known) {
      if (!state->bodies[body_of(slot)].awake) continue;
      contact->impact = impact_fraction(state, slot);
      contact->impact_known = 1;
    }
    if (contact->impact < *fraction) {
      earliest = slot;
      *fraction = contact->impact;
    }
  }
  return 1.0f - (10.0f * MACHINE_EPSILON) < *fraction ? -1 : earliest;
}

/* The contacts to solve together: that of the impact, then what else the body touches, refreshed here. */
static int gather_touching(lander_state *state, int slot, int slots[PAIRS]) {
  int count = 1;
  slots[0] = slot;
  for (int i = state->contact_count - 1; i >= 0; i--) {
    const int other = state->order[i];
    if (other == slot || body_of(other) != body_of(slot)) continue;
    refresh_contact(state, other);
    if (state->contacts[other].touching) slots[count++] = other;
  }
  return count;
}

static void push_out(const lander_state *state, rigid_body *body, int b, const int *slots, int count) {
  positions p;
  p.c[b] = body->c;
  p.a[b] = body->a;
  p.q[b] = body->frame.q;
  for (int n = 0; n < IMPACT_POSITION_ITERATIONS; n++) {
    float worst = 0.0f;
    for (int i = 0; i < count; i++)
      worst = correct_contact(&p, &state->contacts[slots[i]].manifold, b, IMPACT_POSITION_FACTOR, worst);
    if (worst >= (-1.5f) * LINEAR_SLOP) break;
  }
  body->c = body->c0 = p.c[b];
  body->a = body->a0 = p.a[b];
}

/* Velocity iterations of these contacts alone, from no impulses and without keeping any. */
static void stop_impact(const lander_state *state, rigid_body *body, int b, const int *slots, int count) {
  island island;
  island.velocity = (velocities){0};
  island.velocity.v[b] = body->v;
  island.velocity.w[b] = body->w;
  for (int j = 0; j < JOINTS; j++) island.joints[j] = (joint_constraint){0};
  island.contact_count = count;
  for (int i = 0; i < count; i++) prepare_contact(&island.contacts[i], state, slots[i], 0);
  iterate_contacts(&island);
  body->v = island.velocity.v[b];
  body->w = island.velocity.w[b];
}

static void solve_impact(lander_state *state, int slot, float fraction) {
  const int b = body_of(slot);
  rigid_body *body = &state->bodies[b];
  ground_contact *contact = &state->contacts[slot];
  const rigid_body before = *body;
  const float ground_before = state->ground_fraction;
  advance_sweep(body, fraction);
  body->c = body->c0;
  body->a = body->a0;
  update_frame(body, b);
  state->ground_fraction = fraction;

  refresh_contact(state, slot);
  contact->impact_known = 0;
  contact->impacts++;
  if (!contact->touching) {
    contact->enabled = 0;
    body->c0 = before.c0;
    body->c = before.c;
    body->a0 = before.a0;
    body->a = before.a;
    body->fraction = before.fraction;
    state->ground_fraction = ground_before;
    update_frame(body, b);
    return;
  }

  int slots[PAIRS];
  const int count = gather_touching(state, slot, slots);
  push_out(state, body, b, slots, count);
  stop_impact(state, body, b, slots, count);
  integrate_position(body, (1.0f - fraction) * TIME_STEP);
  update_frame(body, b);
  update_fat_box(body, &shapes[b], frame_around(body->c0, rotation_by(body->a0), shapes[b].centre));
  for (int i = 0; i < state->contact_count; i++)
    if (body_of(state->order[i]) == b) state->contacts[state->order[i]].impact_known = 0;
  find_new_pairs(state);
}

static void solve_impacts(lander_state *state) {
  if (state->contact_count == 0) return;
  state->ground_fraction = 0.0f;
  for (int b = 0; b < BODIES; b++) state->bodies[b].fraction = 0.0f;
  for (int i = 0; i < state->contact_count; i++) {
    ground_contact *contact = &state->contacts[state->order[i]];
    contact->impacts = 0;
    contact->impact_known = 0;
  }
  float fraction;
  int slot;
  while ((slot = earliest_impact(state, &fraction)) >= 0) solve_impact(state, slot, fraction);
}

#endif
