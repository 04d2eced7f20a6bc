/**
 * The workspaces of the learning kernels and the records of native/learner/record.h: which arrays there are, how long,
 * and the words that tell a kernel where a network's numbers are.
 */
import { float32, int32, uint8, type Workspace } from './backend.ts';
import { pcg64Words } from './checks.ts';
import type { Activation, LearnerOptions, NetworkShape, SupernetOptions } from './kernels.ts';
import { headOutputs, type NetworkLayout, padLine, padRows } from './layout.ts';

/** The numbers of native/learner/activation.h; the last layer is linear. */
const activationCodes = {
  linear: 0,
  relu: 1,
  sigmoid: 2,
  tanh: 3,
  'leaky-relu': 4,
  elu: 5,
  silu: 6,
} as const satisfies Record<Activation | 'linear', number>;
/** Whose slope is not a function of their value: learners keep it, for units of such layers. */
export const keepsSlopes = (activation: Activation | undefined) => activation === 'silu';

/** Sizes in 32-bit words; a record is a network_record, a learner_record, then the layer_records. */
const networkWords = 10;
const learnerFloats = 11;
const learnerWords = learnerFloats + 22;
const layerWords = 12;
const layersStart = networkWords + learnerWords;
/** Bytes from a record to its learner_record. */
export const learnerOffset = 4 * networkWords;
/** Where the two floats stand that change with every update. */
export const stepSizeWord = networkWords + 7;
export const rootScaleWord = networkWords + 8;
/** Observations are processed in whole vectors of at most this many lanes. */
const widestVector = 16;
/** Columns of a tile, and outputs at a time for a few observations, at most. */
const widestTile = 2 * widestVector;
/** Columns of a tile, and so observations in a panel of a batch, at least. */
const narrowestTile = 8;

/** Units of the widest layer or the inputs, padded. */
const widestOf = (shape: NetworkShape) =>
  padRows(Math.max(shape.inputs, headOutputs(shape), ...shape.layers.map(({ units }) => units)));

/** Arrays of a policy. @param shape the largest network. @param size floats of all its matrices. */
export function policySpec(shape: NetworkShape, size: number, maxCount: number) {
  const lanes = Math.ceil(maxCount / widestVector) * widestVector;
  const widest = Math.ceil(widestOf(shape) / widestTile) * widestTile;
  return {
    record: int32(layersStart + layerWords * (shape.layers.length + 1)),
    parameters: float32(size),
    observations: float32(maxCount * shape.inputs),
    qValues: float32(maxCount * shape.outputs),
    actions: int32(maxCount),
    evenLayers: float32(widest * lanes),
    oddLayers: float32(widest * lanes),
  };
}

/**
 * Arrays of a learner.
 * @param options of the largest network; of its layers, those keep slopes that do so in any network.
 * @param size floats of all its matrices.
 */
export function learnerSpec(options: LearnerOptions, size: number, maxCount: number) {
  const { shape, batchSize, replayCapacity, maxGradientNorm } = options;
  const unitsOf = (layers: NetworkShape['layers']) =>
    layers.reduce((sum, { units }) => sum + padRows(units), 0);
  const units = unitsOf(shape.layers) + padRows(headOutputs(shape));
  const slopes = unitsOf(shape.layers.filter(({ activation }) => keepsSlopes(activation)));
  const widest = widestOf(shape);
  const batchInputs = float32(padRows(shape.inputs) * batchSize);
  const batchHead = float32(padRows(headOutputs(shape)) * batchSize);
  const batchWidest = float32(widest * batchSize);
  return {
    ...policySpec(shape, size, maxCount),
    target: float32(size),
    firstMoment: float32(size),
    secondMoment: float32(size),
    gradient: float32(maxGradientNorm === undefined ? 0 : size),
    draw: int32(pcg64Words + 2),
    indices: int32(batchSize),
    weights: float32(batchSize),
    tdErrors: float32(batchSize),
    inputs: batchInputs,
    nextInputs: batchInputs,
    values: float32(units * batchSize),
    slopes: float32(slopes * batchSize),
    onlineNext: batchHead,
    targetNext: batchHead,
    evenBatch: batchWidest,
    oddBatch: batchWidest,
    gradientAbove: batchWidest,
    gradientBelow: batchWidest,
    columns: float32(Math.ceil(widest / widestTile) * widestTile * batchSize),
    biasGradient: float32(padLine(widest)),
    lists: int32((2 * Math.ceil(batchSize / narrowestTile) + 2) * (1 + widest)),
    replayObservations: float32(replayCapacity * shape.inputs),
    replayNextObservations: float32(replayCapacity * shape.inputs),
    replayActions: int32(replayCapacity),
    replayRewards: float32(replayCapacity),
    replayTerminated: uint8(replayCapacity),
  };
}

