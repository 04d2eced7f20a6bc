/**
 * The learning kernels over a backend: they keep everything in one workspace, write the records of
 * native/learner/record.h once, and call `learner_update` and `network_forward`.
 */
import { biasCorrection } from './adam.ts';
import { type Backend, float32, int32, uint8, type Workspace } from './backend.ts';
import {
  checkCount,
  checkLearnerOptions,
  checkLength,
  checkMaxCount,
  checkShape,
  checkUpdate,
  checkUpdates,
} from './checks.ts';
import {
  type Kernels,
  type Learner,
  type LearnerOptions,
  type LearnerPart,
  type NetworkShape,
  type Policy,
  parameterCount,
  type ReplayArrays,
} from './kernels.ts';
import { layOutNetwork, type NetworkLayout, packParameters, padRows, unpackParameters } from './layout.ts';

const { fround, sqrt } = Math;

/** The numbers of native/learner/activation.h; the last layer is linear. */
const activationCodes = { linear: 0, relu: 1, sigmoid: 2, tanh: 3 } as const;
/** 32-bit words of a layer_record and a network_record, and what a learner_record begins with. */
const layerWords = 9;
const networkWords = 9;
const learnerFloats = 9;
const learnerWords = learnerFloats + 18;
/** Where the two floats stand that change with every update. */
const stepSizeWord = 7;
const rootScaleWord = 8;
/** Observations are processed in whole vectors, of at most this many lanes. */
const widestVector = 16;

function policySpec(shape: NetworkShape, layout: NetworkLayout, maxCount: number) {
  const lanes = Math.ceil(maxCount / widestVector) * widestVector;
  return {
    network: int32(networkWords),
    layers: int32(layerWords * layout.layers.length),
    parameters: float32(layout.size),
    observations: float32(maxCount * shape.inputs),
    qValues: float32(maxCount * shape.outputs),
    actions: int32(maxCount),
    evenLayers: float32(layout.widest * lanes),
    oddLayers: float32(layout.widest * lanes),
  };
}

function learnerSpec(options: LearnerOptions, layout: NetworkLayout, maxCount: number) {
  const { shape, batchSize, replayCapacity } = options;
  const units = layout.layers.reduce((sum, { outputs }) => sum + padRows(outputs), 0);
  const batchInputs = float32(padRows(shape.inputs) * batchSize);
  const batchOutputs = float32(padRows(shape.outputs) * batchSize);
  const widest = float32(layout.widest * batchSize);
  return {
    ...policySpec(shape, layout, maxCount),
    learner: int32(learnerWords),
    target: float32(layout.size),
    firstMoment: float32(layout.size),
    secondMoment: float32(layout.size),
    indices: int32(batchSize),
    inputs: batchInputs,
    nextInputs: batchInputs,
    values: float32(units * batchSize),
    onlineNext: batchOutputs,
    targetNext: batchOutputs,
    evenBatch: widest,
    oddBatch: widest,
    gradient: widest,
    gradientBelow: widest,
    rows: float32(layout.longestStride * batchSize),
    replayObservations: float32(replayCapacity * shape.inputs),
    replayNextObservations: float32(replayCapacity * shape.inputs),
    replayActions: int32(replayCapacity),
    replayRewards: float32(replayCapacity),
    replayTerminated: uint8(replayCapacity),
  };
}

type PolicyWorkspace = Workspace<ReturnType<typeof policySpec>>;
type LearnerWorkspace = Workspace<ReturnType<typeof learnerSpec>>;

/** Writes the network_record and, for what a policy has, the layer_records. */
function writeNetworkRecord(shape: NetworkShape, layout: NetworkLayout, workspace: PolicyWorkspace): void {
  const { arrays, offsets } = workspace;
  arrays.network.set([
    shape.inputs,
    shape.outputs,
    layout.layers.length,
    offsets.layers,
    offsets.observations,
    offsets.qValues,
    offsets.actions,
    offsets.evenLayers,
    offsets.oddLayers,
  ]);
  layout.layers.forEach(({ inputs, outputs, stride, start }, index) => {
    const activation = activationCodes[shape.layers[index]?.activation ?? 'linear'];
    const parameters = offsets.parameters + 4 * start;
    arrays.layers.set([inputs, outputs, stride, activation, parameters], layerWords * index);
  });
}

/** Writes the learner_record and the rest of the layer_records. */
function writeLearnerRecord(
  options: LearnerOptions,
  layout: NetworkLayout,
  workspace: LearnerWorkspace,
): Float32Array {
  const { arrays, offsets, buffer } = workspace;
  const { beta1, beta2, epsilon } = options.adam;
  const floats = new Float32Array(buffer, offsets.learner, learnerFloats);
  floats.set([options.gamma, options.tau, beta1, 1 - beta1, beta2, 1 - beta2, epsilon]);
  const words = [
    options.batchSize,
    options.loss === 'huber' ? 1 : 0,
    offsets.network,
    offsets.indices,
    offsets.replayObservations,
    offsets.replayNextObservations,
    offsets.replayActions,
    offsets.replayRewards,
    offsets.replayTerminated,
    offsets.inputs,
    offsets.nextInputs,
    offsets.onlineNext,
    offsets.targetNext,
    offsets.evenBatch,
    offsets.oddBatch,
    offsets.gradient,
    offsets.gradientBelow,
    offsets.rows,
  ];
  arrays.learner.set(words, learnerFloats);
  let values = offsets.values;
  layout.layers.forEach(({ start, outputs }, index) => {
    const parts = [offsets.target, offsets.firstMoment, offsets.secondMoment].map((part) => part + 4 * start);
    arrays.layers.set([...parts, values], layerWords * index + 5);
    values += 4 * padRows(outputs) * options.batchSize;
  });
  return floats;
}

