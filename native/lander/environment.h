/* LunarLander around the physics: terrain and bodies of a new episode, wind, engines, observation, reward and
 * termination. Everything here is double precision; values are cast where they enter the world. */
#ifndef TOUCHDOWN_LANDER_ENVIRONMENT_H
#define TOUCHDOWN_LANDER_ENVIRONMENT_H

#include "continuous-solver.h"
#include "elementary.h"
#include "velocity-lanes.h"

#define SCALE 30.0 /* pixels per metre */
#define STEPS_PER_SECOND 50.0
#define VIEW_WIDTH 20.0
#define VIEW_HEIGHT (400 / 30.0)
#define HELIPAD_HEIGHT (VIEW_HEIGHT / 4)
#define OBSERVATION_SIZE 8
#define INITIAL_PUSH 1000.0 /* newtons, in the first step */
#define WIND_RANGE 9999

typedef struct {
  double gravity, wind_power, turbulence_power;
  int32_t wind, keeps_wind, max_episode_steps;
} lander_options;

/* What the engines do in a step: powers (0: off), and the side engine's direction: -1 for the left, 1 right. */
typedef struct {
  double main, side, direction;
} engine_command;

typedef struct {
  double reward;
  int terminated, truncated;
} step_outcome;

static void build_terrain(lander_state *state) {
  double h[CORNERS + 1];
  for (int i = 0; i <= CORNERS; i++) h[i] = pcg64_uniform(&state->random, 0.0, VIEW_HEIGHT / 2);
  for (int i = 3; i <= 7; i++) h[i] = HELIPAD_HEIGHT;
  for (int i = 0; i < CORNERS; i++) {
    const double before = h[i > 0 ? i - 1 : CORNERS]; /* the smoothing wraps around at its left end */
    state->heights[i] = 0.33 * ((before + h[i]) + h[i + 1]);
  }
  for (int k = 0; k < EDGES; k++) {
    ground_edge *edge = &state->edges[k];
    edge->a = k == 0 ? (vec2){0.0f, 0.0f} : (vec2){2.0f * (float)(k - 1), (float)state->heights[k - 1]};
    edge->b = k == 0 ? (vec2){(float)VIEW_WIDTH, 0.0f} : (vec2){2.0f * (float)k, (float)state->heights[k]};
    edge->normal = right2(unit2(sub2(edge->b, edge->a)));
    edge->fat = grow_box(edge_box(edge), BOX_MARGIN);
  }
}

static void place_body(rigid_body *body, const body_shape *shape, double x, double angle) {
  body->frame = (frame2){rotation_by((float)angle), {(float)x, (float)VIEW_HEIGHT}};
  body->c = body->c0 = place2(body->frame, shape->centre);
  body->a = body->a0 = (float)angle;
  body->fat = grow_box(shape_box(shape, body->frame), BOX_MARGIN);
  body->moved = 1;
  body->awake = 1;
}

/* A new world from the state's random stream. */
static void build_world(lander_state *state, const lander_options *options) {
  const lander_state old = *state;
  *state = (lander_state){.random = old.random,
                          .wind_index = old.wind_index,
                          .torque_index = old.torque_index,
                          .phase = PHASE_RUNNING};
  build_terrain(state);
  place_body(&state->bodies[HULL], &shapes[HULL], VIEW_WIDTH / 2, 0.0);
  place_body(&state->bodies[RIGHT_LEG], &shapes[RIGHT_LEG], VIEW_WIDTH / 2 - (-20) / SCALE, -0.05);
  place_body(&state->bodies[LEFT_LEG], &shapes[LEFT_LEG], VIEW_WIDTH / 2 - 20 / SCALE, 0.05);
  state->bodies[HULL].force.x = (float)pcg64_uniform(&state->random, -INITIAL_PUSH, INITIAL_PUSH);
  state->bodies[HULL].force.y = (float)pcg64_uniform(&state->random, -INITIAL_PUSH, INITIAL_PUSH);
  if (options->wind && !options->keeps_wind) {
    state->wind_index = pcg64_integer(&state->random, -WIND_RANGE, WIND_RANGE);
    state->torque_index = pcg64_integer(&state->random, -WIND_RANGE, WIND_RANGE);
  }
  find_new_pairs(state);
}

/* Wind as a sum of two sines of incommensurable periods, between -1 and 1. */
static inline double gust(int32_t index) {
  return double_tanh(double_sine(0.02 * index) + double_sine((3.141592653589793 * 0.01) * index));
}

static void blow(lander_state *state, const lander_options *options) {
  if (!options->wind || state->leg_contact[0] || state->leg_contact[1]) return;
  rigid_body *hull = &state->bodies[HULL];
  hull->force.x += (float)(gust(state->wind_index++) * options->wind_power);
  hull->torque += (float)(gust(state->torque_index++) * options->turbulence_power);
}

/* Gives the hull an impulse of an engine at a point, at once. */
static void apply_thrust(lander_state *state, double x, double y, double impulse_x, double impulse_y) {
  rigid_body *hull = &state->bodies[HULL];
  const vec2 impulse = {(float)impulse_x, (float)impulse_y}, point = {(float)x, (float)y};
  hull->v = add2(hull->v, scale2(shapes[HULL].inverse_mass, impulse));
  hull->w = hull->w + (shapes[HULL].inverse_inertia * cross2(sub2(point, hull->c), impulse));
}

