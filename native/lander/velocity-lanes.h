/* The velocity iterations of many islands in lanes. Lanes work through a queue: as soon as an island is done, its
 * lane takes the next one. Islands with contacts come first, so that they share rounds, which cost them more. */
#ifndef TOUCHDOWN_LANDER_VELOCITY_LANES_H
#define TOUCHDOWN_LANDER_VELOCITY_LANES_H

#include "contact-lanes.h"
#include "velocity-iterations.h"

/* Islands that iterate together at most; src/environments/lunar-lander-kernels.ts has the same number. */
#define QUEUE_SIZE 64

/* Rounds come in blocks. After a block an island is done if all rounds are, or if the last two of the block left
 * everything that a round depends on as it was before, bit for bit: then all further rounds repeat these two. In
 * flight about half of the islands settle in this way, most of them early; on the ground hardly any. */
#define BLOCK 10
#define BLOCKS (VELOCITY_ITERATIONS / BLOCK)
#define PERIOD 2
_Static_assert(VELOCITY_ITERATIONS % BLOCK == 0 && BLOCK % PERIOD == 0, "whole blocks of whole periods");

/* Fewer islands are faster one after another, by iterate_island. */
#define LEAST_IN_LANES 4

/* Islands with more contacts than this on one body, which hardly occur, are left to iterate_island. */
#define CONTACTS_IN_LANES 2

/* One island per lane. */
typedef struct {
  wide_velocities velocity;
  wide_impulses impulses[JOINTS];
  wide_joint joints[JOINTS];
  vec2s added[PERIOD][JOINTS]; /* to the point impulses in the last rounds of the block */
  wide_contact contacts[BODIES][CONTACTS_IN_LANES];
} wide_island;

/* How many contacts the fullest lane has on each body. */
typedef struct {
  int of[BODIES];
} contact_slots;

static inline contact_slots slots_of(const island *island) {
  contact_slots slots = {{0}};
  for (int i = 0; i < island->contact_count; i++) slots.of[island->contacts[i].body]++;
  return slots;
}

static inline int fits_lanes(const island *island) {
  const contact_slots slots = slots_of(island);
  for (int b = 0; b < BODIES; b++)
    if (slots.of[b] > CONTACTS_IN_LANES) return 0;
  return 1;
}

static void fill_island_lane(wide_island *wide, int lane, const island *island) {
  fill_lane(&wide->velocity, lane, &island->velocity, sizeof(velocities) / sizeof(float));
  for (int j = 0; j < JOINTS; j++) fill_joint_lane(&wide->joints[j], &wide->impulses[j], lane, &island->joints[j]);
  for (int b = 0; b < BODIES; b++)
    for (int k = 0; k < CONTACTS_IN_LANES; k++) empty_contact_lane(&wide->contacts[b][k], lane);
  contact_slots used = {{0}};
  for (int i = 0; i < island->contact_count; i++) {
    const int b = island->contacts[i].body;
    fill_contact_lane(&wide->contacts[b][used.of[b]++], lane, &island->contacts[i]);
  }
}

static void read_island_lane(const wide_island *wide, int lane, island *island) {
  read_lane(&wide->velocity, lane, &island->velocity, sizeof(velocities) / sizeof(float));
  for (int j = 0; j < JOINTS; j++) read_lane(&wide->impulses[j], lane, &island->joints[j].impulse, JOINT_IMPULSES);
  contact_slots used = {{0}};
  for (int i = 0; i < island->contact_count; i++) {
    const int b = island->contacts[i].body;
    read_contact_lane(&wide->contacts[b][used.of[b]++], lane, &island->contacts[i]);
  }
}

/* The rounds that an island leaves out when it has settled: they only add to the point impulses. */
static void add_settled_rounds(const wide_island *wide, int lane, island *island, int rounds) {
  vec2 added[PERIOD][JOINTS];
  read_lane(wide->added, lane, added, sizeof added / sizeof(float));
  for (int n = 0; n < rounds; n++)
    for (int j = 0; j < JOINTS; j++)
      island->joints[j].impulse = add2(island->joints[j].impulse, added[n % PERIOD][j]);
}

