/**
 * How the compiled kernels store parameters: every layer is a matrix [outputs][stride] of weights, followed by its
 * biases; the word before it tells the kernels whether it has ever held a number that is not finite. A dueling head is one layer whose first output is the value. Rows begin on cache lines, an odd number of
 * them apart, so that walking down a column does not hit the same few cache sets over and over.
 *
 * A network alone has matrices of its own size; a network of a supernet has the leading rows and columns of larger
 * ones. The kernels see no difference.
 */
import type { NetworkShape, SupernetShape } from './kernels.ts';

const lineFloats = 16;
/** Rows that a kernel may read past the last one; native/learner/tile.h calls it ROW_STEP. */
const rowStep = 4;

export const padRows = (rows: number) => Math.ceil(rows / rowStep) * rowStep;
export const padLine = (floats: number) => Math.ceil(floats / lineFloats) * lineFloats;

/** Floats from row to row of a matrix. */
function rowStride(columns: number): number {
  const lines = Math.ceil(columns / lineFloats);
  return (lines % 2 === 0 ? lines + 1 : lines) * lineFloats;
}

/** A matrix with room for rows of `inputs` weights, and the biases after it. */
interface Bank {
  /** Floats before its first weight, of all matrices. */
  readonly start: number;
  readonly stride: number;
  /** Floats from its first weight to its first bias. */
  readonly biases: number;
}

export interface LayerLayout extends Bank {
  readonly inputs: number;
  readonly outputs: number;
}

/** The layers of a network, the head last. */
export type NetworkLayout = readonly LayerLayout[];

/** Outputs of the layer that the head is: a dueling one has the value before the advantages. */
export const headOutputs = ({ head, outputs }: Pick<NetworkShape, 'head' | 'outputs'>) =>
  head === 'dueling' ? outputs + 1 : outputs;

/** Lays out matrices one after another. */
class BankAllocator {
  size = 0;

  allocate(inputs: number, outputs: number): Bank {
    const stride = rowStride(inputs);
    const biases = padRows(outputs) * stride;
    const start = this.size + lineFloats;
    this.size = start + biases + padLine(outputs);
    return { start, stride, biases };
  }
}

/** Inputs and outputs of every layer, the head last. */
function layerSizes(shape: NetworkShape): { readonly inputs: number; readonly outputs: number }[] {
  const outputs = [...shape.layers.map(({ units }) => units), headOutputs(shape)];
  return outputs.map((units, index) => ({
    inputs: index === 0 ? shape.inputs : outputs[index - 1],
    outputs: units,
  }));
}

/** A network alone, and the floats that its matrices take. */
export function layOutNetwork(shape: NetworkShape): {
  readonly layout: NetworkLayout;
  readonly size: number;
} {
  const allocator = new BankAllocator();
  const layout = layerSizes(shape).map(({ inputs, outputs }) => ({
    inputs,
    outputs,
    ...allocator.allocate(inputs, outputs),
  }));
  return { layout, size: allocator.size };
}

/** The matrices of a supernet, one for every pair of activations that may follow each other. */
export class SupernetLayout {
  /** Floats in all matrices. */
  readonly size: number;
  readonly #banks = new Map<string, Bank>();

  constructor(shape: SupernetShape) {
    const allocator = new BankAllocator();
    let inputs = shape.inputs;
    let below: readonly string[] = ['input'];
    shape.layers.forEach(({ units, activations }, index) => {
      for (const from of below) {
        for (const to of activations)
          this.#banks.set(bankKey(index, from, to), allocator.allocate(inputs, units));
      }
      for (const from of activations) {
        this.#banks.set(bankKey(index + 1, from, 'head'), allocator.allocate(units, headOutputs(shape)));
      }
      inputs = units;
      below = activations;
    });
    this.size = allocator.size;
  }

  /** A network that the supernet contains. */
  layOut(shape: NetworkShape): NetworkLayout {
    const kinds = ['input', ...shape.layers.map(({ activation }) => activation), 'head'];
    return layerSizes(shape).map(({ inputs, outputs }, index) => {
      const bank = this.#banks.get(bankKey(index, kinds[index], kinds[index + 1]));
      if (!bank) throw new Error(`no layer ${index + 1} from ${kinds[index]} to ${kinds[index + 1]}`);
      return { inputs, outputs, ...bank };
    });
  }
}

const bankKey = (index: number, from: string, to: string) => `${index}: ${from} to ${to}`;

/** The linear layers of the flat order: a dueling head is two of them. */
function linearLayers(layout: NetworkLayout, dueling: boolean): LayerLayout[] {
  if (!dueling) return [...layout];
  const head = layout[layout.length - 1];
  const advantage = { ...head, outputs: head.outputs - 1, start: head.start + head.stride };
  const value = { ...head, outputs: 1 };
  return [...layout.slice(0, -1), value, { ...advantage, biases: head.biases - head.stride + 1 }];
}

/** Calls with a place in the matrices and the number of floats there, in the flat order. */
function forEachRun(
  layout: NetworkLayout,
  dueling: boolean,
  visit: (start: number, length: number) => void,
): void {
  for (const { inputs, outputs, stride, start, biases } of linearLayers(layout, dueling)) {
    for (let o = 0; o < outputs; o++) visit(start + o * stride, inputs);
    visit(start + biases, outputs);
  }
}

/** Copies parameters from the flat order into the matrices. */
export function packParameters(
  layout: NetworkLayout,
  dueling: boolean,
  flat: Float32Array,
  matrices: Float32Array,
): void {
  let next = 0;
  forEachRun(layout, dueling, (start, length) => {
    matrices.set(flat.subarray(next, next + length), start);
    next += length;
  });
}

/** Tells the kernels that matrices have a number that is not finite, if there is one among those that they got. */
export function noteNonFinite(layout: NetworkLayout, flat: Float32Array, matrices: Float32Array): void {
  if (flat.every((value) => Number.isFinite(value))) return;
  for (const { start } of layout) matrices[start - 1] = 1;
}

/** Copies parameters from the matrices into the flat order. */
export function unpackParameters(
  layout: NetworkLayout,
  dueling: boolean,
  matrices: Float32Array,
  flat: Float32Array,
): void {
  let next = 0;
  forEachRun(layout, dueling, (start, length) => {
    flat.set(matrices.subarray(start, start + length), next);
    next += length;
  });
}
