/**
 * Search spaces and their samples. A sample is one choice per decision; a decision whose condition doesn't hold has
 * choice 0, so that every sample is written in one way only. It decodes to an architecture and, where the space says
 * so, to hyperparameters. docs/search-spaces.md has the user's view.
 */
import type { DqnHyperparameters } from '../agents/dqn.ts';
import { unknownName } from '../errors/unknown-name.ts';
import { activations, type Head } from '../kernels/kernels.ts';
import {
  type Architecture,
  createArchitecture,
  formatArchitecture,
  type HiddenLayer,
} from '../networks/architecture.ts';
import type { RandomStream } from '../random/random-stream.ts';
import { createSpace } from './create-space.ts';
import { counts, type FullyConnected, fullyConnected, type Prefix, type SearchSpace } from './decisions.ts';
import { SampleNumbers } from './sample-numbers.ts';

export type { SearchSpace } from './decisions.ts';

/** The index of the chosen choice, one per decision. */
export type Sample = readonly number[];

const named = (name: string, contents: FullyConnected): SearchSpace =>
  createSpace({ name, decisions: fullyConnected(contents) });

const widths = [16, 32, 64, 128, 256, 512];

/** The spaces that have a name. */
export const spaces: readonly SearchSpace[] = Object.freeze([
  named('lunar-lander-100', {
    layers: [2],
    units: [64, 128, 256, 1024, 2048],
    activations: ['relu', 'sigmoid'],
  }),
  named('lunar-lander-quick', { layers: [2], units: [32, 64, 128], activations: ['relu', 'sigmoid'] }),
  named('fully-connected', { layers: [1, 2, 3, 4], units: widths, activations, heads: ['plain', 'dueling'] }),
  named('dqn', {
    layers: [1, 2],
    units: widths,
    activations,
    heads: ['plain', 'dueling'],
    hyperparameters: {
      learningRate: [1e-4, 3e-4, 5e-4, 1e-3, 2e-3],
      gamma: [0.98, 0.99, 0.995, 0.999],
      batchSize: [32, 64, 128, 256],
      trainFrequency: [1, 2, 4, 8],
      nSteps: [1, 2, 3, 5],
    },
  }),
]);

/** @throws RangeError that lists the spaces there are, and suggests one, for a name that isn't among them. */
export function findSpace(name: string): SearchSpace {
  const space = spaces.find((candidate) => candidate.name === name);
  if (space) return space;
  throw unknownName(
    'search space',
    name,
    spaces.map((candidate) => candidate.name),
  );
}

/** Number of choices per decision. */
export function choiceCounts(space: SearchSpace): readonly number[] {
  return space.decisions.map((decision) => decision.choices.length);
}

/** Made once per space. */
const numbers = new WeakMap<SearchSpace, SampleNumbers>();

function numbersOf(space: SearchSpace): SampleNumbers {
  const known = numbers.get(space);
  if (known) return known;
  const made = new SampleNumbers(space.decisions);
  numbers.set(space, made);
  return made;
}

/** Number of different samples. */
export function spaceSize(space: SearchSpace): number {
  return numbersOf(space).size;
}

/** A sample with undefined in place of the choices that don't count. */
function prefixOf({ decisions }: SearchSpace, sample: Sample): Prefix {
  const prefix: Prefix = [];
  for (const [i, decision] of decisions.entries()) {
    prefix.push(counts(decision, prefix) ? sample[i] : undefined);
  }
  return prefix;
}

const sampleOf = (prefix: Readonly<Prefix>): Sample => prefix.map((choice) => choice ?? 0);

/**
 * @throws RangeError unless the sample has one index per decision, each within its choices, and 0 where the decision
 * doesn't count.
 */
export function checkSample(space: SearchSpace, sample: Sample): void {
  const { name, decisions } = space;
  if (sample.length !== decisions.length) {
    throw new RangeError(
      `a sample of ${sample.length} choices [${sample.join(', ')}]; expected ${decisions.length} in space ${name}`,
    );
  }
  const prefix = prefixOf(space, sample);
  for (const [i, decision] of decisions.entries()) {
    const choice = sample[i];
    if (!(Number.isInteger(choice) && choice >= 0 && choice < decision.choices.length)) {
      throw new RangeError(
        `choice ${choice} for "${decision.name}" in space ${name}; expected a whole number from 0 to ${decision.choices.length - 1}`,
      );
    }
    if (prefix[i] === undefined && choice !== 0) {
      throw new RangeError(
        `choice ${choice} for "${decision.name}" in space ${name}, which does not count in [${sample.join(', ')}]; expected 0`,
      );
    }
  }
}

/** Whether each decision counts in a sample. @throws RangeError for a sample that doesn't belong to the space. */
export function countingDecisions(space: SearchSpace, sample: Sample): readonly boolean[] {
  checkSample(space, sample);
  return prefixOf(space, sample).map((choice) => choice !== undefined);
}

/**
 * The architecture that a sample stands for.
 * @throws RangeError for a sample that doesn't belong to the space.
 */
