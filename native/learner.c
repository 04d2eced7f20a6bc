/* The learner: one call is one Double-DQN update (van Hasselt et al. 2016, eq. 4) with Adam (Kingma & Ba 2015,
 * algorithm 1, in PyTorch's form) and a soft target update; and the batched forward pass that acts.
 *
 * Why the bits are the same on every target. Vectors run along a dimension that is never summed over, so a wider
 * register computes more sums at once and never splits one:
 *   forward          lanes are observations; a sum starts at the bias and adds its inputs in index order
 *   input gradient   lanes are observations; a sum starts at 0 and adds the layer's outputs in index order
 *   weight gradient  lanes are inputs; a sum starts at 0 and adds the transitions in batch order
 *   loss             one sum in batch order, in double precision
 * Every multiply-add of these sums is fused; every other operation is rounded once (+, −, ·, /, square root); the
 * exponential is made of the same operations. src/kernels/reference.ts says the same in plain TypeScript.
 *
 * The way of an update: gather the minibatch → target network on s', online network on s and s' → TD error and its
 * gradient → from the last layer to the first: input gradient with the old weights, then the weight gradient with
 * Adam and the soft target update fused into it.
 *
 *   learner/tile.h        the register tile that every product runs through
 *   learner/panels.h      how batches are stored
 *   learner/idle.h        what products leave out because it is 0
 *   learner/layers.h      forward pass and input gradient
 *   learner/few.h         forward pass for a few observations
 *   learner/weights.h     weight gradient, Adam and target, tile by tile
 *   learner/norm.h        the same where the gradient's norm is clipped
 *   learner/activation.h  relu, sigmoid, silu, …     learner/batch.h   gathering and transposing
 *   learner/draw.h        drawing minibatches
 *   learner/record.h      what crosses the border: sizes, offsets, memory layout */
#include "learner/batch.h"
#include "learner/draw.h"
#include "learner/few.h"
#include "learner/layers.h"
#include "learner/norm.h"
#include "learner/record.h"
#include "learner/weights.h"

/* A dueling head's values become Q-values in place: from the state's value V and the actions' advantages A to
 * Q = A + (V − mean of A), one feature further up (Wang et al. 2016, eq. 9). */
static void combine_dueling(float *values, int vectors, int actions) {
  const int features = pad_rows(actions + 1);
  for (int v = 0; v < vectors; v++) {
    float *const at = values + vector_at(v, features);
    const ptrdiff_t step = panel_vectors(vectors, v / TILE_VECTORS * TILE_VECTORS) * LANES;
    floats sum = load(at + step);
    for (int a = 1; a < actions; a++) sum += load(at + (a + 1) * step);
    const floats base = load(at) - sum / splat((float)actions);
    for (int a = 0; a < actions; a++) store(at + a * step, load(at + (a + 1) * step) + base);
  }
}

/* The Q-values of one batch, into `result`; layers write to the two scratch arrays in turn.
 * @param lists room for a list per panel, or NULL where nothing is to be left out */
static void forward_network(uint8_t *memory, int threads, const network_record *network, int use_target,
                            const float *inputs, const uint32_t *scratch, int32_t *lists, float *result, int vectors) {
  const layer_record *const layers = AT(const layer_record, memory, network->layers);
  const float *in = inputs;
  for (int l = 0; l < network->depth; l++) {
    float *const out = l == network->depth - 1 ? result : AT(float, memory, scratch[l % 2]);
    const int idle = lists && l > 0 && may_idle(memory, layers[l - 1].activation, &layers[l]);
    if (idle) list_panels(in, layers[l].inputs, vectors, lists);
    const int32_t *const known = lists;
    forward_layer(memory, threads, &layers[l], use_target ? layers[l].target : layers[l].parameters, 1, &in,
                  idle ? &known : NULL, &out, vectors);
    in = out;
  }
  if (network->dueling) combine_dueling(result, vectors, network->outputs);
}

