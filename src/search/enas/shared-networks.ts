/**
 * All networks of a search space as slices of supernets: shared parameters, shared Adam state, shared experience.
 *
 * Networks of the same depth and activations are a *family*: they differ in width alone and have a supernet and a
 * replay buffer to themselves. What a family learns from is what its own networks have met, as in a training from
 * scratch; with one replay buffer for all, families that learn badly on their own look good by the experience of
 * others, and spoil that of others (docs/algorithms/enas.md). Where a space has very many families there is one for
 * all, in which weights are shared as `Supernet` says: by layer, activation and number.
 */
import { type LearnerState, readLearner, writeLearner } from '../../agents/learner-state.ts';
import { ReplayBuffer, type ReplayState } from '../../agents/replay-buffer.ts';
import {
  type Activation,
  type Head,
  type Kernels,
  type Learner,
  type LearnerOptions,
  type NetworkShape,
  type Supernet,
  type SupernetShape,
  parameterCount,
} from '../../kernels/kernels.ts';
import { networkShape } from '../../networks/architecture.ts';
import { linearLayers } from '../../networks/linear-layers.ts';
import type { RandomStream } from '../../random/random-stream.ts';
import {
  decodeSample,
  enumerateSamples,
  type Sample,
  sampleIndex,
  type SearchSpace,
  spaceSize,
} from '../space.ts';
import { updateWork } from '../work.ts';

/** Networks that share weights and experience. */
export interface Family {
  readonly supernet: Supernet;
  readonly replay: ReplayBuffer;
  /** Environment steps that its networks were trained for so far. */
  steps: number;
}

/** One network of the space. */
export interface SharedNetwork {
  readonly family: Family;
  readonly sample: Sample;
  /** The number of its sample in the space. */
  readonly index: number;
  readonly shape: NetworkShape;
  readonly learner: Learner;
  /** Of one update, in the multiply-adds of src/search/work.ts. */
  readonly work: number;
  /** What the agent's learning rate is multiplied by for it. */
  readonly rateFactor: number;
  /** What it was trained for so far. */
  steps: number;
  episodes: number;
  updates: number;
  /** Why it is not trained any more, in one line; undefined while it is. */
  failure: string | undefined;
}

/** How a network did in one training or several, and what it was trained for. */
export interface NetworkScore {
  /** Mean undiscounted return; −Infinity for a network that is not trained any more. */
  readonly score: number;
  readonly steps: number;
  readonly episodes: number;
  readonly updates: number;
  /** Why it is not trained any more, in one line; undefined while it is. */
  readonly failure: string | undefined;
  /** Of one that was tuned in one training: what it expects itself, the mean value of its experience (candidate-tuner.ts). */
  readonly value?: number;
}

/** All that shared networks are: which there are so far, and their families. */
export interface SharedNetworksState {
  readonly networks: readonly Readonly<
    Pick<SharedNetwork, 'sample' | 'steps' | 'episodes' | 'updates' | 'failure'>
  >[];
  readonly families: readonly {
    readonly name: string;
    readonly steps: number;
    readonly updates: number;
    readonly replay: ReplayState;
    /** Of networks that together have every weight of the family (`covering`). */
    readonly parts: readonly LearnerState[];
  }[];
}

/** Layers of more units have a smaller step size. */
const stableUnits = 256;

/**
 * What the learning rate is multiplied by: the root of 256 units to those of the widest layer, at most 1. The same step
 * moves what a network computes the more, the wider it is, and here it moves what narrower ones compute too.
 */
function rateFactor({ layers }: NetworkShape): number {
  const widest = Math.max(...layers.map(({ units }) => units));
  return Math.sqrt(Math.min(1, stableUnits / widest));
}

/** Networks that a space contains, in one: the most units and all activations of every layer. */
export function supernetShape(space: SearchSpace, inputs: number, outputs: number): SupernetShape {
  const layers: { units: number; activations: Activation[] }[] = [];
  let heads: readonly Head[] = ['plain'];
  for (const decision of space.decisions) {
    switch (decision.kind) {
      case 'units':
      case 'activation': {
        const layer = (layers[decision.layer - 1] ??= { units: 0, activations: [] });
        if (decision.kind === 'units') layer.units = Math.max(layer.units, ...decision.choices);
        else layer.activations = [...new Set([...layer.activations, ...decision.choices])];
        break;
      }
      case 'head':
        heads = decision.choices;
        break;
      case 'hyperparameter':
        throw new RangeError(
          `strategy enas in space ${space.name}, which decides ${decision.hyperparameter}; expected decisions about the network alone, since all share one training (strategy evolution, halving or random has no such need)`,
        );
      default:
        break;
    }
  }
  if (heads.length > 1) {
    throw new RangeError(
      `strategy enas in space ${space.name} with heads ${heads.join(', ')}; expected one head, which all networks share (strategy evolution, halving or random has no such need)`,
    );
  }
  return { inputs, outputs, layers, head: heads[0] };
}

