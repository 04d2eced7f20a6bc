/** Architectures as data: which network a Q-network is. Written `256,relu,128,sigmoid`, one pair per hidden layer. */
import { type Activation, type NetworkShape, parameterCount } from '../kernels/kernels.ts';

export const activations = ['relu', 'sigmoid', 'tanh'] as const satisfies readonly Activation[];

export interface HiddenLayer {
  readonly units: number;
  readonly activation: Activation;
}

/** Frozen data; `head: 'plain'` is one linear output per action. */
export interface Architecture {
  readonly kind: 'architecture';
  readonly layers: readonly HiddenLayer[];
  readonly head: 'plain';
}

const maxUnits = 16_384;
const maxLayers = 16;

const isActivation = (text: string): text is Activation => (activations as readonly string[]).includes(text);

export function createArchitecture(layers: readonly HiddenLayer[]): Architecture {
  return Object.freeze({
    kind: 'architecture',
    layers: Object.freeze(layers.map((layer) => Object.freeze({ ...layer }))),
    head: 'plain',
  });
}

/**
 * Reads `units,activation` pairs: `128,relu,128,relu`.
 * @throws RangeError naming the part that is wrong and what was expected.
 */
export function parseArchitecture(text: string): Architecture {
  const expected = 'expected pairs like "128,relu,128,relu"';
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length % 2 !== 0) {
    throw new RangeError(
      `architecture "${text}" has ${parts.length} part${parts.length === 1 ? '' : 's'}; ${expected}`,
    );
  }
  if (parts.length > 2 * maxLayers) {
    throw new RangeError(
      `architecture "${text}" has ${parts.length / 2} hidden layers; expected 1 to ${maxLayers}`,
    );
  }
  const layers: HiddenLayer[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const units = parts[i];
    const activation = parts[i + 1];
    if (!/^[1-9]\d*$/.test(units) || Number(units) > maxUnits) {
      throw new RangeError(
        `architecture "${text}": "${units}" units; expected a whole number from 1 to ${maxUnits}`,
      );
    }
    if (!isActivation(activation)) {
      throw new RangeError(
        `architecture "${text}": activation "${activation}"; expected ${activations.join(', ')}`,
      );
    }
    layers.push({ units: Number(units), activation });
  }
  return createArchitecture(layers);
}

/** The text that `parseArchitecture` reads back. */
export function formatArchitecture(architecture: Architecture): string {
  return architecture.layers.map((layer) => `${layer.units},${layer.activation}`).join(',');
}

/** The network that an architecture describes between an observation and its actions. */
export function networkShape(architecture: Architecture, inputs: number, outputs: number): NetworkShape {
  return { inputs, layers: architecture.layers, outputs };
}

/** Parameters of an architecture between `inputs` numbers and `outputs` actions. */
export function countParameters(architecture: Architecture, inputs: number, outputs: number): number {
  return parameterCount(networkShape(architecture, inputs, outputs));
}
