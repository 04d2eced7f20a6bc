/**
 * A supernet in plain TypeScript: a store of shared parameters, each under the name of the units that it joins, and
 * learners that each own a network alone. Before a learner does anything it takes its parameters from the store,
 * afterwards it brings them back: a slice does what the same network stored alone does, by construction.
 */
import { checkMaxCount, checkSlice, checkSupernetOptions, checkUpdates } from './checks.ts';
import {
  type Learner,
  type LearnerOptions,
  type LearnerPart,
  type NetworkShape,
  parameterCount,
  type ReplayMemory,
  type Supernet,
  type SupernetOptions,
} from './kernels.ts';
import { createReplay, ReferenceLearner } from './reference-learner.ts';

const parts: readonly LearnerPart[] = ['parameters', 'target', 'firstMoment', 'secondMoment'];

/** The names of a network's parameters, in the flat order. */
function parameterNames(shape: NetworkShape): string[] {
  const names: string[] = [];
  let below = { units: shape.inputs, kind: 'input' };
  const append = (units: number, kind: string) => {
    for (let o = 0; o < units; o++) {
      for (let i = 0; i < below.units; i++) names.push(`${below.kind} ${i} to ${kind} ${o}`);
    }
    for (let o = 0; o < units; o++) names.push(`${below.kind} to ${kind} ${o}`);
  };
  shape.layers.forEach(({ units, activation }, index) => {
    const kind = `layer ${index} ${activation}`;
    append(units, kind);
    below = { units, kind };
  });
  if (shape.head === 'dueling') append(1, 'value');
  append(shape.outputs, 'action');
  return names;
}

export class ReferenceSupernet implements Supernet {
  readonly options: SupernetOptions;
  readonly replay: ReplayMemory;
  readonly tdErrors: Float32Array;
  readonly maxCount: number;
  readonly #store = new Map(parts.map((part) => [part, new Map<string, number>()]));
  readonly #learners = new Map<string, Learner>();
  #updates = 0;

  constructor(options: SupernetOptions, maxCount: number) {
    checkSupernetOptions(options);
    checkMaxCount(maxCount);
    this.options = options;
    this.replay = createReplay(options);
    this.tdErrors = new Float32Array(options.batchSize);
    this.maxCount = maxCount;
  }

  get updates(): number {
    return this.#updates;
  }

  set updates(updates: number) {
    checkUpdates(updates);
    this.#updates = updates;
  }

  learner(shape: NetworkShape): Learner {
    checkSlice(this.options, shape);
    const key = JSON.stringify(shape.layers.map(({ units, activation }) => [units, activation]));
    const learner = this.#learners.get(key) ?? new SliceLearner(this, { ...this.options, shape });
    this.#learners.set(key, learner);
    return learner;
  }

  fetch(part: LearnerPart, names: readonly string[]): Float32Array {
    return Float32Array.from(names, (name) => this.#store.get(part)?.get(name) ?? 0);
  }

  keep(part: LearnerPart, names: readonly string[], values: Float32Array): void {
    names.forEach((name, index) => this.#store.get(part)?.set(name, values[index]));
  }
}

class SliceLearner implements Learner {
  readonly options: LearnerOptions;
  readonly #supernet: ReferenceSupernet;
  readonly #names: readonly string[];
  readonly #alone: ReferenceLearner;

  constructor(supernet: ReferenceSupernet, options: LearnerOptions) {
    this.options = options;
    this.#supernet = supernet;
    this.#names = parameterNames(options.shape);
    this.#alone = new ReferenceLearner(options, supernet.maxCount, supernet.replay);
  }

  get shape(): NetworkShape {
    return this.options.shape;
  }

  get replay(): ReplayMemory {
    return this.#supernet.replay;
  }

  get tdErrors(): Float32Array {
    return this.#supernet.tdErrors;
  }

  get updates(): number {
    return this.#supernet.updates;
  }

  set updates(updates: number) {
    this.#supernet.updates = updates;
  }

  /** The learner that owns this network alone, in the state of the store. */
  #fetch(): ReferenceLearner {
    for (const part of parts) this.#alone.write(part, this.#supernet.fetch(part, this.#names));
    this.#alone.updates = this.#supernet.updates;
    return this.#alone;
  }

  #keep(part: LearnerPart): void {
    const values = new Float32Array(parameterCount(this.shape));
    this.#alone.read(part, values);
    this.#supernet.keep(part, this.#names, values);
  }

  update(indices: Int32Array, learningRate: number, weights?: Float32Array): number {
    const alone = this.#fetch();
    const loss = alone.update(indices, learningRate, weights);
    for (const part of parts) this.#keep(part);
    this.#supernet.updates = alone.updates;
    this.#supernet.tdErrors.set(alone.tdErrors);
    return loss;
  }

  qValues(observations: Float32Array, count: number, values: Float32Array): void {
    this.#fetch().qValues(observations, count, values);
  }

  act(observations: Float32Array, count: number, actions: Int32Array): void {
    this.#fetch().act(observations, count, actions);
  }

  read(part: LearnerPart, into: Float32Array): void {
    this.#fetch().read(part, into);
  }

  write(part: LearnerPart, from: Float32Array): void {
    this.#alone.write(part, from);
    this.#keep(part);
  }

  readParameters(into: Float32Array): void {
    this.read('parameters', into);
  }

  writeParameters(from: Float32Array): void {
    this.write('parameters', from);
  }
}