/* All that a round of an island without contacts depends on and changes. */
ALWAYS_INLINE ints changes_since(const wide_velocities *s0, const wide_impulses *i0, const wide_velocities *s,
                                 const wide_impulses *i) {
  ints changes = differing_bits(s0->w[0], s->w[0]);
  UNROLL
  for (int b = 0; b < BODIES; b++)
    changes |= differing_bits(s0->w[b], s->w[b]) | differing_bits(s0->v[b].x, s->v[b].x) |
               differing_bits(s0->v[b].y, s->v[b].y);
  UNROLL
  for (int j = 0; j < JOINTS; j++)
    changes |= differing_bits(i0[j].motor_impulse, i[j].motor_impulse) |
               differing_bits(i0[j].limit_impulse, i[j].limit_impulse);
  return changes;
}

/* One round of the contacts `index` of the bodies from `first` to `last`, which don't depend on each other: side by
 * side, stage by stage, they hide each other's latency. */
ALWAYS_INLINE void iterate_wide_contacts(wide_island *wide, int groups, int index, int first, int last,
                                         wide_velocities *s) {
  UNROLL
  for (int j = 0; j < 2; j++)
    UNROLL
    for (int g = 0; g < groups; g++)
      UNROLL
      for (int b = first; b <= last; b++) rub_wide_contact(&wide[g].contacts[b][index], j, b, &s[g]);
  UNROLL
  for (int g = 0; g < groups; g++)
    UNROLL
    for (int b = first; b <= last; b++) press_wide_contact(&wide[g].contacts[b][index], b, &s[g]);
}

/* A block of rounds of `groups` vectors of islands, which don't depend on each other and so hide each other's
 * latency. @returns the lanes that have settled, not looking at contacts. */
ALWAYS_INLINE uint32_t run_block(wide_island *wide, int groups, contact_slots slots) {
  wide_velocities s[2], s0[2];
  wide_impulses impulses[2][JOINTS], impulses0[2][JOINTS];
  UNROLL
  for (int g = 0; g < groups; g++) {
    s[g] = wide[g].velocity;
    UNROLL
    for (int j = 0; j < JOINTS; j++) impulses[g][j] = wide[g].impulses[j];
  }
  for (int n = 0; n < BLOCK / PERIOD; n++) {
    UNROLL
    for (int g = 0; g < groups; g++) {
      s0[g] = s[g];
      UNROLL
      for (int j = 0; j < JOINTS; j++) impulses0[g][j] = impulses[g][j];
    }
    for (int k = 0; k < PERIOD; k++) {
      UNROLL
      for (int j = JOINTS - 1; j >= 0; j--)
        UNROLL
        for (int g = 0; g < groups; g++)
          wide[g].added[k][j] = iterate_wide_joint(&wide[g].joints[j], &impulses[g][j], &s[g], j);
      for (int i = 0; i < slots.of[HULL]; i++) iterate_wide_contacts(wide, groups, i, HULL, HULL, s);
      for (int i = 0; i < slots.of[RIGHT_LEG] || i < slots.of[LEFT_LEG]; i++)
        iterate_wide_contacts(wide, groups, i, RIGHT_LEG, LEFT_LEG, s);
    }
  }
  uint32_t settled = 0;
  UNROLL
  for (int g = 0; g < groups; g++) {
    wide[g].velocity = s[g];
    UNROLL
    for (int j = 0; j < JOINTS; j++) wide[g].impulses[j] = impulses[g][j];
    const uint32_t lanes = (uint32_t)((UINT64_C(1) << LANES) - 1);
    settled |= (lanes & ~nonzero_lanes(changes_since(&s0[g], impulses0[g], &s[g], impulses[g]))) << (g * LANES);
  }
  return settled;
}