/* The online network on both halves of the minibatch, so that its weights are read once. */
static void forward_online(uint8_t *memory, const learner_record *record, const network_record *network, int vectors) {
  const layer_record *const layers = AT(const layer_record, memory, network->layers);
  const float *in[2] = {AT(float, memory, record->inputs), AT(float, memory, record->next_inputs)};
  for (int l = 0; l < network->depth; l++) {
    int32_t *const lists = AT(int32_t, memory, record->lists);
    int32_t *const next_lists = lists + panel_count(vectors) * list_stride(layers[l].inputs);
    const int idle = l > 0 && may_idle(memory, layers[l - 1].activation, &layers[l]);
    if (idle) {
      list_panels(in[0], layers[l].inputs, vectors, lists);
      list_panels(in[1], layers[l].inputs, vectors, next_lists);
    }
    const int32_t *const known[2] = {lists, next_lists};
    float *const out[2] = {
        AT(float, memory, layers[l].values),
        AT(float, memory, l == network->depth - 1 ? record->online_next : record->scratch[l % 2]),
    };
    forward_layer(memory, record->threads, &layers[l], layers[l].parameters, 2, in, idle ? known : NULL, out, vectors);
    in[0] = out[0];
    in[1] = out[1];
  }
  if (network->dueling) {
    combine_dueling(AT(float, memory, layers[network->depth - 1].values), vectors, network->outputs);
    combine_dueling(AT(float, memory, record->online_next), vectors, network->outputs);
  }
}

/* Where one vector of transitions lies: its number, its place in arrays by feature, and the way to the next feature. */
typedef struct {
  int vector;
  ptrdiff_t at, step;
} transitions;

/* The gradient of the loss with respect to what the last layer computes, from `slope`, that of the taken action's
 * Q-value. */
ALWAYS_INLINE void head_gradient(const network_record *network, floats slope, ints taken, float *gradient, ptrdiff_t step) {
  const floats rest = network->dueling ? slope / splat((float)network->outputs) : splat(0);
  if (network->dueling) {
    store(gradient, slope);
    gradient += step;
  }
  for (int a = 0; a < network->outputs; a++) store(gradient + a * step, choose(taken == a, slope - rest, splat(0) - rest));
}

/* TD errors of one vector of transitions: writes them and the gradient of the mean loss, returns the losses. */
static floats td_vector(uint8_t *memory, const learner_record *record, const network_record *network, transitions t,
                        const float *q, float *gradient) {
  const int32_t *const indices = AT(const int32_t, memory, record->indices) + t.vector * LANES;
  const float *const online_next = AT(const float, memory, record->online_next) + t.at;
  const float *const target_next = AT(const float, memory, record->target_next) + t.at;
  floats rewards = splat(0);
  ints taken = {0}, terminated = {0};
  for (int lane = 0; lane < LANES; lane++) {
    rewards[lane] = AT(const float, memory, record->rewards)[indices[lane]];
    taken[lane] = AT(const int32_t, memory, record->actions)[indices[lane]];
    terminated[lane] = AT(const uint8_t, memory, record->terminated)[indices[lane]];
  }
  floats best = load(online_next), next = load(target_next), value = load(q);
  for (int a = 1; a < network->outputs; a++) {
    const floats other = load(online_next + a * t.step);
    const ints better = (ints)(other > best);
    best = choose(better, other, best);
    next = choose(better, load(target_next + a * t.step), next);
    value = choose(taken == a, load(q + a * t.step), value);
  }
  const floats target = choose(terminated == 0, fused(splat(record->gamma), next, rewards), rewards);
  const floats error = value - target;
  floats slope = error, loss = splat(0.5f) * error * error;
  if (record->huber_delta > 0) {
    const floats delta = splat(record->huber_delta);
    slope = choose(error > delta, delta, choose(error < -delta, -delta, error));
    loss = slope * fused(splat(-0.5f), slope, error);
  }
  const floats weights = load(AT(const float, memory, record->weights) + t.vector * LANES);
  head_gradient(network, slope * (weights * splat(1.0f / (float)record->batch)), taken, gradient, t.step);
  store(AT(float, memory, record->td_errors) + t.vector * LANES, target - value);
  return weights * loss;
}