export function decodeSample(space: SearchSpace, sample: Sample): Architecture {
  const counting = countingDecisions(space, sample);
  const layers: HiddenLayer[] = [];
  const change = (layer: number, part: Partial<HiddenLayer>) => {
    layers[layer - 1] = { ...layers[layer - 1], ...part };
  };
  let head: Head = 'plain';
  for (const [i, decision] of space.decisions.entries()) {
    if (!counting[i]) continue;
    const choice = sample[i];
    if (decision.kind === 'units') change(decision.layer, { units: decision.choices[choice] });
    else if (decision.kind === 'activation') change(decision.layer, { activation: decision.choices[choice] });
    else if (decision.kind === 'head') head = decision.choices[choice];
  }
  return createArchitecture(layers, head);
}

/**
 * The hyperparameters that a sample decides, in the order of its decisions.
 * @throws RangeError for a sample that doesn't belong to the space.
 */
export function decodeHyperparameters(space: SearchSpace, sample: Sample): Partial<DqnHyperparameters> {
  const counting = countingDecisions(space, sample);
  return Object.fromEntries(
    space.decisions.flatMap((decision, i) =>
      decision.kind === 'hyperparameter' && counting[i]
        ? [[decision.hyperparameter, decision.choices[sample[i]]]]
        : [],
    ),
  );
}

/** A sample in words: `64,relu,64,relu lr 0.001 gamma 0.99`. @throws RangeError as `decodeSample`. */
export function describeSample(space: SearchSpace, sample: Sample): string {
  const settings = Object.entries(decodeHyperparameters(space, sample)).map(
    ([name, value]) => `${name === 'learningRate' ? 'lr' : name} ${value}`,
  );
  return [formatArchitecture(decodeSample(space, sample)), ...settings].join(' ');
}

/** The number of a sample, 0 … size − 1. @throws RangeError for a sample that doesn't belong to the space. */
export function sampleIndex(space: SearchSpace, sample: Sample): number {
  checkSample(space, sample);
  return numbersOf(space).indexOf(sample);
}

/** The sample of a number. @throws RangeError unless it is a whole number from 0 to size − 1. */
export function sampleAt(space: SearchSpace, index: number): Sample {
  const size = spaceSize(space);
  if (!(Number.isInteger(index) && index >= 0 && index < size)) {
    throw new RangeError(
      `sample number ${index} of space ${space.name}; expected a whole number from 0 to ${size - 1}`,
    );
  }
  return numbersOf(space).at(index);
}

/** Every sample once, in the order of their numbers. */
export function* enumerateSamples(space: SearchSpace): Generator<Sample> {
  const size = spaceSize(space);
  for (let index = 0; index < size; index++) yield sampleAt(space, index);
}

/**
 * Draws every decision that counts uniformly: one integer from the stream each. Where there are conditions that is not
 * uniform over the samples: each depth is drawn equally often, however many networks it has. (`sampleAt` of a uniform
 * number is uniform.)
 */
export function drawSample(space: SearchSpace, random: RandomStream): Sample {
  const prefix: Prefix = [];
  for (const decision of space.decisions) {
    prefix.push(counts(decision, prefix) ? random.integers(0, decision.choices.length) : undefined);
  }
  return sampleOf(prefix);
}

/**
 * The samples that differ from one in exactly one of the decisions that count in both; those that begin to count have
 * each of their choices in turn. So neighbours are each other's; and where a choice opens many decisions there are
 * many of them.
 * @throws RangeError for a sample that doesn't belong to the space.
 */
export function* neighbours(space: SearchSpace, sample: Sample): Generator<Sample> {
  checkSample(space, sample);
  const { decisions } = space;
  const before = prefixOf(space, sample);
  function* complete(prefix: Prefix): Generator<Sample> {
    const t = prefix.length;
    if (t === decisions.length) {
      yield sampleOf(prefix);
      return;
    }
    const kept = before[t];
    if (!counts(decisions[t], prefix)) yield* complete([...prefix, undefined]);
    else if (kept !== undefined) yield* complete([...prefix, kept]);
    else for (const choice of decisions[t].choices.keys()) yield* complete([...prefix, choice]);
  }
  for (const [t, present] of before.entries()) {
    if (present === undefined) continue;
    for (const choice of decisions[t].choices.keys()) {
      if (choice !== present) yield* complete([...before.slice(0, t), choice]);
    }
  }
}

/**
 * A neighbour of a sample: of the decisions that count and have a choice to make one is drawn uniformly, then one of
 * its other choices, then whatever begins to count. Where there is no choice at all, the sample itself.
 * @throws RangeError for a sample that doesn't belong to the space.
 */
export function mutate(space: SearchSpace, sample: Sample, random: RandomStream): Sample {
  checkSample(space, sample);
  const before = prefixOf(space, sample);
  const open = space.decisions.flatMap(({ choices }, t) =>
    before[t] !== undefined && choices.length > 1 ? [t] : [],
  );
  if (open.length === 0) return sample;
  const changed = open[random.integers(0, open.length)];
  const redraw = (count: number) => {
    const drawn = random.integers(0, count - 1);
    return drawn < sample[changed] ? drawn : drawn + 1;
  };
  const prefix: Prefix = [];
  for (const [t, decision] of space.decisions.entries()) {
    const count = decision.choices.length;
    if (!counts(decision, prefix)) prefix.push(undefined);
    else if (t === changed) prefix.push(redraw(count));
    else prefix.push(before[t] ?? random.integers(0, count));
  }
  return sampleOf(prefix);
}
