/** Policy and learner of the reference kernels (see reference.ts), over the network of reference-network.ts. */
import { biasCorrection } from './adam.ts';
import {
  checkCount,
  checkDraw,
  checkLearnerOptions,
  checkLength,
  checkMaxCount,
  checkRoom,
  checkShape,
  checkUpdate,
  checkUpdates,
} from './checks.ts';
import { fma32 } from './float32.ts';
import {
  type Learner,
  type LearnerOptions,
  type LearnerPart,
  type NetworkShape,
  type Policy,
  parameterCount,
  type ReplayMemory,
} from './kernels.ts';
import { drawIndices } from './reference-draws.ts';
import { backward, forward, type Network, networkOf, squaredNorm } from './reference-network.ts';

const { fround, sqrt } = Math;

/** The index of the largest value, the first on ties. Comparisons with NaN are false: it never displaces a value. */
function argmax(values: Float32Array, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[start + i] > values[start + best]) best = i;
  return best;
}

/** A moment too small for a normal float counts as 0: some processors compute subnormals a hundred times slower. */
function normalOrZero(x: number): number {
  return Math.abs(x) < 2 ** -126 ? 0 : x;
}

export class ReferencePolicy implements Policy {
  readonly shape: NetworkShape;
  protected readonly network: Network;
  protected readonly parameters: Float32Array;
  readonly #maxCount: number;

  constructor(shape: NetworkShape, maxCount: number) {
    checkShape(shape);
    checkMaxCount(maxCount);
    this.shape = shape;
    this.network = networkOf(shape);
    this.parameters = new Float32Array(parameterCount(shape));
    this.#maxCount = maxCount;
  }

