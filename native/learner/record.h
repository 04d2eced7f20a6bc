/* The records of the learner's kernels; src/kernels/compiled.ts writes them. Offsets are bytes from the
 * base of the workspace. */
#ifndef TOUCHDOWN_LEARNER_RECORD_H
#define TOUCHDOWN_LEARNER_RECORD_H

#include "kernels.h"

/* One layer, which may be the leading rows and columns of a larger one. The weights are [outputs][stride]; the
 * biases, [outputs], lie `biases` floats further. Moments, target and gradient look the same. The word before the weights
 * of a learner's layer is not 0 if a parameter or the target's has ever been something else than a finite number. */
typedef struct {
  int32_t inputs, outputs;
  int32_t stride; /* floats from row to row: a multiple of 16 */
  int32_t biases;
  int32_t activation;
  uint32_t parameters, target, first_moment, second_moment; /* a policy has parameters only */
  uint32_t gradient; /* of the parameters; only where its norm is clipped */
  uint32_t values; /* learner: the layer's values on the minibatch's observations, [outputs][batch] in panels */
  uint32_t slopes; /* learner: floats from a value to the activation's slope there; 0 where the value tells it */
} layer_record;

typedef struct {
  int32_t inputs, outputs;
  int32_t depth;         /* layers */
  int32_t dueling;       /* the last layer's outputs are the state's value and the actions' advantages */
  uint32_t layers;       /* [depth] layer_record */
  uint32_t observations; /* [maxCount][inputs] */
  uint32_t q_values;     /* [maxCount][outputs] */
  uint32_t actions;      /* [maxCount] */
  uint32_t scratch[2];   /* [widest layer][maxCount] in panels; few.h has its own order */
} network_record;

typedef struct {
  float gamma, tau;
  float decay1, gain1, decay2, gain2; /* Adam: beta and 1 − beta of either moment */
  float epsilon, step_size, root_scale;
  float max_norm; /* of the gradient; 0: no limit */
  float huber_delta; /* 0: squared loss */
  int32_t batch; /* a multiple of 16 */
  int32_t threads; /* that may share an update */
  uint32_t network;
  uint32_t indices, weights, td_errors;                                   /* [batch] */
  uint32_t observations, next_observations, actions, rewards, terminated; /* the replay's arrays */
  uint32_t inputs, next_inputs;      /* [inputs][batch] in panels */
  uint32_t online_next, target_next; /* Q-values of the next observations, [head][batch] in panels */
  uint32_t scratch[2];               /* [widest layer][batch] in panels */
  uint32_t gradients[2];             /* [widest layer][batch] in panels */
  uint32_t columns;                  /* a layer's inputs in panels of columns: [panel][batch][TILE_COLUMNS] */
  uint32_t bias_gradient;            /* [widest layer] */
  uint32_t lists;                    /* of a layer's features, room for two per panel and two more; see idle.h */
} learner_record;

#endif