/* Both engines work at slightly random places; the draws are made whether they fire or not. */
static void fire_engines(lander_state *state, engine_command command) {
  const double d0 = pcg64_uniform(&state->random, -1.0, 1.0) / SCALE;
  const double d1 = pcg64_uniform(&state->random, -1.0, 1.0) / SCALE;
  state->flames[0] = state->flames[1] = (engine_flame){0};
  if (!(command.main > 0.0 || command.side > 0.0)) return;
  double t0, t1;
  double_sine_cosine(state->bodies[HULL].a, &t0, &t1);
  const double s0 = -t1, s1 = t0;
  const double x = state->bodies[HULL].frame.o.x, y = state->bodies[HULL].frame.o.y;
  if (command.main > 0.0) {
    const double ox = (t0 * ((4 / SCALE) + (2 * d0))) + (s0 * d1);
    const double oy = ((-t1) * ((4 / SCALE) + (2 * d0))) - (s1 * d1);
    state->flames[0] = (engine_flame){x + ox, y + oy, (ox * 13.0) * command.main, (oy * 13.0) * command.main,
                                      command.main};
    apply_thrust(state, x + ox, y + oy, ((-ox) * 13.0) * command.main, ((-oy) * 13.0) * command.main);
  }
  if (command.side > 0.0) {
    const double e = (3 * d1) + ((command.direction * 12) / SCALE);
    const double ox = (t0 * d0) + (s0 * e);
    const double oy = ((-t1) * d0) - (s1 * e);
    const double px = (x + ox) - ((t0 * 17) / SCALE), py = (y + oy) + ((t1 * 14) / SCALE);
    state->flames[1] = (engine_flame){px, py, (ox * 0.6) * command.side, (oy * 0.6) * command.side, command.side};
    apply_thrust(state, px, py, ((-ox) * 0.6) * command.side, ((-oy) * 0.6) * command.side);
  }
}

/* Writes the observation; `exact` gets it as it is before its cast, which reward and termination look at. */
static void observe(const lander_state *state, double exact[OBSERVATION_SIZE], float observation[OBSERVATION_SIZE]) {
  const rigid_body *hull = &state->bodies[HULL];
  exact[0] = (hull->frame.o.x - VIEW_WIDTH / 2) / (VIEW_WIDTH / 2);
  exact[1] = (hull->frame.o.y - (HELIPAD_HEIGHT + 18 / SCALE)) / (VIEW_HEIGHT / 2);
  exact[2] = (hull->v.x * (VIEW_WIDTH / 2)) / STEPS_PER_SECOND;
  exact[3] = (hull->v.y * (VIEW_HEIGHT / 2)) / STEPS_PER_SECOND;
  exact[4] = hull->a;
  exact[5] = (20.0 * hull->w) / STEPS_PER_SECOND;
  exact[6] = state->leg_contact[0] ? 1.0 : 0.0;
  exact[7] = state->leg_contact[1] ? 1.0 : 0.0;
  for (int i = 0; i < OBSERVATION_SIZE; i++) observation[i] = (float)exact[i];
}

/* Minus the distance from the pad, the speed, the tilt; plus the legs on the ground. */
static double shaping_of(const double x[OBSERVATION_SIZE]) {
  const double distance = __builtin_sqrt((x[0] * x[0]) + (x[1] * x[1]));
  const double speed = __builtin_sqrt((x[2] * x[2]) + (x[3] * x[3]));
  return ((((-100.0 * distance) - (100.0 * speed)) - (100.0 * __builtin_fabs(x[4]))) + (10.0 * x[6])) +
         (10.0 * x[7]);
}

/* The first part of a step, up to the velocity iterations. */
static void begin_step(lander_state *state, const lander_options *options, engine_command command, island *island) {
  blow(state, options);
  fire_engines(state, command);
  update_contacts(state);
  begin_island(state, island, (float)options->gravity);
}

/* The rest of a step. */
static step_outcome finish_step(lander_state *state, const lander_options *options, engine_command command,
                                const island *island, float observation[OBSERVATION_SIZE]) {
  finish_island(state, island);
  solve_impacts(state);
  for (int b = 0; b < BODIES; b++) {
    state->bodies[b].force = (vec2){0.0f, 0.0f};
    state->bodies[b].torque = 0.0f;
  }
  double x[OBSERVATION_SIZE];
  observe(state, x, observation);
  const double shaping = shaping_of(x);
  step_outcome outcome = {((shaping - state->shaping) - (command.main * 0.30)) - (command.side * 0.03), 0, 0};
  state->shaping = shaping;
  if (state->game_over || __builtin_fabs(x[0]) >= 1.0) outcome = (step_outcome){-100.0, 1, 0};
  if (!state->bodies[HULL].awake) outcome = (step_outcome){100.0, 1, 0};
  outcome.truncated = ++state->elapsed >= options->max_episode_steps;
  if (outcome.terminated || outcome.truncated) state->phase = PHASE_ENDED;
  return outcome;
}

static const engine_command idle_command = {0.0, 0.0, 0.0};

/* A new episode; its random stream goes on from where the state's is. It begins with a step of its own without
 * engines, whose reward and time don't count: this is the first part of it. */
static void begin_episode(lander_state *state, const lander_options *options, island *island) {
  build_world(state, options);
  begin_step(state, options, idle_command, island);
}

static void finish_beginning(lander_state *state, const lander_options *options, const island *island,
                             float observation[OBSERVATION_SIZE]) {
  finish_step(state, options, idle_command, island, observation);
  state->elapsed = 0;
  state->phase = PHASE_RUNNING;
}

#endif
