/**
 * The learning kernels over a backend: they keep everything in one workspace and call `learner_update` and
 * `network_forward` with the record of a network. The networks of a supernet share a workspace; each has the words of
 * its record at hand, and the one that is used next copies them into place.
 */
import { biasCorrection } from './adam.ts';
import type { Backend } from './backend.ts';
import {
  checkCount,
  checkDraw,
  checkLearnerOptions,
  checkLength,
  checkMaxCount,
  checkRoom,
  checkShape,
  checkSlice,
  checkSupernetOptions,
  checkThreads,
  checkUpdate,
  checkUpdates,
  pcg64Words,
} from './checks.ts';
import {
  type Kernels,
  type Learner,
  type LearnerOptions,
  type LearnerPart,
  type NetworkShape,
  type Policy,
  parameterCount,
  type ReplayMemory,
  type Supernet,
  type SupernetOptions,
} from './kernels.ts';
import {
  layOutNetwork,
  type NetworkLayout,
  noteNonFinite,
  packParameters,
  SupernetLayout,
  unpackParameters,
} from './layout.ts';
import {
  type LearnerWorkspace,
  learnerOffset,
  learnerRecord,
  learnerSpec,
  type PolicyWorkspace,
  policyRecord,
  policySpec,
  rootScaleWord,
  stepSizeWord,
  supernetSpec,
  writeDrawRecord,
} from './records.ts';

const { fround, sqrt } = Math;

/** A workspace in which one network at a time has its record in place. */
class Memory<Space extends PolicyWorkspace> {
  readonly workspace: Space;
  readonly maxCount: number;
  #loaded: Int32Array | undefined;

  constructor(workspace: Space, maxCount: number) {
    this.workspace = workspace;
    this.maxCount = maxCount;
  }

  load(record: Int32Array): void {
    if (this.#loaded === record) return;
    this.workspace.arrays.record.set(record);
    this.#loaded = record;
  }
}

/** What all learners of one workspace have in common. */
class LearnerMemory extends Memory<LearnerWorkspace> {
  readonly threads: number;
  readonly replay: ReplayMemory;
  /** Floats of the record that is in place. */
  readonly recordFloats: Float32Array;
  updates = 0;
  #weighted = false;

  constructor(workspace: LearnerWorkspace, maxCount: number, threads: number) {
    super(workspace, maxCount);
    this.threads = threads;
    const { arrays } = workspace;
    this.recordFloats = new Float32Array(workspace.buffer, workspace.offsets.record, arrays.record.length);
    this.replay = {
      observations: arrays.replayObservations,
      nextObservations: arrays.replayNextObservations,
      actions: arrays.replayActions,
      rewards: arrays.replayRewards,
      terminated: arrays.replayTerminated,
      drawIndices: (random, limit, indices) => this.#drawIndices(random, limit, indices),
    };
    writeDrawRecord(workspace);
    arrays.weights.fill(1);
  }

  #drawIndices(random: Uint32Array, limit: number, indices: Int32Array): void {
    const { arrays, offsets } = this.workspace;
    checkDraw(arrays.indices.length, random, limit, indices);
    for (let i = 0; i < pcg64Words; i++) arrays.draw[i] = random[i];
    this.workspace.call('draw_indices', offsets.draw, limit);
    for (let i = 0; i < pcg64Words; i++) random[i] = arrays.draw[i];
    for (let i = 0; i < indices.length; i++) indices[i] = arrays.indices[i];
  }

  setWeights(weights: Float32Array | undefined): void {
    if (weights) this.workspace.arrays.weights.set(weights);
    else if (this.#weighted) this.workspace.arrays.weights.fill(1);
    this.#weighted = weights !== undefined;
  }
}

class CompiledPolicy implements Policy {
  readonly shape: NetworkShape;
  protected readonly layout: NetworkLayout;
  protected readonly dueling: boolean;
  protected readonly flatLength: number;
  protected readonly record: Int32Array;
  readonly #memory: Memory<PolicyWorkspace>;

  constructor(
    shape: NetworkShape,
    layout: NetworkLayout,
    record: Int32Array,
    memory: Memory<PolicyWorkspace>,
  ) {
    this.shape = shape;
    this.layout = layout;
    this.dueling = shape.head === 'dueling';
    this.flatLength = parameterCount(shape);
    this.record = record;
    this.#memory = memory;
  }

  qValues(observations: Float32Array, count: number, values: Float32Array): void {
    const { outputs } = this.shape;
    checkRoom('values', values.length, count * outputs);
    this.#forward(observations, count);
    const { qValues } = this.#memory.workspace.arrays;
    for (let i = 0; i < count * outputs; i++) values[i] = qValues[i];
  }

  act(observations: Float32Array, count: number, actions: Int32Array): void {
    checkRoom('actions', actions.length, count);
    this.#forward(observations, count);
    const { actions: greedy } = this.#memory.workspace.arrays;
    for (let n = 0; n < count; n++) actions[n] = greedy[n];
  }

  #forward(observations: Float32Array, count: number): void {
    const { inputs } = this.shape;
    const { maxCount, workspace } = this.#memory;
    checkCount(count, maxCount);
    checkRoom('observations', observations.length, count * inputs);
    const { arrays, offsets } = workspace;
    for (let i = 0; i < count * inputs; i++) arrays.observations[i] = observations[i];
    this.#memory.load(this.record);
    workspace.call('network_forward', offsets.record, count);
  }

