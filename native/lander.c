/* LunarLander: the environment of Gymnasium (LunarLander-v3) on a rigid-body engine that repeats, operation by
 * operation, what Box2D 2.3 does for a lander, its two legs and eleven ground edges. Observations and rewards
 * are the reference's to the last bit. All of it runs in single precision without contraction; the order of
 * contacts, joints and operations is part of the specification.
 *
 * The environments of a step go through it side by side in its longest part, one in each lane of a vector.
 *
 * Bottom-up reading order: geometry, elementary, rotation, world, broad-phase, narrow-phase, contacts,
 * joint-solver, contact-solver, velocity-iterations, lanes, joint-lanes, contact-lanes, velocity-lanes,
 * discrete-solver, distance, time-of-impact, continuous-solver, environment. */
#include "kernels.h"

#include "lander/environment.h"

/* src/environments/lunar-lander-kernels.ts writes it. Offsets are those of arrays in the same workspace. */
typedef struct {
  int32_t count; /* of environments */
  int32_t continuous, wind, keeps_wind;
  int32_t autoreset; /* whether a step that ends an episode begins the next */
  int32_t max_episode_steps;
  int32_t seeded; /* whether lander_reset takes the random words, or goes on with the state's stream */
  int32_t wind_index, torque_index; /* that a seeded reset starts from, where wind goes on through resets */
  uint32_t powers;                  /* double gravity, wind power, turbulence power */
  uint32_t states;                  /* lander_state per environment */
  uint32_t random;                  /* pcg64 */
  uint32_t actions;                 /* int32 per environment; continuous: two floats */
  uint32_t observations, final_observations; /* OBSERVATION_SIZE floats per environment */
  uint32_t rewards;                          /* double per environment */
  uint32_t terminated, truncated;            /* byte per environment */
  uint32_t scene;                            /* SCENE_SIZE doubles, written by lander_scene */
  uint32_t islands;                          /* room for as many as there are environments, or QUEUE_SIZE */
} lander_record;

#define SCENE_SIZE (CORNERS + 3 * BODIES + 5 * 2)

static lander_options options_of(uint8_t *memory, const lander_record *record) {
  const double *powers = AT(double, memory, record->powers);
  return (lander_options){powers[0],    powers[1],          powers[2],
                          record->wind, record->keeps_wind, record->max_episode_steps};
}

/* NaN and integers outside 0 to 3 are no actions. */
static int is_action(uint8_t *memory, const lander_record *record, int32_t index) {
  if (record->continuous) {
    const float *action = &AT(float, memory, record->actions)[2 * index];
    return action[0] == action[0] && action[1] == action[1];
  }
  const int32_t action = AT(int32_t, memory, record->actions)[index];
  return action >= 0 && action <= 3;
}

/* Numbers outside -1 to 1 count as the nearest of these. The side engine fires from half its power on. */
static engine_command command_of(uint8_t *memory, const lander_record *record, int32_t index) {
  if (record->continuous) {
    const float *action = &AT(float, memory, record->actions)[2 * index];
    const double main = within(action[0], -1.0f, 1.0f), side = within(action[1], -1.0f, 1.0f);
    const double size = __builtin_fabs(side);
    return (engine_command){main > 0.0 ? (main + 1.0) * 0.5 : 0.0, size > 0.5 ? size : 0.0, side < 0.0 ? -1.0 : 1.0};
  }
  const int32_t action = AT(int32_t, memory, record->actions)[index];
  return (engine_command){action == 2 ? 1.0 : 0.0, action == 1 || action == 3 ? 1.0 : 0.0, action - 2};
}

static lander_state *state_at(uint8_t *memory, const lander_record *record, int32_t index) {
  return &AT(lander_state, memory, record->states)[index];
}

static island *islands_of(uint8_t *memory, const lander_record *record) {
  return AT(island, memory, record->islands);
}

static float *row_at(uint8_t *memory, uint32_t observations, int32_t index) {
  return &AT(float, memory, observations)[OBSERVATION_SIZE * index];
}

/* Environment `index` has begun an episode or been put into a state: nothing has ended. */
static void clear_outcome(uint8_t *memory, const lander_record *record, int32_t index) {
  AT(double, memory, record->rewards)[index] = 0.0;
  AT(uint8_t, memory, record->terminated)[index] = 0;
  AT(uint8_t, memory, record->truncated)[index] = 0;
}

