/* The lanes of LunarLander beside the scalar code that they repeat, where episodes hardly come to: single contacts
 * and joints of random numbers, and islands with more contacts than lanes take. Prints how many differ in a bit.
 * src/environments/lunar-lander-lanes.test.ts compiles and runs it. */
#include <stdio.h>
#include <string.h>

#include "lander/environment.h"

#define PROBLEMS 50000
#define ROUNDS 2
#define STEPS 200

static pcg64 words = {{1}, {1}, 0, 0};

static int one_of(int count) { return pcg64_integer(&words, 0, count); }

/* Halves from −2 to 2, which often lie on the border between two cases; most make matrices that no contact and no
 * joint has. None is −0, as no velocity and no impulse ever is. */
static void draw(void *numbers, int count) {
  for (int i = 0; i < count; i++) ((lane_float *)numbers)[i] = 0.5f * (float)(one_of(9) - 4);
}

/* @returns how many of the lanes differ. */
static int try_contacts(void) {
  const int b = one_of(BODIES);
  velocities alone[LANES];
  contact_constraint contacts[LANES];
  wide_velocities together;
  wide_contact wide;
  for (int lane = 0; lane < LANES; lane++) {
    draw(&alone[lane], sizeof(velocities) / sizeof(float));
    draw(&contacts[lane].normal, CONTACT_NUMBERS);
    contacts[lane].count = one_of(3);
    fill_lane(&together, lane, &alone[lane], sizeof(velocities) / sizeof(float));
    fill_contact_lane(&wide, lane, &contacts[lane]);
    if (contacts[lane].count == 0) empty_contact_lane(&wide, lane);
  }
  for (int n = 0; n < ROUNDS; n++) {
    for (int j = 0; j < 2; j++) rub_wide_contact(&wide, j, b, &together);
    press_wide_contact(&wide, b, &together);
  }
  int differing = 0;
  for (int lane = 0; lane < LANES; lane++) {
    contact_constraint *contact = &contacts[lane], read = *contact;
    velocities velocity;
    for (int n = 0; n < ROUNDS && contact->count > 0; n++) iterate_contact(contact, b, &alone[lane]);
    read_contact_lane(&wide, lane, &read);
    read_lane(&together, lane, &velocity, sizeof(velocities) / sizeof(float));
    differing += memcmp(&velocity, &alone[lane], sizeof velocity) != 0 ||
                 memcmp(read.points, contact->points, (size_t)contact->count * sizeof(contact_point)) != 0;
  }
  return differing;
}

static int try_joints(void) {
  const int index = one_of(JOINTS);
  velocities alone[LANES];
  joint_constraint joints[LANES];
  wide_velocities together;
  wide_joint wide;
  wide_impulses impulses;
  for (int lane = 0; lane < LANES; lane++) {
    joint_constraint *joint = &joints[lane];
    draw(&alone[lane], sizeof(velocities) / sizeof(float));
    draw(joint, JOINT_CONSTANTS);
    draw(&joint->impulse, JOINT_IMPULSES);
    joint->limit = one_of(3);
    joint->speed = joint_definitions[index].speed;
    if (joint->limit == LIMIT_FREE) joint->limit_impulse = 0.0f;
    fill_lane(&together, lane, &alone[lane], sizeof(velocities) / sizeof(float));
    fill_joint_lane(&wide, &impulses, lane, joint);
  }
  for (int n = 0; n < ROUNDS; n++) iterate_wide_joint(&wide, &impulses, &together, index);
  int differing = 0;
  for (int lane = 0; lane < LANES; lane++) {
    joint_constraint *joint = &joints[lane], read = *joint;
    velocities velocity;
    for (int n = 0; n < ROUNDS; n++) iterate_joint(joint, &alone[lane], leg_of(index));
    read_lane(&impulses, lane, &read.impulse, JOINT_IMPULSES);
    read_lane(&together, lane, &velocity, sizeof(velocities) / sizeof(float));
    differing += memcmp(&velocity, &alone[lane], sizeof velocity) != 0 || memcmp(&read, joint, sizeof read) != 0;
  }
  return differing;
}

/* Puts every contact into the island so many times, for more on a body than terrain gives. */
static void repeat_contacts(island *island, int times) {
  for (int i = times * island->contact_count - 1; i >= 0; i--) island->contacts[i] = island->contacts[i / times];
  island->contact_count *= times;
}

static int same_islands(const island *a, const island *b) {
  int same = memcmp(&a->velocity, &b->velocity, sizeof a->velocity) == 0 &&
             memcmp(a->joints, b->joints, sizeof a->joints) == 0;
  for (int i = 0; i < a->contact_count; i++) {
    const contact_constraint *contact = &a->contacts[i];
    same &= memcmp(contact->points, b->contacts[i].points, (size_t)contact->count * sizeof(contact_point)) == 0;
  }
  return same;
}

/* A queue of landers that fall to the ground, with their contacts once, twice or three times. */
static int try_islands(void) {
  static lander_state states[QUEUE_SIZE];
  static island together[QUEUE_SIZE], alone[QUEUE_SIZE];
  const lander_options options = {-10.0, 0.0, 0.0, 0, 0, STEPS};
  int differing = 0;
  for (int n = 0; n < STEPS; n++) {
    for (int i = 0; i < QUEUE_SIZE; i++) {
      if (n == 0) states[i].random = (pcg64){{(uint32_t)i}, {1}, 0, 0};
      if (states[i].phase == PHASE_RUNNING)
        begin_step(&states[i], &options, idle_command, &together[i]);
      else
        begin_episode(&states[i], &options, &together[i]);
      repeat_contacts(&together[i], 1 + i % 3);
      alone[i] = together[i];
    }
    iterate_islands(together, QUEUE_SIZE);
    for (int i = 0; i < QUEUE_SIZE; i++) {
      float observation[OBSERVATION_SIZE];
      iterate_island(&alone[i]);
      differing += !same_islands(&together[i], &alone[i]);
      finish_step(&states[i], &options, idle_command, &together[i], observation);
    }
  }
  return differing;
}

int main(void) {
  int contacts = 0, joints = 0;
  for (int n = 0; n < PROBLEMS; n++) {
    contacts += try_contacts();
    joints += try_joints();
  }
  printf("%d contacts, %d joints, %d islands differ\n", contacts, joints, try_islands());
  return 0;
}