/* The mean loss of the minibatch. */
static double td_errors(uint8_t *memory, const learner_record *record, const network_record *network, int vectors) {
  const layer_record *const head = AT(const layer_record, memory, network->layers) + network->depth - 1;
  const int features = pad_rows(head->outputs);
  const float *const q = AT(const float, memory, head->values);
  float *const gradient = AT(float, memory, record->gradients[0]);
  double sum = 0;
  for (int v = 0; v < vectors; v++) {
    const transitions t = {
        .vector = v,
        .at = vector_at(v, features),
        .step = panel_vectors(vectors, v / TILE_VECTORS * TILE_VECTORS) * LANES,
    };
    const floats losses = td_vector(memory, record, network, t, q + t.at, gradient + t.at);
    for (int lane = 0; lane < LANES; lane++) sum += (double)losses[lane];
  }
  return sum / record->batch;
}

/* On the way back through a layer, what is done per input: its gradient, and its values by transition. */
typedef struct {
  gradient_source source;
  const float *slopes; /* where the layer below keeps what tells its slopes; NULL for the first layer */
  const float *values;
  float *result, *columns;
  int chunk;
} backward_job;

static void backward_chunk(const void *context, int chunk) {
  const backward_job *const job = context;
  const layer_record *const layer = job->source.layer;
  const range some = chunk_range(chunk, job->chunk, layer->inputs);
  if (job->slopes) input_gradient(&job->source, job->slopes, job->result, some);
  transpose_inputs(layer, job->source.vectors, job->values, job->columns, some);
}

/* Finds out which of a layer's outputs have a gradient, if that pays, for the products of its weights with gradients
 * and those of gradients with its inputs.
 * @param source gets the lists
 * @param picked room for a gradient of the layer's sums */
static busy_outputs find_busy_outputs(uint8_t *memory, const learner_record *record, const float *values,
                                      gradient_source *source, float *picked) {
  const layer_record *const layer = source->layer;
  const int outputs = layer->outputs, vectors = source->vectors, panels = panel_count(vectors);
  const busy_outputs all = {NULL, outputs, source->gradient};
  if (!may_idle(memory, layer->activation, layer)) return all;
  int32_t *const lists = AT(int32_t, memory, record->lists);
  int32_t *const united = lists + panels * list_stride(outputs), *const seen = united + list_stride(outputs);
  list_panels(source->gradient, outputs, vectors, lists);
  unite_lists(lists, outputs, vectors, seen, united);
  source->lists = lists;
  source->united = united;
  if (record->max_norm > 0 || united[0] > outputs - outputs / 16 || !all_finite(values, layer->inputs, vectors))
    return all;
  pick_outputs(source->gradient, outputs, vectors, united, picked);
  return (busy_outputs){united + 1, united[0], picked};
}

/* One update. Returns the mean loss. */
static double learner_update(uint8_t *memory, uint32_t at, int32_t unused) {
  (void)unused;
  const learner_record *const record = AT(const learner_record, memory, at);
  const network_record *const network = AT(const network_record, memory, record->network);
  const layer_record *const layers = AT(const layer_record, memory, network->layers);
  const int vectors = record->batch / LANES;
  const int32_t *const indices = AT(const int32_t, memory, record->indices);
  float *const inputs = AT(float, memory, record->inputs), *const next_inputs = AT(float, memory, record->next_inputs);

  const float *const observations = AT(const float, memory, record->observations);
  const float *const next_observations = AT(const float, memory, record->next_observations);
  prefetch_rows(next_observations, indices, record->batch, network->inputs);
  gather_panels(next_observations, indices, record->batch, vectors, network->inputs, next_inputs);
  prefetch_rows(observations, indices, record->batch, network->inputs);
  forward_network(memory, record->threads, network, 1, next_inputs, record->scratch, AT(int32_t, memory, record->lists),
                  AT(float, memory, record->target_next), vectors);
  gather_panels(observations, indices, record->batch, vectors, network->inputs, inputs);
  prefetch_outcomes(memory, record);
  forward_online(memory, record, network, vectors);
  const double loss = td_errors(memory, record, network, vectors);

  float *const columns = AT(float, memory, record->columns);
  for (int l = network->depth - 1, turn = 0; l >= 0; l--, turn = 1 - turn) {
    const layer_record *const layer = &layers[l], *const below = l > 0 ? layer - 1 : NULL;
    backward_job job = {
        .source = {
            .layer = layer,
            .below = below,
            .weights = AT(const float, memory, layer->parameters),
            .gradient = AT(const float, memory, record->gradients[turn]),
            .vectors = vectors,
        },
        .slopes = below ? AT(const float, memory, below->values) + below->slopes : NULL,
        .values = below ? AT(const float, memory, below->values) : inputs,
        .result = AT(float, memory, record->gradients[1 - turn]),
        .columns = columns,
        .chunk = chunk_size(record->threads, layer->inputs, below ? (int64_t)layer->outputs * record->batch : 0),
    };
    const busy_outputs busy =
        below ? find_busy_outputs(memory, record, job.values, &job.source, AT(float, memory, record->scratch[0]))
              : (busy_outputs){NULL, layer->outputs, job.source.gradient};
    crew_run(record->threads, backward_chunk, &job, chunk_count(layer->inputs, job.chunk));
    update_weights(memory, record, layer, busy, job.source.gradient, columns);
  }
  if (record->max_norm > 0) update_clipped(memory, record, network);
  return loss;
}

