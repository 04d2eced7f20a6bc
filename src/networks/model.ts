/**
 * A trained model in one safetensors file: an architecture, its parameters and where they come from. Tensors are
 * F32 and named as PyTorch would name them: `layers.0.weight` [out, in], `layers.0.bias` [out], …, `head.weight`,
 * `head.bias`; a dueling head is `value.weight` [1, in], `value.bias`, `advantage.weight`, `advantage.bias`. The
 * file's `__metadata__`, where a value that is not a text is canonical JSON (sorted keys, no spaces):
 *
 * | key | value |
 * |---|---|
 * | `model` | `touchdown/1`: this layout |
 * | `architecture` | as `parseArchitecture` reads it: `64,relu,64,relu` |
 * | `environment` | `{"id", "options"}`: what makes the same environment again |
 * | `hyperparameters` | what the agent was trained with |
 * | `seed` | of the training |
 * | `training` | `{"episodes", "steps", "updates"}`: what it took |
 * | `scores` | name → number: what was measured, such as `trainingAverageReturn` |
 *
 * Nothing in it depends on the time, the machine or the kernel target: the same training is the same bytes.
 */
import { z } from 'zod';
import { parameterCount } from '../kernels/kernels.ts';
import { type Architecture, formatArchitecture, networkShape, parseArchitecture } from './architecture.ts';
import { decodeSafetensors, encodeSafetensors, type Tensor, type TensorFile } from './formats/safetensors.ts';
import { linearLayers } from './linear-layers.ts';
import { show, validate } from '../errors/validate.ts';

/** Where a model comes from. */
export interface ModelMetadata {
  /** What it was trained in. */
  readonly environment: {
    /** As `createEnvironment` takes it. */
    readonly id: string;
    /** The environment's own settings, complete: plain JSON. */
    readonly options: Readonly<Record<string, unknown>>;
  };
  /** What the agent was trained with: plain JSON. */
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  /** Of the training, a whole number ≥ 0. */
  readonly seed: number;
  /** What the training took. */
  readonly training: {
    /** Environment steps, counted over all environments. */
    readonly steps: number;
    /** Complete ones. */
    readonly episodes: number;
    /** Of the Q-network. */
    readonly updates: number;
  };
  /** What was measured: finite numbers by name. */
  readonly scores: Readonly<Record<string, number>>;
}

/** A trained Q-network. */
export interface Model {
  /** Which network it is. */
  readonly architecture: Architecture;
  /** Numbers per observation. */
  readonly inputs: number;
  /** Actions. */
  readonly outputs: number;
  /** In the flat order of `parameterCount`. */
  readonly parameters: Float32Array;
  /** Where it comes from. */
  readonly metadata: ModelMetadata;
}

const layout = 'touchdown/1';
const count = z.int().nonnegative();
const jsonObject = z.record(z.string(), z.json());
const metadataSchema: z.ZodType<ModelMetadata> = z.strictObject({
  environment: z.strictObject({ id: z.string().min(1), options: jsonObject }),
  hyperparameters: jsonObject,
  seed: count,
  training: z.strictObject({ steps: count, episodes: count, updates: count }),
  scores: z.record(z.string(), z.number()),
});

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** The bytes of a model file. @throws RangeError when parameters or metadata are not what the interface says. */
export function encodeModel(model: Model): Uint8Array {
  const shape = networkShape(model.architecture, model.inputs, model.outputs);
  if (model.parameters.length !== parameterCount(shape)) {
    throw new RangeError(`model: ${model.parameters.length} parameters; expected ${parameterCount(shape)}`);
  }
  const { environment, hyperparameters, seed, training, scores } = validate(
    metadataSchema,
    model.metadata,
    'model metadata',
  );
  const tensors = new Map<string, Tensor>();
  for (const layer of linearLayers(shape)) {
    const weights = model.parameters.subarray(layer.weights, layer.biases);
    tensors.set(`${layer.name}.weight`, { shape: [layer.outputs, layer.inputs], data: weights });
    const biases = model.parameters.subarray(layer.biases, layer.end);
    tensors.set(`${layer.name}.bias`, { shape: [layer.outputs], data: biases });
  }
  return encodeSafetensors({
    tensors,
    metadata: {
      model: layout,
      architecture: formatArchitecture(model.architecture),
      environment: canonicalJson(environment),
      hyperparameters: canonicalJson(hyperparameters),
      seed: String(seed),
      training: canonicalJson(training),
      scores: canonicalJson(scores),
    },
  });
}

