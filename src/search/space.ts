/**
 * Search spaces as data: an ordered list of decisions, each with its choices. A sample is one choice per
 * decision; it decodes to an architecture. Samples are numbered like digits, the last decision running fastest.
 */
import type { Activation } from '../kernels/kernels.ts';
import { type Architecture, createArchitecture, type HiddenLayer } from '../networks/architecture.ts';
import type { RandomStream } from '../random/random-stream.ts';
import { unknownName } from '../errors/unknown-name.ts';

export interface UnitsDecision {
  readonly kind: 'units';
  readonly name: string;
  readonly choices: readonly number[];
}

export interface ActivationDecision {
  readonly kind: 'activation';
  readonly name: string;
  readonly choices: readonly Activation[];
}

export type Decision = UnitsDecision | ActivationDecision;

/** Decisions come in pairs: units and activation of hidden layer 1, of layer 2, … */
export interface SearchSpace {
  readonly name: string;
  readonly decisions: readonly Decision[];
}

/** The index of the chosen choice, one per decision. */
export type Sample = readonly number[];

/** A space of `layers` hidden layers that all have the same choices. */
function fullyConnected(
  name: string,
  layers: number,
  units: readonly number[],
  activations: readonly Activation[],
): SearchSpace {
  const decisions = Array.from({ length: layers }, (_, layer): readonly Decision[] => [
    Object.freeze({ kind: 'units', name: `units ${layer + 1}`, choices: Object.freeze([...units]) }),
    Object.freeze({
      kind: 'activation',
      name: `activation ${layer + 1}`,
      choices: Object.freeze([...activations]),
    }),
  ]);
  return Object.freeze({ name, decisions: Object.freeze(decisions.flat()) });
}

/** The spaces that have a name. */
export const spaces: readonly SearchSpace[] = Object.freeze([
  fullyConnected('lunar-lander-100', 2, [64, 128, 256, 1024, 2048], ['relu', 'sigmoid']),
  fullyConnected('lunar-lander-quick', 2, [32, 64, 128], ['relu', 'sigmoid']),
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

/** Number of different samples. */
export function spaceSize(space: SearchSpace): number {
  return choiceCounts(space).reduce((product, count) => product * count, 1);
}

/** @throws RangeError unless the sample has one index per decision, each within its choices. */
export function checkSample(space: SearchSpace, sample: Sample): void {
  const { name, decisions } = space;
  if (sample.length !== decisions.length) {
    throw new RangeError(
      `a sample of ${sample.length} choices [${sample.join(', ')}]; expected ${decisions.length} in space ${name}`,
    );
  }
  for (const [i, decision] of decisions.entries()) {
    const choice = sample[i];
    if (!(Number.isInteger(choice) && choice >= 0 && choice < decision.choices.length)) {
      throw new RangeError(
        `choice ${choice} for "${decision.name}" in space ${name}; expected a whole number from 0 to ${decision.choices.length - 1}`,
      );
    }
  }
}

/**
 * The architecture that a sample stands for.
 * @throws RangeError for a sample that doesn't belong to the space.
 */
export function decodeSample(space: SearchSpace, sample: Sample): Architecture {
  checkSample(space, sample);
  const layers: HiddenLayer[] = [];
  let units = 0;
  for (const [i, decision] of space.decisions.entries()) {
    if (decision.kind === 'units') units = decision.choices[sample[i]];
    else layers.push({ units, activation: decision.choices[sample[i]] });
  }
  return createArchitecture(layers);
}

/** The number of a sample, 0 … size − 1. @throws RangeError for a sample that doesn't belong to the space. */
export function sampleIndex(space: SearchSpace, sample: Sample): number {
  checkSample(space, sample);
  return choiceCounts(space).reduce((index, count, i) => index * count + sample[i], 0);
}

/** The sample of a number. @throws RangeError unless it is a whole number from 0 to size − 1. */
export function sampleAt(space: SearchSpace, index: number): Sample {
  const size = spaceSize(space);
  if (!(Number.isInteger(index) && index >= 0 && index < size)) {
    throw new RangeError(
      `sample number ${index} of space ${space.name}; expected a whole number from 0 to ${size - 1}`,
    );
  }
  const sample: number[] = [];
  let rest = index;
  for (const count of choiceCounts(space).toReversed()) {
    sample.unshift(rest % count);
    rest = Math.floor(rest / count);
  }
  return sample;
}

/** Every sample once, in the order of their numbers. */
export function* enumerateSamples(space: SearchSpace): Generator<Sample> {
  const size = spaceSize(space);
  for (let index = 0; index < size; index++) yield sampleAt(space, index);
}

/** A sample drawn uniformly: one integer from the stream per decision. */
export function drawSample(space: SearchSpace, random: RandomStream): Sample {
  return choiceCounts(space).map((count) => random.integers(0, count));
}