/** Arrays of a supernet. @param size floats of all its matrices. */
export function supernetSpec(options: SupernetOptions, size: number, maxCount: number) {
  const layers = options.shape.layers.map(({ units, activations }) => ({
    units,
    activation: activations.find(keepsSlopes) ?? activations[0],
  }));
  return learnerSpec({ ...options, shape: { ...options.shape, layers } }, size, maxCount);
}

export type PolicyWorkspace = Workspace<ReturnType<typeof policySpec>>;
export type LearnerWorkspace = Workspace<ReturnType<typeof learnerSpec>>;

/** Completes the record of draws (native/learner/draw.h) behind the words of the generator. */
export function writeDrawRecord({ arrays, offsets }: LearnerWorkspace): void {
  arrays.draw.set([arrays.indices.length, offsets.indices], pcg64Words);
}

/** The words of the record of a network that acts. */
export function policyRecord(
  shape: NetworkShape,
  layout: NetworkLayout,
  offsets: PolicyWorkspace['offsets'],
): Int32Array<ArrayBuffer> {
  const record = new Int32Array(layersStart + layerWords * layout.length);
  record.set([
    shape.inputs,
    shape.outputs,
    layout.length,
    shape.head === 'dueling' ? 1 : 0,
    offsets.record + 4 * layersStart,
    offsets.observations,
    offsets.qValues,
    offsets.actions,
    offsets.evenLayers,
    offsets.oddLayers,
  ]);
  layout.forEach(({ inputs, outputs, stride, biases, start }, index) => {
    const activation = activationCodes[shape.layers[index]?.activation ?? 'linear'];
    const words = [inputs, outputs, stride, biases, activation, offsets.parameters + 4 * start];
    record.set(words, layersStart + layerWords * index);
  });
  return record;
}

/** The words of the record of a network that acts and learns. @param threads that may share an update. */
export function learnerRecord(
  options: LearnerOptions,
  layout: NetworkLayout,
  offsets: LearnerWorkspace['offsets'],
  threads: number,
): Int32Array<ArrayBuffer> {
  const record = policyRecord(options.shape, layout, offsets);
  const { beta1, beta2, epsilon } = options.adam;
  new Float32Array(record.buffer).set(
    [
      options.gamma,
      options.tau,
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      epsilon,
      0,
      0,
      options.maxGradientNorm ?? 0,
      options.loss === 'huber' ? (options.huberDelta ?? 1) : 0,
    ],
    networkWords,
  );
  const words = [
    options.batchSize,
    threads,
    offsets.record,
    offsets.indices,
    offsets.weights,
    offsets.tdErrors,
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
    offsets.gradientAbove,
    offsets.gradientBelow,
    offsets.columns,
    offsets.biasGradient,
    offsets.lists,
  ];
  record.set(words, networkWords + learnerFloats);
  const { target, firstMoment, secondMoment, gradient } = offsets;
  let { values, slopes } = offsets;
  layout.forEach(({ start, outputs }, index) => {
    const parts = [target, firstMoment, secondMoment, gradient].map((part) => part + 4 * start);
    const kept = keepsSlopes(options.shape.layers[index]?.activation);
    record.set([...parts, values, kept ? (slopes - values) / 4 : 0], layersStart + layerWords * index + 6);
    const bytes = 4 * padRows(outputs) * options.batchSize;
    values += bytes;
    if (kept) slopes += bytes;
  });
  return record;
}
