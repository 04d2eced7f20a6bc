/* Contacts from step to step: new manifolds that inherit the impulses of the old, and the events that tell the
 * environment of legs touching down and the hull crashing. */
#ifndef TOUCHDOWN_LANDER_CONTACTS_H
#define TOUCHDOWN_LANDER_CONTACTS_H

#include "broad-phase.h"
#include "narrow-phase.h"

static inline void begin_touch(lander_state *state, int body) {
  if (body == HULL)
    state->game_over = 1;
  else
    state->leg_contact[body - RIGHT_LEG] = 1;
}

/* Clears a leg's flag even if another of its contacts goes on touching: so does the reference. */
static inline void end_touch(lander_state *state, int body) {
  if (body != HULL) state->leg_contact[body - RIGHT_LEG] = 0;
}

/* A new manifold at the body's frame. Points that are the same as before keep their impulses. */
static void refresh_contact(lander_state *state, int slot) {
  ground_contact *contact = &state->contacts[slot];
  rigid_body *body = &state->bodies[body_of(slot)];
  const contact_manifold old = contact->manifold;
  contact_manifold *manifold = &contact->manifold;
  contact->enabled = 1;
  *manifold = collide(&state->edges[edge_of(slot)], &shapes[body_of(slot)], body->frame);
  for (int i = 0; i < manifold->count; i++) {
    for (int j = 0; j < old.count; j++) {
      if (old.points[j].identity != manifold->points[i].identity) continue;
      manifold->points[i].normal_impulse = old.points[j].normal_impulse;
      manifold->points[i].tangent_impulse = old.points[j].tangent_impulse;
      break;
    }
  }
  const int touching = manifold->count > 0;
  if (touching == contact->touching) return;
  contact->touching = touching;
  wake_body(body);
  if (touching)
    begin_touch(state, body_of(slot));
  else
    end_touch(state, body_of(slot));
}

static inline void destroy_contact(lander_state *state, int position) {
  const int slot = state->order[position];
  if (state->contacts[slot].touching) {
    wake_body(&state->bodies[body_of(slot)]);
    end_touch(state, body_of(slot));
  }
  state->contact_count--;
  for (int i = position; i < state->contact_count; i++) state->order[i] = state->order[i + 1];
}

/* Once per step, newest first: destroys contacts whose boxes parted, refreshes the others. */
static void update_contacts(lander_state *state) {
  for (int i = state->contact_count - 1; i >= 0; i--) {
    const int slot = state->order[i];
    if (!state->bodies[body_of(slot)].awake) continue;
    if (pair_overlaps(state, slot))
      refresh_contact(state, slot);
    else
      destroy_contact(state, i);
  }
}

#endif
