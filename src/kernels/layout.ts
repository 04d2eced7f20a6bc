/**
 * How the compiled kernels store a network's parameters: every layer is one matrix [outputs][stride] whose
 * column 0 holds the biases, followed by the weights. Rows begin on cache lines, an odd number of them apart, so
 * that walking down a column does not hit the same few cache sets over and over.
 */
import type { NetworkShape } from './kernels.ts';

const lineFloats = 16;
/** Rows that a kernel may read past the last one; native/learner/tile.h calls it ROW_STEP. */
const rowStep = 4;

export const padRows = (rows: number) => Math.ceil(rows / rowStep) * rowStep;

export interface LayerLayout {
  readonly inputs: number;
  readonly outputs: number;
  /** Floats from one row to the next. */
  readonly stride: number;
  /** The number of floats before this layer, of all layers' matrices. */
  readonly start: number;
}

export interface NetworkLayout {
  readonly layers: readonly LayerLayout[];
  /** Floats in all matrices. */
  readonly size: number;
  /** The most rows of a batch array: the widest layer or the inputs, padded. */
  readonly widest: number;
  readonly longestStride: number;
}

export function layOutNetwork(shape: NetworkShape): NetworkLayout {
  const layers: LayerLayout[] = [];
  let inputs = shape.inputs;
  let size = 0;
  for (const outputs of [...shape.layers.map(({ units }) => units), shape.outputs]) {
    const lines = Math.ceil((inputs + rowStep) / lineFloats);
    const stride = (lines % 2 === 0 ? lines + 1 : lines) * lineFloats;
    layers.push({ inputs, outputs, stride, start: size });
    size += padRows(outputs) * stride;
    inputs = outputs;
  }
  return {
    layers,
    size,
    widest: padRows(Math.max(shape.inputs, ...layers.map((layer) => layer.outputs))),
    longestStride: Math.max(...layers.map(({ stride }) => stride)),
  };
}

/** Copies parameters from the flat order into the matrices; the padding stays as it is. */
export function packParameters(layout: NetworkLayout, flat: Float32Array, matrices: Float32Array): void {
  let next = 0;
  for (const { inputs, outputs, stride, start } of layout.layers) {
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++) matrices[start + o * stride + 1 + i] = flat[next++];
    }
    for (let o = 0; o < outputs; o++) matrices[start + o * stride] = flat[next++];
  }
}

/** Copies parameters from the matrices into the flat order. */
export function unpackParameters(layout: NetworkLayout, matrices: Float32Array, flat: Float32Array): void {
  let next = 0;
  for (const { inputs, outputs, stride, start } of layout.layers) {
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++) flat[next++] = matrices[start + o * stride + 1 + i];
    }
    for (let o = 0; o < outputs; o++) flat[next++] = matrices[start + o * stride];
  }
}