/* The state of work on a queue. Sets of lanes are bits. */
typedef struct {
  uint8_t owner[2 * LANES]; /* the lane's island */
  uint8_t end[2 * LANES];   /* the block, modulo BLOCKS, with which its rounds are over */
  uint32_t ending[BLOCKS];  /* lanes by their end */
  uint32_t running, grounded;
  contact_slots slots; /* of the grounded lanes */
} lane_schedule;

static inline void begin_lane(lane_schedule *schedule, int lane, const island *island, int index, int block) {
  const uint32_t bit = UINT32_C(1) << lane;
  schedule->owner[lane] = (uint8_t)index;
  schedule->end[lane] = (uint8_t)((block + BLOCKS - 1) % BLOCKS);
  schedule->ending[schedule->end[lane]] |= bit;
  schedule->running |= bit;
  if (island->contact_count == 0) return;
  schedule->grounded |= bit;
  const contact_slots slots = slots_of(island);
  for (int b = 0; b < BODIES; b++)
    if (slots.of[b] > schedule->slots.of[b]) schedule->slots.of[b] = slots.of[b];
}

static inline void end_lane(lane_schedule *schedule, int lane) {
  const uint32_t bit = UINT32_C(1) << lane;
  schedule->ending[schedule->end[lane]] &= ~bit;
  schedule->running &= ~bit;
  schedule->grounded &= ~bit;
  if (schedule->grounded == 0) schedule->slots = (contact_slots){{0}};
}

/* Works off a queue of indices of islands. Lanes without an island compute on what is in them. */
ALWAYS_INLINE void iterate_queue(island *islands, const uint8_t *queue, int count, int groups) {
  wide_island wide[2];
  lane_schedule schedule = {0};
  for (int g = 0; g < groups; g++) wide[g] = (wide_island){0};
  uint32_t idle = (uint32_t)((UINT64_C(1) << (groups * LANES)) - 1);
  for (int next = 0, block = 0;; block = (block + 1) % BLOCKS) {
    for (; idle != 0 && next < count; idle &= idle - 1) {
      const int lane = __builtin_ctz(idle), index = queue[next++];
      begin_lane(&schedule, lane, &islands[index], index, block);
      fill_island_lane(&wide[lane / LANES], lane % LANES, &islands[index]);
    }
    if (schedule.running == 0) return;
    const uint32_t settled = schedule.grounded == 0 ? run_block(wide, groups, (contact_slots){{0}})
                                                    : run_block(wide, groups, schedule.slots);
    uint32_t done = schedule.running & ((settled & ~schedule.grounded) | schedule.ending[block]);
    for (idle |= done; done != 0; done &= done - 1) {
      const int lane = __builtin_ctz(done);
      const int left = (schedule.end[lane] - block + BLOCKS) % BLOCKS * BLOCK;
      island *island = &islands[schedule.owner[lane]];
      read_island_lane(&wide[lane / LANES], lane % LANES, island);
      add_settled_rounds(&wide[lane / LANES], lane % LANES, island, left);
      end_lane(&schedule, lane);
    }
  }
}

static void iterate_one_vector(island *islands, const uint8_t *queue, int count) {
  iterate_queue(islands, queue, count, 1);
}

static void iterate_two_vectors(island *islands, const uint8_t *queue, int count) {
  iterate_queue(islands, queue, count, 2);
}

/* The velocity iterations of up to QUEUE_SIZE islands. */
static void iterate_islands(island *islands, int count) {
  uint8_t queue[QUEUE_SIZE];
  int queued = 0;
  for (int grounded = 1; grounded >= 0; grounded--)
    for (int i = 0; i < count; i++)
      if ((islands[i].contact_count > 0) == grounded && fits_lanes(&islands[i])) queue[queued++] = (uint8_t)i;
  for (int i = 0; i < count; i++)
    if (!fits_lanes(&islands[i])) iterate_island(&islands[i]);
  if (queued < LEAST_IN_LANES)
    for (int i = 0; i < queued; i++) iterate_island(&islands[queue[i]]);
  else if (queued <= 2 * LANES) /* two would stand empty as islands settle */
    iterate_one_vector(islands, queue, queued);
  else
    iterate_two_vectors(islands, queue, queued);
}

#endif
