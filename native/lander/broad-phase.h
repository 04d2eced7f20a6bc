/* Broad phase: which (edge, body) pairs are near enough to be worth a contact. A body has a box with a margin,
 * stretched in the direction of travel; it gets a new one, and pairs are searched, only when it leaves it. */
#ifndef TOUCHDOWN_LANDER_BROAD_PHASE_H
#define TOUCHDOWN_LANDER_BROAD_PHASE_H

#include "rotation.h"
#include "world.h"

static inline box2 edge_box(const ground_edge *edge) {
  return grow_box((box2){lesser2(edge->a, edge->b), greater2(edge->a, edge->b)}, SKIN);
}

static inline box2 shape_box(const body_shape *shape, frame2 frame) {
  const vec2 first = place2(frame, shape->vertices[0]);
  box2 box = {first, first};
  for (int k = 1; k < shape->count; k++) {
    const vec2 vertex = place2(frame, shape->vertices[k]);
    box = (box2){lesser2(box.lower, vertex), greater2(box.upper, vertex)};
  }
  return grow_box(box, SKIN);
}

/* Gives a body a new fat box if its way from frame `start` to where it is leaves the old one. */
static inline void update_fat_box(rigid_body *body, const body_shape *shape, frame2 start) {
  const box2 before = shape_box(shape, start);
  const box2 after = shape_box(shape, body->frame);
  const box2 box = {lesser2(before.lower, after.lower), greater2(before.upper, after.upper)};
  if (box_contains(body->fat, box)) return;
  box2 fat = grow_box(box, BOX_MARGIN);
  const vec2 ahead = scale2(2.0f, sub2(body->frame.o, start.o));
  if (ahead.x < 0.0f)
    fat.lower.x += ahead.x;
  else
    fat.upper.x += ahead.x;
  if (ahead.y < 0.0f)
    fat.lower.y += ahead.y;
  else
    fat.upper.y += ahead.y;
  body->fat = fat;
  body->moved = 1;
}

static inline int pair_overlaps(const lander_state *state, int slot) {
  return boxes_overlap(state->edges[edge_of(slot)].fat, state->bodies[body_of(slot)].fat);
}

static inline int has_contact(const lander_state *state, int slot) {
  for (int i = 0; i < state->contact_count; i++)
    if (state->order[i] == slot) return 1;
  return 0;
}

/* Creates contacts for the new pairs of bodies that got a new fat box, in the order of (edge, body). A new
 * contact has no manifold until it is first refreshed. */
static void find_new_pairs(lander_state *state) {
  rigid_body *bodies = state->bodies;
  if (!(bodies[HULL].moved | bodies[RIGHT_LEG].moved | bodies[LEFT_LEG].moved)) return;
  for (int slot = 0; slot < PAIRS; slot++) {
    rigid_body *body = &bodies[body_of(slot)];
    if (!body->moved || !pair_overlaps(state, slot) || has_contact(state, slot)) continue;
    state->contacts[slot] = (ground_contact){.enabled = 1};
    state->order[state->contact_count++] = (uint8_t)slot;
    wake_body(body);
  }
  for (int b = 0; b < BODIES; b++) bodies[b].moved = 0;
}

#endif