  qValues(observations: Float32Array, count: number, values: Float32Array): void {
    const { inputs, outputs } = this.shape;
    checkCount(count, this.#maxCount);
    checkRoom('observations', observations.length, count * inputs);
    checkRoom('values', values.length, count * outputs);
    values.set(this.#forward(observations, count));
  }

  act(observations: Float32Array, count: number, actions: Int32Array): void {
    const { inputs, outputs } = this.shape;
    checkCount(count, this.#maxCount);
    checkRoom('observations', observations.length, count * inputs);
    checkRoom('actions', actions.length, count);
    const values = this.#forward(observations, count);
    for (let n = 0; n < count; n++) actions[n] = argmax(values, n * outputs, outputs);
  }

  #forward(observations: Float32Array, count: number): Float32Array {
    return forward(this.network, this.parameters, observations.slice(0, count * this.shape.inputs)).q;
  }

  readParameters(into: Float32Array): void {
    checkLength('parameters', into.length, this.parameters.length);
    into.set(this.parameters);
  }

  writeParameters(from: Float32Array): void {
    checkLength('parameters', from.length, this.parameters.length);
    this.parameters.set(from);
  }
}

/** What a minibatch says about the parameters. */
interface LossGradient {
  readonly loss: number;
  readonly tdErrors: Float32Array;
  /** In the flat order. */
  readonly gradient: Float32Array;
}

export function createReplay({
  replayCapacity: capacity,
  batchSize,
  shape,
}: {
  readonly batchSize: number;
  readonly replayCapacity: number;
  readonly shape: { readonly inputs: number };
}): ReplayMemory {
  return {
    observations: new Float32Array(capacity * shape.inputs),
    nextObservations: new Float32Array(capacity * shape.inputs),
    actions: new Int32Array(capacity),
    rewards: new Float32Array(capacity),
    terminated: new Uint8Array(capacity),
    drawIndices(random, limit, indices) {
      checkDraw(batchSize, random, limit, indices);
      drawIndices(random, limit, indices);
    },
  };
}

/** A learner that also shows the gradient it would follow, for tests against finite differences. */
export class ReferenceLearner extends ReferencePolicy implements Learner {
  readonly options: LearnerOptions;
  readonly replay: ReplayMemory;
  readonly tdErrors: Float32Array;
  readonly #parts: Readonly<Record<LearnerPart, Float32Array>>;
  #updates = 0;

  constructor(options: LearnerOptions, maxCount: number, replay: ReplayMemory = createReplay(options)) {
    checkLearnerOptions(options);
    super(options.shape, maxCount);
    this.options = options;
    this.replay = replay;
    this.tdErrors = new Float32Array(options.batchSize);
    const fresh = () => new Float32Array(this.parameters.length);
    this.#parts = {
      parameters: this.parameters,
      target: fresh(),
      firstMoment: fresh(),
      secondMoment: fresh(),
    };
  }

  get updates(): number {
    return this.#updates;
  }

  set updates(updates: number) {
    checkUpdates(updates);
    this.#updates = updates;
  }

  read(part: LearnerPart, into: Float32Array): void {
    checkLength(part, into.length, this.parameters.length);
    into.set(this.#parts[part]);
  }

  write(part: LearnerPart, from: Float32Array): void {
    checkLength(part, from.length, this.parameters.length);
    this.#parts[part].set(from);
  }

  update(indices: Int32Array, learningRate: number, weights?: Float32Array): number {
    checkUpdate(this.options, indices, learningRate, weights);
    const { loss, tdErrors, gradient } = this.lossGradient(indices, weights);
    this.#updates += 1;
    this.tdErrors.set(tdErrors);
    this.#adam(this.#clip(gradient), learningRate);
    return loss;
  }

  /** The mean loss of a minibatch and its gradient; changes nothing. */
  lossGradient(indices: Int32Array, weights?: Float32Array): LossGradient {
    const { shape, batchSize } = this.options;
    const { actions, observations } = this.replay;
    const taken = Int32Array.from(indices, (index) => actions[index]);
    const targets = this.#targets(indices);
    const pass = forward(this.network, this.parameters, gather(observations, shape.inputs, indices));
    const chosen = Float32Array.from(taken, (action, b) => pass.q[b * shape.outputs + action]);
    const slopes = new Float32Array(batchSize);
    let lossSum = 0;
    for (let b = 0; b < batchSize; b++) {
      const weight = weights?.[b] ?? 1;
      const { loss, slope } = this.#lossOf(fround(chosen[b] - targets[b]));
      lossSum += fround(weight * loss);
      slopes[b] = fround(slope * fround(weight * fround(1 / batchSize)));
    }
    return {
      loss: lossSum / batchSize,
      tdErrors: chosen.map((value, b) => targets[b] - value),
      gradient: backward(this.network, this.parameters, pass, slopes, taken),
    };
  }

  /** r + γ Q_target(s', argmax Q(s')), or r where the episode terminated. */
  #targets(indices: Int32Array): Float32Array {
    const { inputs, outputs } = this.shape;
    const { nextObservations, rewards, terminated } = this.replay;
    const next = gather(nextObservations, inputs, indices);
    const online = forward(this.network, this.parameters, next).q;
    const target = forward(this.network, this.#parts.target, next).q;
    const gamma = fround(this.options.gamma);
    return Float32Array.from(indices, (index, b) => {
      const best = b * outputs + argmax(online, b * outputs, outputs);
      return terminated[index] === 0 ? fma32(gamma, target[best], rewards[index]) : rewards[index];
    });
  }

  #lossOf(error: number): { loss: number; slope: number } {
    if (this.options.loss === 'squared') return { loss: fround(fround(0.5 * error) * error), slope: error };
    const delta = fround(this.options.huberDelta ?? 1);
    const clipped = error > delta ? delta : error < -delta ? -delta : error;
    return { loss: fround(clipped * fma32(-0.5, clipped, error)), slope: clipped };
  }

  /** Scales a gradient down whose norm is larger than it may be. */
  #clip(gradient: Float32Array): Float32Array {
    const { maxGradientNorm } = this.options;
    if (maxGradientNorm === undefined) return gradient;
    const share = fround(maxGradientNorm) / (sqrt(squaredNorm(this.network, gradient)) + 1e-6);
    const scale = share >= 1 ? 1 : fround(share);
    return gradient.map((g) => g * scale);
  }

  #adam(gradient: Float32Array, learningRate: number): void {
    const { beta1, beta2, epsilon } = this.options.adam;
    const { parameters, target, firstMoment, secondMoment } = this.#parts;
    const stepSize = fround(learningRate / biasCorrection(beta1, this.#updates));
    const rootScale = fround(1 / sqrt(biasCorrection(beta2, this.#updates)));
    const tau = fround(this.options.tau);
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i];
      const m = normalOrZero(fma32(fround(1 - beta1), g, fround(fround(beta1) * firstMoment[i])));
      const v = normalOrZero(
        fma32(fround(fround(1 - beta2) * g), g, fround(fround(beta2) * secondMoment[i])),
      );
      const root = fma32(fround(sqrt(v)), rootScale, fround(epsilon));
      const parameter = fma32(-stepSize, fround(m / root), parameters[i]);
      firstMoment[i] = m;
      secondMoment[i] = v;
      parameters[i] = parameter;
      target[i] = tau === 1 ? parameter : fma32(tau, fround(parameter - target[i]), target[i]);
    }
  }
}

/** The rows of the replay that a minibatch names. */
function gather(rows: Float32Array, width: number, indices: Int32Array): Float32Array {
  const batch = new Float32Array(indices.length * width);
  indices.forEach((index, b) => batch.set(rows.subarray(index * width, (index + 1) * width), b * width));
  return batch;
}
