/* What the world is made of: constants, shapes, and the full state of one environment. The state is one block
 * of fixed size without pointers or padding, so that saving it is copying its bytes. */
#ifndef TOUCHDOWN_LANDER_WORLD_H
#define TOUCHDOWN_LANDER_WORLD_H

#include <stdint.h>

#include "random.h"
#include "geometry.h"

#define TIME_STEP 0.02f
#define VELOCITY_ITERATIONS 180
#define POSITION_ITERATIONS 60

#define PI_FLOAT 3.14159265359f
#define LINEAR_SLOP 0.005f
#define ANGULAR_SLOP ((2.0f / 180.0f) * PI_FLOAT)
#define SKIN (2.0f * LINEAR_SLOP) /* every shape is this much larger than its outline */
#define TWO_SKINS (2.0f * SKIN)
#define BOX_MARGIN 0.1f
#define MAX_LINEAR_CORRECTION 0.2f
#define MAX_ANGULAR_CORRECTION ((8.0f / 180.0f) * PI_FLOAT)
#define MAX_TRANSLATION 2.0f
#define MAX_ROTATION (0.5f * PI_FLOAT)
#define SLEEP_TIME 0.5f
#define LINEAR_SLEEP_TOLERANCE 0.01f
#define ANGULAR_SLEEP_TOLERANCE ANGULAR_SLOP

#define CORNERS 11 /* of the terrain; edge 0 is the base line, edge k joins corners k - 1 and k */
#define EDGES 11
#define BODIES 3
#define JOINTS 2
#define PAIRS (EDGES * BODIES)
#define MAX_VERTICES 6

/* Bodies in the order of their creation. The right leg is leg 0 of the observation, the left one leg 1. */
enum { HULL, RIGHT_LEG, LEFT_LEG };

typedef struct {
  int32_t count;
  vec2 vertices[MAX_VERTICES]; /* counter-clockwise, in body coordinates */
  vec2 normals[MAX_VERTICES];  /* of the edge from vertex k to vertex k + 1 */
  vec2 centroid;
  vec2 centre; /* of mass, in body coordinates */
  float inverse_mass, inverse_inertia;
} body_shape;

#define LEG_WIDTH (float)(2 / 30.0) /* half extents */
#define LEG_HEIGHT (float)(8 / 30.0)
#define LEG_SHAPE                                                                                                \
  {                                                                                                              \
    4, {{-LEG_WIDTH, -LEG_HEIGHT}, {LEG_WIDTH, -LEG_HEIGHT}, {LEG_WIDTH, LEG_HEIGHT}, {-LEG_WIDTH, LEG_HEIGHT}}, \
        {{0, -1}, {1, 0}, {0, 1}, {-1, 0}}, {0, 0}, {0, 0}, 0x1.c1fffcp+3f, 0x1.172e92p+9f                      \
  }

/* Pixels over 30. Centroid, normals, mass (density 5; legs 1) and inertia follow from the vertices, in single
 * precision and in the engine's order of operations; they are written down since they never change. */
static const body_shape shapes[BODIES] = {
    {6,
     {{(float)(17 / 30.0), (float)(-10 / 30.0)},
      {(float)(17 / 30.0), 0.0f},
      {(float)(14 / 30.0), (float)(17 / 30.0)},
      {(float)(-14 / 30.0), (float)(17 / 30.0)},
      {(float)(-17 / 30.0), 0.0f},
      {(float)(-17 / 30.0), (float)(-10 / 30.0)}},
     {{1.0f, -0.0f},
      {0x1.f8358ep-1f, 0x1.63e99p-3f},
      {0.0f, 1.0f},
      {-0x1.f8358ep-1f, 0x1.63e99p-3f},
      {-1.0f, -0.0f},
      {0.0f, -1.0f}},
     {0x1.09be72p-28f, 0x1.9ef446p-4f},
     {0.0f, 0x1.9ef44ap-4f},
     0x1.a930b8p-3f,
     0x1.46948ep+0f},
    LEG_SHAPE,
    LEG_SHAPE,
};

