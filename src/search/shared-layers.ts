/**
 * Weight sharing between separately trained networks: the best layers so far, by position and shape. A network
 * starts from those that fit it. (The reference protocol shares whole layers between children; the ENAS paper
 * shares one set of weights among all.)
 */
import type { NetworkShape } from '../kernels/kernels.ts';
import { type LinearLayer, linearLayers } from '../networks/linear-layers.ts';

interface SharedLayer {
  /** Score of the network that the layer comes from. */
  readonly score: number;
  /** Weights `[out][in]`, then biases. */
  readonly parameters: Float32Array;
}

/** A layer fits another network at the same position, with the same inputs, outputs and activation or head. */
function layerKey(shape: NetworkShape, layer: LinearLayer, position: number): string {
  const activation = shape.layers[position]?.activation ?? `${shape.head ?? 'plain'} head`;
  return `${position}: ${layer.inputs} to ${layer.outputs}, ${activation}`;
}

export class SharedLayers {
  readonly #layers = new Map<string, SharedLayer>();

  /** For each linear layer of a network the parameters to start from, undefined where none fit. */
  match(shape: NetworkShape): (Float32Array | undefined)[] {
    return linearLayers(shape).map(
      (layer, position) => this.#layers.get(layerKey(shape, layer, position))?.parameters,
    );
  }

  /**
   * Takes in the layers of a trained network. Of two layers that fit the same place the one from the network with
   * the higher score stays, the earlier one on a tie: a child that failed to learn doesn't spoil the start of others.
   * @param parameters in the flat order of `parameterCount`; copied.
   */
  merge(shape: NetworkShape, parameters: Float32Array, score: number): void {
    for (const [position, layer] of linearLayers(shape).entries()) {
      const key = layerKey(shape, layer, position);
      const present = this.#layers.get(key);
      if (present && present.score >= score) continue;
      this.#layers.set(key, { score, parameters: parameters.slice(layer.weights, layer.end) });
    }
  }
}