/* What forward_network does with panels, for a few observations by row: the last layer's values, in one panel. */
static void forward_few_network(uint8_t *memory, const network_record *network, int count, float *result) {
  const layer_record *const layers = AT(const layer_record, memory, network->layers);
  observation_rows in = {AT(const float, memory, network->observations), network->inputs, count};
  float *out = NULL;
  for (int l = 0; l < network->depth; l++) {
    out = AT(float, memory, network->scratch[l % 2]);
    forward_few(memory, &layers[l], in, out);
    in.at = out;
    in.stride = few_stride(layers[l].outputs);
  }
  for (int n = 0; n < count; n++)
    for (int f = 0; f < layers[network->depth - 1].outputs; f++) result[f * LANES + n] = out[n * in.stride + f];
  if (network->dueling) combine_dueling(result, 1, network->outputs);
}

/* Q-values by observation and the first of the largest ones' indices, for a vector with `count` observations. Without
 * a branch on the values, which no processor foresees. */
static void choose_actions(const float *q, ptrdiff_t step, int outputs, int count, float *q_values, int32_t *actions) {
  floats best = load(q);
  ints chosen = {0};
  for (int a = 1; a < outputs; a++) {
    const floats other = load(q + a * step);
    const ints better = (ints)(other > best);
    best = choose(better, other, best);
    chosen = (better & a) | (~better & chosen);
  }
  for (int n = 0; n < count; n++) {
    for (int a = 0; a < outputs; a++) q_values[n * outputs + a] = q[a * step + n];
    actions[n] = chosen[n];
  }
}

/* Q-values and greedy actions of `count` observations. Returns nothing of use. */
static double network_forward(uint8_t *memory, uint32_t at, int32_t count) {
  const network_record *const network = AT(const network_record, memory, at);
  const int vectors = (count + LANES - 1) / LANES;
  const int outputs = network->outputs, features = pad_rows(outputs + network->dueling);
  const int few = count <= FEW;
  float *const inputs = AT(float, memory, network->scratch[1]);
  float *const result = AT(float, memory, network->scratch[(network->depth - !few) % 2]);
  if (few) {
    forward_few_network(memory, network, count, result);
  } else {
    gather_panels(AT(const float, memory, network->observations), NULL, count, vectors, network->inputs, inputs);
    forward_network(memory, 1, network, 0, inputs, network->scratch, NULL, result, vectors);
  }
  for (int v = 0; v < vectors; v++) {
    const int first = v * LANES;
    const ptrdiff_t step = panel_vectors(vectors, v / TILE_VECTORS * TILE_VECTORS) * LANES;
    choose_actions(result + vector_at(v, features), step, outputs, smaller(count - first, LANES),
                   AT(float, memory, network->q_values) + (ptrdiff_t)first * outputs,
                   AT(int32_t, memory, network->actions) + first);
  }
  return 0;
}

#ifdef __wasm__
/* Whether this machine's multiply-add is a fused one: (1 + 2^-12)² − (1 + 2^-11) is 2^-24, or 0 in two steps. */
__attribute__((export_name("fuses"))) int32_t fuses(void) {
  volatile float factor = 1 + 0x1p-12f, summand = -(1 + 0x1p-11f);
  return fused(splat(factor), splat(factor), splat(summand))[0] == 0x1p-24f;
}
#endif

PUBLISH(LEARNER_KERNELS)