  readParameters(into: Float32Array): void {
    checkLength('parameters', into.length, this.flatLength);
    unpackParameters(this.layout, this.dueling, this.#memory.workspace.arrays.parameters, into);
  }

  writeParameters(from: Float32Array): void {
    checkLength('parameters', from.length, this.flatLength);
    const { parameters } = this.#memory.workspace.arrays;
    packParameters(this.layout, this.dueling, from, parameters);
    noteNonFinite(this.layout, from, parameters);
  }
}

class CompiledLearner extends CompiledPolicy implements Learner {
  readonly options: LearnerOptions;
  readonly replay: ReplayMemory;
  readonly tdErrors: Float32Array;
  readonly #memory: LearnerMemory;

  constructor(options: LearnerOptions, layout: NetworkLayout, memory: LearnerMemory) {
    const record = learnerRecord(options, layout, memory.workspace.offsets, memory.threads);
    super(options.shape, layout, record, memory);
    this.options = options;
    this.replay = memory.replay;
    this.tdErrors = memory.workspace.arrays.tdErrors;
    this.#memory = memory;
  }

  get updates(): number {
    return this.#memory.updates;
  }

  set updates(updates: number) {
    checkUpdates(updates);
    this.#memory.updates = updates;
  }

  update(indices: Int32Array, learningRate: number, weights?: Float32Array): number {
    checkUpdate(this.options, indices, learningRate, weights);
    const memory = this.#memory;
    const { workspace, recordFloats } = memory;
    memory.updates += 1;
    memory.load(this.record);
    const { beta1, beta2 } = this.options.adam;
    recordFloats[stepSizeWord] = fround(learningRate / biasCorrection(beta1, memory.updates));
    recordFloats[rootScaleWord] = fround(1 / sqrt(biasCorrection(beta2, memory.updates)));
    workspace.arrays.indices.set(indices);
    memory.setWeights(weights);
    return workspace.call('learner_update', workspace.offsets.record + learnerOffset);
  }

  read(part: LearnerPart, into: Float32Array): void {
    checkLength(part, into.length, this.flatLength);
    unpackParameters(this.layout, this.dueling, this.#memory.workspace.arrays[part], into);
  }

  write(part: LearnerPart, from: Float32Array): void {
    checkLength(part, from.length, this.flatLength);
    const { arrays } = this.#memory.workspace;
    packParameters(this.layout, this.dueling, from, arrays[part]);
    if (part === 'parameters' || part === 'target') noteNonFinite(this.layout, from, arrays.parameters);
  }
}

class CompiledSupernet implements Supernet {
  readonly options: SupernetOptions;
  readonly #layout: SupernetLayout;
  readonly #memory: LearnerMemory;
  readonly #learners = new Map<string, Learner>();

  constructor(backend: Backend, options: SupernetOptions, maxCount: number, threads: number) {
    this.options = options;
    this.#layout = new SupernetLayout(options.shape);
    const workspace = backend.createWorkspace(supernetSpec(options, this.#layout.size, maxCount));
    this.#memory = new LearnerMemory(workspace, maxCount, threads);
  }

  get replay(): ReplayMemory {
    return this.#memory.replay;
  }

  get updates(): number {
    return this.#memory.updates;
  }

  set updates(updates: number) {
    checkUpdates(updates);
    this.#memory.updates = updates;
  }

  learner(shape: NetworkShape): Learner {
    checkSlice(this.options, shape);
    const key = shape.layers.map(({ units, activation }) => `${units} ${activation}`).join();
    const known = this.#learners.get(key);
    if (known) return known;
    const learner = new CompiledLearner({ ...this.options, shape }, this.#layout.layOut(shape), this.#memory);
    this.#learners.set(key, learner);
    return learner;
  }
}

/**
 * The kernels of a native or WebAssembly backend.
 * @param threads that share the update of a large network, 1 to 16; WebAssembly uses one. The bits don't depend on it.
 */
export function compiledKernels(backend: Backend, threads = 1): Kernels {
  checkThreads(threads);
  return {
    target: backend.target,
    createPolicy(shape, maxCount) {
      checkShape(shape);
      checkMaxCount(maxCount);
      const { layout, size } = layOutNetwork(shape);
      const workspace = backend.createWorkspace(policySpec(shape, size, maxCount));
      const record = policyRecord(shape, layout, workspace.offsets);
      return new CompiledPolicy(shape, layout, record, new Memory(workspace, maxCount));
    },
    createLearner(options, maxCount) {
      checkLearnerOptions(options);
      checkMaxCount(maxCount);
      const { layout, size } = layOutNetwork(options.shape);
      const workspace = backend.createWorkspace(learnerSpec(options, size, maxCount));
      return new CompiledLearner(options, layout, new LearnerMemory(workspace, maxCount, threads));
    },
    createSupernet(options, maxCount) {
      checkSupernetOptions(options);
      checkMaxCount(maxCount);
      return new CompiledSupernet(backend, options, maxCount, threads);
    },
  };
}