/* Begins the next episode of environments, given by index: up to QUEUE_SIZE. */
static void begin_episodes(uint8_t *memory, const lander_record *record, const lander_options *options,
                           const int32_t *indices, int count) {
  island *islands = islands_of(memory, record);
  for (int i = 0; i < count; i++) begin_episode(state_at(memory, record, indices[i]), options, &islands[i]);
  iterate_islands(islands, count);
  for (int i = 0; i < count; i++)
    finish_beginning(state_at(memory, record, indices[i]), options, &islands[i],
                     row_at(memory, record->observations, indices[i]));
}

/* Begins an episode in environment `index`, with the stream in `random` if the record says so, else with the
 * state's own. @returns the size of a state, for the caller to check. */
static double lander_reset(uint8_t *memory, uint32_t record_offset, int32_t index) {
  const lander_record *record = AT(lander_record, memory, record_offset);
  const lander_options options = options_of(memory, record);
  lander_state *state = state_at(memory, record, index);
  if (record->seeded) {
    state->random = *AT(pcg64, memory, record->random);
    state->wind_index = record->wind_index;
    state->torque_index = record->torque_index;
  }
  begin_episodes(memory, record, &options, &index, 1);
  clear_outcome(memory, record, index);
  return sizeof(lander_state);
}

/* One step of `count` environments from `first` on: up to QUEUE_SIZE. */
static void step_some(uint8_t *memory, const lander_record *record, const lander_options *options, int32_t first,
                      int count) {
  island *islands = islands_of(memory, record);
  int32_t ended[QUEUE_SIZE];
  int ends = 0;
  for (int i = 0; i < count; i++)
    begin_step(state_at(memory, record, first + i), options, command_of(memory, record, first + i), &islands[i]);
  iterate_islands(islands, count);
  for (int i = 0; i < count; i++) {
    const int32_t index = first + i;
    lander_state *state = state_at(memory, record, index);
    float *final = row_at(memory, record->final_observations, index);
    const step_outcome outcome = finish_step(state, options, command_of(memory, record, index), &islands[i], final);
    for (int k = 0; k < OBSERVATION_SIZE; k++) row_at(memory, record->observations, index)[k] = final[k];
    AT(double, memory, record->rewards)[index] = outcome.reward;
    AT(uint8_t, memory, record->terminated)[index] = (uint8_t)outcome.terminated;
    AT(uint8_t, memory, record->truncated)[index] = (uint8_t)outcome.truncated;
    if (state->phase == PHASE_ENDED) ended[ends++] = index;
  }
  if (record->autoreset && ends > 0) begin_episodes(memory, record, options, ended, ends);
}

/* One step of all environments. @returns 0; or, with no environment touched, i + 1 when environment i's action
 * is none and -(i + 1) when environment i has no episode under way. */
static double lander_step(uint8_t *memory, uint32_t record_offset, int32_t unused) {
  (void)unused;
  const lander_record *record = AT(lander_record, memory, record_offset);
  const lander_options options = options_of(memory, record);
  for (int i = 0; i < record->count; i++) {
    if (state_at(memory, record, i)->phase != PHASE_RUNNING) return -(i + 1);
    if (!is_action(memory, record, i)) return i + 1;
  }
  for (int first = 0; first < record->count; first += QUEUE_SIZE) {
    const int rest = record->count - first;
    step_some(memory, record, &options, first, rest < QUEUE_SIZE ? rest : QUEUE_SIZE);
  }
  return 0;
}

/* Writes what environment `index` observes now, as after a reset: for a state that was put in place. */
static double lander_observe(uint8_t *memory, uint32_t record_offset, int32_t index) {
  const lander_record *record = AT(lander_record, memory, record_offset);
  double exact[OBSERVATION_SIZE];
  observe(state_at(memory, record, index), exact, row_at(memory, record->observations, index));
  clear_outcome(memory, record, index);
  return 0;
}

/* What there is to draw of environment `index`: heights of the terrain, then x, y, angle of every body, then
 * x, y, impulse x, impulse y, power of every flame. */
static double lander_scene(uint8_t *memory, uint32_t record_offset, int32_t index) {
  const lander_record *record = AT(lander_record, memory, record_offset);
  const lander_state *state = state_at(memory, record, index);
  double *out = AT(double, memory, record->scene);
  for (int i = 0; i < CORNERS; i++) *out++ = state->heights[i];
  for (int b = 0; b < BODIES; b++) {
    *out++ = state->bodies[b].frame.o.x;
    *out++ = state->bodies[b].frame.o.y;
    *out++ = state->bodies[b].a;
  }
  for (int i = 0; i < 2; i++) {
    *out++ = state->flames[i].x;
    *out++ = state->flames[i].y;
    *out++ = state->flames[i].impulse_x;
    *out++ = state->flames[i].impulse_y;
    *out++ = state->flames[i].power;
  }
  return SCENE_SIZE;
}

PUBLISH(LANDER_KERNELS)