/** The fewest units of every layer. */
function leastUnits(space: SearchSpace, { layers }: SupernetShape): number[] {
  return layers.map((_, i) =>
    Math.min(
      ...space.decisions.flatMap((decision) =>
        decision.kind === 'units' && decision.layer === i + 1 ? decision.choices : [],
      ),
    ),
  );
}

/** The network of a space that takes the least work: the fewest layers, each of the fewest units. */
export function smallestShape(space: SearchSpace, shape: SupernetShape): NetworkShape {
  const { layers, ...ends } = shape;
  const depths = space.decisions.flatMap((decision) => (decision.kind === 'depth' ? decision.choices : []));
  const units = leastUnits(space, shape);
  const depth = Math.min(layers.length, ...depths);
  return {
    ...ends,
    layers: layers
      .slice(0, depth)
      .map(({ activations }, i) => ({ units: units[i], activation: activations[0] })),
  };
}

/**
 * Networks of full width that together have every weight of the supernet: at every depth, with one activation on odd
 * and one on even layers, all pairs of them.
 */
function covering({ inputs, outputs, layers, head = 'plain' }: SupernetShape): NetworkShape[] {
  const most = Math.max(...layers.map(({ activations }) => activations.length));
  const choices = Array.from({ length: most }, (_, i) => i);
  const pairs = choices.flatMap((odd) => choices.map((even) => [odd, even]));
  return layers.flatMap((_, last) =>
    pairs.map((pair) => ({
      inputs,
      outputs,
      head,
      layers: layers.slice(0, last + 1).map(({ units, activations }, i) => ({
        units,
        activation: activations[pair[i % 2] % activations.length],
      })),
    })),
  );
}

/**
 * First parameters of a network of full width. What the narrowest layers have is drawn as for a network of theirs
 * (`initialiseParameters`); what further units send on is 0. So all networks of the same depth and activations begin as
 * the same function, and wider ones add to what narrower ones have learnt, not noise.
 */
function initialise(shape: NetworkShape, narrowest: readonly number[], random: RandomStream): Float32Array {
  const parameters = new Float32Array(parameterCount(shape));
  for (const [i, { inputs, outputs, weights, end }] of linearLayers(shape).entries()) {
    // A dueling head is two layers behind the last hidden one.
    const least = i === 0 ? inputs : narrowest[Math.min(i, shape.layers.length) - 1];
    const bound = 1 / Math.sqrt(least);
    for (let row = 0; row < outputs; row++) {
      for (let column = 0; column < least; column++) {
        parameters[weights + row * inputs + column] = random.uniform(-bound, bound);
      }
    }
    for (let k = weights + outputs * inputs; k < end; k++) parameters[k] = random.uniform(-bound, bound);
  }
  return parameters;
}

/** A space with one width for every layer. */
function oneWidth(space: SearchSpace): SearchSpace {
  const decisions = space.decisions.map((decision) =>
    decision.kind === 'units' ? { ...decision, choices: decision.choices.slice(0, 1) } : decision,
  );
  return { ...space, decisions };
}

/**
 * How many families a space has: its samples, were there but one width. (Where a decision depends on a width they are
 * fewer.)
 */
const countFamilies = (space: SearchSpace): number => spaceSize(oneWidth(space));

/** Of the family of a network, where families have supernets to themselves. */
const nameFamily = ({ layers }: NetworkShape): string => layers.map(({ activation }) => activation).join();

/** The part of a supernet that networks like this one share. */
function familyShape({ layers: all, ...ends }: SupernetShape, { layers }: NetworkShape): SupernetShape {
  return {
    ...ends,
    layers: layers.map(({ activation }, i) => ({ units: all[i].units, activations: [activation] })),
  };
}

/**
 * The supernets that all families of a space have once each has been trained: one, where there are more families than
 * `maxFamilies`.
 */