function textOf(file: TensorFile, key: string): string {
  if (Object.hasOwn(file.metadata, key)) return file.metadata[key];
  throw new Error(`model: no "${key}" in the metadata; expected a file written by touchdown`);
}

function jsonOf(file: TensorFile, key: string): unknown {
  const text = textOf(file, key);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`model: metadata "${key}" is ${show(text)}; expected JSON`, { cause: error });
  }
}

function decodeMetadata(file: TensorFile): ModelMetadata {
  const keys = ['environment', 'hyperparameters', 'seed', 'training', 'scores'] as const;
  const metadata = Object.fromEntries(keys.map((key) => [key, jsonOf(file, key)]));
  return validate(metadataSchema, metadata, 'model metadata');
}

/** The size of a tensor's axis, from which the network's inputs and outputs follow. */
function sizeOf(file: TensorFile, name: string, axis: number): number {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) throw new Error(`model: no tensor "${name}"; expected one [out, in]`);
  const size = tensor.shape[axis] ?? 0;
  if (size > 0) return size;
  throw new Error(`model: tensor "${name}" has shape [${tensor.shape.join(', ')}]; expected [out, in]`);
}

function floatsOf(file: TensorFile, name: string, shape: readonly number[]): Float32Array {
  const expected = `expected F32 [${shape.join(', ')}]`;
  const tensor = file.tensors.get(name);
  if (tensor === undefined) throw new Error(`model: no tensor "${name}"; ${expected}`);
  if (!(tensor.data instanceof Float32Array) || tensor.shape.join() !== shape.join()) {
    const seen = `${tensor.data.constructor.name} [${tensor.shape.join(', ')}]`;
    throw new Error(`model: tensor "${name}" is ${seen}; ${expected}`);
  }
  const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new Error(`model: tensor "${name}" holds ${tensor.data[bad]} at ${bad}; expected finite numbers`);
  }
  return tensor.data;
}

/**
 * Reads what `encodeModel` wrote; unknown metadata keys are ignored.
 * @throws Error in one line with the value seen and the one expected.
 */
export function decodeModel(bytes: Uint8Array): Model {
  const file = decodeSafetensors(bytes);
  const version = textOf(file, 'model');
  if (version !== layout) throw new Error(`model: layout is ${show(version)}; expected "${layout}"`);
  const architecture = parseArchitecture(textOf(file, 'architecture'));
  const metadata = decodeMetadata(file);
  const inputs = sizeOf(file, 'layers.0.weight', 1);
  const outputs = sizeOf(file, architecture.head === 'dueling' ? 'advantage.weight' : 'head.weight', 0);
  const layers = linearLayers(networkShape(architecture, inputs, outputs));
  if (file.tensors.size !== 2 * layers.length) {
    throw new Error(`model: ${file.tensors.size} tensors; expected ${2 * layers.length}`);
  }
  // All shapes are checked against the file before memory is allocated for what they add up to.
  const parts = layers.flatMap((layer) => [
    floatsOf(file, `${layer.name}.weight`, [layer.outputs, layer.inputs]),
    floatsOf(file, `${layer.name}.bias`, [layer.outputs]),
  ]);
  const parameters = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    parameters.set(part, position);
    position += part.length;
  }
  return { architecture, inputs, outputs, parameters, metadata };
}
