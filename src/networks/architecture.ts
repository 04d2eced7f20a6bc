/**
 * Architectures as data: which network a Q-network is. Written `256,relu,128,sigmoid`, one pair per hidden layer, with
 * `,dueling` behind them where the head is a dueling one.
 */
import {
  type Activation,
  activations,
  type Head,
  type NetworkShape,
  parameterCount,
} from '../kernels/kernels.ts';

/** A fully connected hidden layer. */
export interface HiddenLayer {
  /** A whole number from 1 to 16,384. */
  readonly units: number;
  /** Of all its units. */
  readonly activation: Activation;
}

/** Which network a Q-network is. Frozen data; `parseArchitecture` makes it. */
export interface Architecture {
  /** Tells it from other data. */
  readonly kind: 'architecture';
  /** The hidden ones, input to output: 1 to 16. */
  readonly layers: readonly HiddenLayer[];
  /** What makes Q-values of the last of them. */
  readonly head: Head;
}

export const maxUnits = 16_384;
export const maxLayers = 16;

const isActivation = (text: string): text is Activation => (activations as readonly string[]).includes(text);

export function createArchitecture(layers: readonly HiddenLayer[], head: Head = 'plain'): Architecture {
  return Object.freeze({
    kind: 'architecture',
    layers: Object.freeze(layers.map((layer) => Object.freeze({ ...layer }))),
    head,
  });
}

/**
 * Reads `units,activation` pairs, and the head if it is not plain: `128,relu,128,relu`, `64,tanh,dueling`.
 * @throws RangeError naming the part that is wrong and what was expected.
 */
export function parseArchitecture(text: string): Architecture {
  const expected = 'expected pairs like "128,relu,128,relu"';
  const parts = text.split(',').map((part) => part.trim());
  const head = parts.length > 1 && parts[parts.length - 1] === 'dueling' ? 'dueling' : 'plain';
  if (head === 'dueling') parts.pop();
  if (parts.length % 2 !== 0) {
    throw new RangeError(
      `architecture ${JSON.stringify(text)} has ${parts.length} part${parts.length === 1 ? '' : 's'}; ${expected}`,
    );
  }
  if (parts.length > 2 * maxLayers) {
    throw new RangeError(
      `architecture ${JSON.stringify(text)} has ${parts.length / 2} hidden layers; expected 1 to ${maxLayers}`,
    );
  }
  const layers: HiddenLayer[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const units = parts[i];
    const activation = parts[i + 1];
    if (!/^[1-9]\d*$/.test(units) || Number(units) > maxUnits) {
      throw new RangeError(
        `architecture ${JSON.stringify(text)}: ${JSON.stringify(units)} units; expected a whole number from 1 to ${maxUnits}`,
      );
    }
    if (!isActivation(activation)) {
      throw new RangeError(
        `architecture ${JSON.stringify(text)}: activation ${JSON.stringify(activation)}; expected ${activations.join(', ')}`,
      );
    }
    layers.push({ units: Number(units), activation });
  }
  return createArchitecture(layers, head);
}

/** The text that `parseArchitecture` reads back. */
export function formatArchitecture(architecture: Architecture): string {
  const parts: string[] = architecture.layers.map((layer) => `${layer.units},${layer.activation}`);
  if (architecture.head !== 'plain') parts.push(architecture.head);
  return parts.join(',');
}

/** The network that an architecture describes between an observation and its actions. */
export function networkShape(architecture: Architecture, inputs: number, outputs: number): NetworkShape {
  return { inputs, layers: architecture.layers, outputs, head: architecture.head };
}

/** Parameters of an architecture between `inputs` numbers and `outputs` actions. */
export function countParameters(architecture: Architecture, inputs: number, outputs: number): number {
  return parameterCount(networkShape(architecture, inputs, outputs));
}