export function familyShapes(
  space: SearchSpace,
  shape: SupernetShape,
  maxFamilies: number,
): readonly SupernetShape[] {
  if (countFamilies(space) > maxFamilies) return [shape];
  const families = new Map<string, SupernetShape>();
  for (const sample of enumerateSamples(oneWidth(space))) {
    const network = networkShape(decodeSample(space, sample), shape.inputs, shape.outputs);
    families.set(nameFamily(network), familyShape(shape, network));
  }
  return [...families.values()];
}

export interface SharedNetworksOptions {
  /** The most units and all activations of the space (`supernetShape`). */
  readonly shape: SupernetShape;
  /** The same for all. Every family has a replay buffer of that capacity. */
  readonly learning: Omit<LearnerOptions, 'shape'>;
  /** Families that may have supernets to themselves; in a space of more all share one. */
  readonly maxFamilies: number;
  /** Observations that the networks act on at once, at most. */
  readonly maxCount: number;
}

export class SharedNetworks {
  readonly #kernels: Kernels;
  readonly #space: SearchSpace;
  readonly #options: SharedNetworksOptions;
  readonly #random: RandomStream;
  readonly #areSeparate: boolean;
  readonly #families = new Map<string, Family>();
  readonly #networks = new Map<number, SharedNetwork>();

  /** @param random the first parameters are drawn from forks of it. */
  constructor(kernels: Kernels, space: SearchSpace, options: SharedNetworksOptions, random: RandomStream) {
    this.#kernels = kernels;
    this.#space = space;
    this.#options = options;
    this.#random = random;
    this.#areSeparate = countFamilies(space) <= options.maxFamilies;
  }

  /** @throws RangeError for a sample that doesn't belong to the space. */
  of(sample: Sample): SharedNetwork {
    const index = sampleIndex(this.#space, sample);
    const known = this.#networks.get(index);
    if (known) return known;
    const {
      shape: { inputs, outputs },
      learning: { batchSize },
    } = this.#options;
    const shape = networkShape(decodeSample(this.#space, sample), inputs, outputs);
    const family = this.#familyOf(shape);
    const network: SharedNetwork = {
      family,
      sample,
      index,
      shape,
      learner: family.supernet.learner(shape),
      work: updateWork(shape, batchSize),
      rateFactor: rateFactor(shape),
      steps: 0,
      episodes: 0,
      updates: 0,
      failure: undefined,
    };
    this.#networks.set(index, network);
    return network;
  }

  /** A copy of all that they are. */
  save(): SharedNetworksState {
    const networks = [...this.#networks.values()].map(({ sample, steps, episodes, updates, failure }) => ({
      sample,
      steps,
      episodes,
      updates,
      failure,
    }));
    const families = [...this.#families].map(([name, { supernet, replay, steps }]) => ({
      name,
      steps,
      updates: supernet.updates,
      replay: replay.save(),
      parts: covering(supernet.options.shape).map((shape) => readLearner(supernet.learner(shape))),
    }));
    return { networks, families };
  }

  /** Goes on from what networks of the same space and options saved. To be called before anything else. */
  restore({ networks, families }: SharedNetworksState): void {
    for (const { sample, ...counts } of networks) Object.assign(this.of(sample), counts);
    for (const { name, steps, updates, replay, parts } of families) {
      const family = this.#families.get(name);
      if (family === undefined)
        throw new Error(`a family ${name} without networks; expected one that has some`);
      const { supernet } = family;
      for (const [i, shape] of covering(supernet.options.shape).entries()) {
        writeLearner(supernet.learner(shape), parts[i]);
      }
      supernet.updates = updates;
      family.replay.restore(replay);
      family.steps = steps;
    }
  }

  #familyOf(shape: NetworkShape): Family {
    const name = this.#areSeparate ? nameFamily(shape) : 'all';
    const known = this.#families.get(name);
    if (known) return known;
    const all = this.#options.shape;
    const family = this.#createFamily(this.#areSeparate ? familyShape(all, shape) : all, name);
    this.#families.set(name, family);
    return family;
  }

  #createFamily(shape: SupernetShape, name: string): Family {
    const { learning, maxCount } = this.#options;
    const supernet = this.#kernels.createSupernet({ shape, ...learning }, maxCount);
    const random = this.#random.fork(name);
    for (const network of covering(shape)) {
      const parameters = initialise(network, leastUnits(this.#space, shape), random);
      const learner = supernet.learner(network);
      learner.write('parameters', parameters);
      learner.write('target', parameters);
    }
    return { supernet, replay: new ReplayBuffer(supernet.replay), steps: 0 };
  }
}