typedef struct {
  vec2 a, b, normal; /* the normal points to the right of a → b: down, for terrain */
  box2 fat;
} ground_edge;

typedef struct {
  /* The sweep: centre of mass and angle at the start (c0, a0) and the end (c, a) of what is left of the time
   * step, and the fraction of the step at which that starts. */
  vec2 c0, c;
  float a0, a, fraction;
  frame2 frame; /* at (c, a) */
  vec2 v;       /* of the centre of mass, m/s */
  float w;      /* rad/s */
  vec2 force;
  float torque;
  float quiet; /* seconds that the body has been slow enough to sleep */
  box2 fat;    /* box with a margin; pairs are searched only when a body leaves its own */
  int32_t moved, awake;
} rigid_body;

typedef enum { LIMIT_FREE, LIMIT_LOWER, LIMIT_UPPER } limit_state;

typedef struct {
  vec2 impulse;
  float limit_impulse, motor_impulse;
  int32_t limit;
} leg_joint;

typedef struct {
  vec2 local;
  uint32_t identity; /* which vertices or faces meet; carries impulses over to the next step */
  float normal_impulse, tangent_impulse;
} manifold_point;

/* Where a ground edge and a body touch. With the edge as reference (EDGE_FACE) normal and point are the
 * world's and the points' local positions the body's; with a face of the body (BODY_FACE) the reverse. */
enum { EDGE_FACE, BODY_FACE };

typedef struct {
  int32_t kind, count;
  vec2 normal, point;
  manifold_point points[2];
} contact_manifold;

typedef struct {
  contact_manifold manifold;
  int32_t touching, enabled;
  /* Of the continuous phase: events so far, and the time of impact where one is known. */
  int32_t impacts, impact_known;
  float impact;
} ground_contact;

typedef struct {
  double x, y, impulse_x, impulse_y, power; /* power 0: not fired */
} engine_flame;

enum { PHASE_NEW, PHASE_RUNNING, PHASE_ENDED };

typedef struct {
  _Alignas(64) double heights[CORNERS]; /* of the terrain, metres */
  double shaping;
  engine_flame flames[2]; /* of the last step: main engine, side engine */
  pcg64 random;
  int32_t phase, elapsed; /* steps of this episode */
  int32_t wind_index, torque_index;
  int32_t game_over;
  int32_t leg_contact[2];
  ground_edge edges[EDGES];
  rigid_body bodies[BODIES];
  leg_joint joints[JOINTS]; /* of the right, of the left leg */
  float ground_fraction;    /* the ground takes part in the continuous phase's book-keeping of time */
  /* One slot for every (edge, body), edge · BODIES + body; `order` lists those alive, oldest first. */
  int32_t contact_count;
  uint8_t order[PAIRS + 3];
  ground_contact contacts[PAIRS];
} lander_state;

#define LANDER_STATE_BYTES 3840 /* src/environments/lunar-lander-kernels.ts has the same number */
_Static_assert(sizeof(lander_state) == LANDER_STATE_BYTES, "the size of a state that TypeScript allocates");

static inline int body_of(int slot) { return slot % BODIES; }
static inline int edge_of(int slot) { return slot / BODIES; }

/* sqrt(edge friction · body friction): the base line has 0.2 and terrain 0.1, the hull 0.1 and legs 0.2. */
static inline float friction_of(int slot) {
  const int base = edge_of(slot) == 0, hull = body_of(slot) == HULL;
  if (base) return hull ? 0x1.21a186p-3f : 0.2f;
  return hull ? 0.1f : 0x1.21a186p-3f;
}

static inline void wake_body(rigid_body *body) {
  if (body->awake) return;
  body->awake = 1;
  body->quiet = 0.0f;
}

#endif