class CompiledPolicy implements Policy {
  readonly shape: NetworkShape;
  protected readonly layout: NetworkLayout;
  protected readonly flatLength: number;
  readonly #maxCount: number;
  readonly #workspace: PolicyWorkspace;

  constructor(shape: NetworkShape, layout: NetworkLayout, maxCount: number, workspace: PolicyWorkspace) {
    this.shape = shape;
    this.layout = layout;
    this.flatLength = parameterCount(shape);
    this.#maxCount = maxCount;
    this.#workspace = workspace;
    writeNetworkRecord(shape, layout, workspace);
  }

  qValues(observations: Float32Array, count: number, values: Float32Array): void {
    const { outputs } = this.shape;
    this.#forward(observations, count, values.length, outputs);
    const { qValues } = this.#workspace.arrays;
    for (let i = 0; i < count * outputs; i++) values[i] = qValues[i];
  }

  act(observations: Float32Array, count: number, actions: Int32Array): void {
    this.#forward(observations, count, actions.length, 1);
    const { actions: greedy } = this.#workspace.arrays;
    for (let n = 0; n < count; n++) actions[n] = greedy[n];
  }

  #forward(observations: Float32Array, count: number, results: number, resultSize: number): void {
    const { inputs } = this.shape;
    checkCount(count, this.#maxCount, observations.length, inputs, results, resultSize);
    const { arrays, offsets } = this.#workspace;
    for (let i = 0; i < count * inputs; i++) arrays.observations[i] = observations[i];
    this.#workspace.call('network_forward', offsets.network, count);
  }

  readParameters(into: Float32Array): void {
    checkLength('parameters', into.length, this.flatLength);
    unpackParameters(this.layout, this.#workspace.arrays.parameters, into);
  }

  writeParameters(from: Float32Array): void {
    checkLength('parameters', from.length, this.flatLength);
    packParameters(this.layout, from, this.#workspace.arrays.parameters);
  }
}

class CompiledLearner extends CompiledPolicy implements Learner {
  readonly options: LearnerOptions;
  readonly replay: ReplayArrays;
  readonly #workspace: LearnerWorkspace;
  readonly #floats: Float32Array;
  #updates = 0;

  constructor(options: LearnerOptions, layout: NetworkLayout, maxCount: number, workspace: LearnerWorkspace) {
    super(options.shape, layout, maxCount, workspace);
    this.options = options;
    this.#workspace = workspace;
    this.#floats = writeLearnerRecord(options, layout, workspace);
    const { arrays } = workspace;
    this.replay = {
      observations: arrays.replayObservations,
      nextObservations: arrays.replayNextObservations,
      actions: arrays.replayActions,
      rewards: arrays.replayRewards,
      terminated: arrays.replayTerminated,
    };
  }

  get updates(): number {
    return this.#updates;
  }

  set updates(updates: number) {
    checkUpdates(updates);
    this.#updates = updates;
  }

  update(indices: Int32Array, learningRate: number): number {
    checkUpdate(this.options, indices, learningRate);
    this.#updates += 1;
    const { beta1, beta2 } = this.options.adam;
    this.#floats[stepSizeWord] = fround(learningRate / biasCorrection(beta1, this.#updates));
    this.#floats[rootScaleWord] = fround(1 / sqrt(biasCorrection(beta2, this.#updates)));
    this.#workspace.arrays.indices.set(indices);
    return this.#workspace.call('learner_update', this.#workspace.offsets.learner);
  }

  read(part: LearnerPart, into: Float32Array): void {
    checkLength(part, into.length, this.flatLength);
    unpackParameters(this.layout, this.#workspace.arrays[part], into);
  }

  write(part: LearnerPart, from: Float32Array): void {
    checkLength(part, from.length, this.flatLength);
    packParameters(this.layout, from, this.#workspace.arrays[part]);
  }
}

/** The kernels of a native or WebAssembly backend. */
export function compiledKernels(backend: Backend): Kernels {
  return {
    target: backend.target,
    createPolicy(shape, maxCount) {
      checkShape(shape);
      checkMaxCount(maxCount);
      const layout = layOutNetwork(shape);
      return new CompiledPolicy(
        shape,
        layout,
        maxCount,
        backend.createWorkspace(policySpec(shape, layout, maxCount)),
      );
    },
    createLearner(options, maxCount) {
      checkLearnerOptions(options);
      checkMaxCount(maxCount);
      const layout = layOutNetwork(options.shape);
      const workspace = backend.createWorkspace(learnerSpec(options, layout, maxCount));
      return new CompiledLearner(options, layout, maxCount, workspace);
    },
  };
}
