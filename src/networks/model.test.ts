import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unprivileged } from '../../test/unprivileged.ts';
import { activations } from '../kernels/kernels.ts';
import { createArchitecture, countParameters, parseArchitecture } from './architecture.ts';
import { decodeSafetensors, encodeSafetensors, type Tensor } from './formats/safetensors.ts';
import { decodeModel, encodeModel, type Model } from './model.ts';
import { loadModel, saveModel } from './model-file.ts';

const architecture = parseArchitecture('3,relu,2,sigmoid');
const model: Model = {
  architecture,
  inputs: 4,
  outputs: 2,
  parameters: Float32Array.from({ length: countParameters(architecture, 4, 2) }, (_, i) => i / 8),
  metadata: {
    environment: { id: 'LunarLander-v3', options: { gravity: -10, enableWind: false } },
    hyperparameters: { learningRate: 1e-3, loss: 'huber' },
    seed: 7,
    training: { steps: 500_000, episodes: 1_234, updates: 249_000 },
    scores: { trainingAverageReturn: 231.5 },
  },
};

/** The model's file with tensors or metadata replaced; undefined removes. */
function tamper(changes: {
  tensors?: Readonly<Record<string, Tensor | undefined>>;
  metadata?: Readonly<Record<string, string | undefined>>;
}): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(encodeModel(model));
  const keep = <T>(entries: Iterable<readonly [string, T | undefined]>) =>
    [...entries].filter((entry): entry is readonly [string, T] => entry[1] !== undefined);
  return encodeSafetensors({
    tensors: new Map(keep(new Map([...tensors, ...Object.entries(changes.tensors ?? {})]))),
    metadata: Object.fromEntries(keep(Object.entries({ ...metadata, ...changes.metadata }))),
  });
}

const someModel: fc.Arbitrary<Model> = fc
  .record({
    layers: fc.array(
      fc.record({ units: fc.integer({ min: 1, max: 5 }), activation: fc.constantFrom(...activations) }),
      { minLength: 1, maxLength: 3 },
    ),
    head: fc.constantFrom('plain' as const, 'dueling' as const),
    inputs: fc.integer({ min: 1, max: 4 }),
    outputs: fc.integer({ min: 1, max: 4 }),
    seed: fc.maxSafeNat(),
    hyperparameters: fc.dictionary(
      fc.stringMatching(/^[a-z]+$/),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      {
        noNullPrototype: true,
      },
    ),
  })
  .chain(({ layers, head, inputs, outputs, seed, hyperparameters }) => {
    const some = createArchitecture(layers, head);
    const length = countParameters(some, inputs, outputs);
    return fc
      .float32Array({ minLength: length, maxLength: length, noNaN: true, noDefaultInfinity: true })
      .map((parameters) => ({
        ...model,
        architecture: some,
        inputs,
        outputs,
        parameters,
        metadata: { ...model.metadata, seed, hyperparameters },
      }));
  });

describe('encodeModel', () => {
  it('writes what decodeModel reads back, parameters bit for bit', () => {
    // JSON has no −0.
    const positiveZero = (some: Model) => JSON.parse(JSON.stringify(some.metadata)) as unknown;
    fc.assert(
      fc.property(someModel, (some) => {
        const read = decodeModel(encodeModel(some));
        expect(read.parameters).toEqual(some.parameters);
        expect({ ...read, metadata: undefined }).toEqual({ ...some, metadata: undefined });
        expect(read.metadata).toEqual(positiveZero(some));
      }),
    );
  });

  it('names tensors as PyTorch does, weights [out, in]', () => {
    const { tensors } = decodeSafetensors(encodeModel(model));
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual({
      'layers.0.weight': [3, 4],
      'layers.0.bias': [3],
      'layers.1.weight': [2, 3],
      'layers.1.bias': [2],
      'head.weight': [2, 2],
      'head.bias': [2],
    });
    expect(tensors.get('layers.0.bias')?.data).toEqual(model.parameters.slice(12, 15));
    expect(tensors.get('head.bias')?.data).toEqual(model.parameters.slice(-2));
  });

  it('documents itself in the metadata, as texts and canonical JSON', () => {
    expect(decodeSafetensors(encodeModel(model)).metadata).toEqual({
      model: 'touchdown/1',
      architecture: '3,relu,2,sigmoid',
      environment: '{"id":"LunarLander-v3","options":{"enableWind":false,"gravity":-10}}',
      hyperparameters: '{"learningRate":0.001,"loss":"huber"}',
      seed: '7',
      training: '{"episodes":1234,"steps":500000,"updates":249000}',
      scores: '{"trainingAverageReturn":231.5}',
    });
  });

  it('rejects a score that JSON cannot hold', () => {
    const metadata = { ...model.metadata, scores: { mean: Number.NaN } };
    expect(() => encodeModel({ ...model, metadata })).toThrow('model metadata: scores.mean is NaN');
  });

  it('rejects parameters of another architecture', () => {
    expect(() => encodeModel({ ...model, parameters: new Float32Array(3) })).toThrow(
      'model: 3 parameters; expected 29',
    );
  });
});

describe('decodeModel', () => {
  const floats = (...shape: number[]): Tensor => ({
    shape,
    data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
  });

  it.each<[string, Uint8Array, string]>([
    ['a file of another program', tamper({ metadata: { model: undefined } }), 'no "model" in the metadata'],
    [
      'a later layout',
      tamper({ metadata: { model: 'touchdown/2' } }),
      'is "touchdown/2"; expected "touchdown/1"',
    ],
    ['an unknown activation', tamper({ metadata: { architecture: '3,relu,2,gelu' } }), 'activation "gelu"'],
    ['another architecture', tamper({ metadata: { architecture: '3,relu' } }), '6 tensors; expected 4'],
    ['a missing tensor', tamper({ tensors: { 'head.bias': undefined } }), '5 tensors; expected 6'],
    ['no first layer', tamper({ tensors: { 'layers.0.weight': undefined } }), 'no tensor "layers.0.weight"'],
    [
      'a misnamed tensor',
      tamper({ tensors: { 'head.bias': undefined, tail: floats(2) } }),
      'no tensor "head.bias"; expected F32 [2]',
    ],
    [
      'a tensor of another shape',
      tamper({ tensors: { 'layers.1.weight': floats(2, 4) } }),
      'tensor "layers.1.weight" is Float32Array [2, 4]; expected F32 [2, 3]',
    ],
    [
      'a tensor of another dtype',
      tamper({ tensors: { 'head.bias': { shape: [2], data: new Float64Array(2) } } }),
      'tensor "head.bias" is Float64Array [2]; expected F32 [2]',
    ],
    [
      'a scalar first layer',
      tamper({ tensors: { 'layers.0.weight': floats() } }),
      'has shape []; expected [out, in]',
    ],
    [
      'a parameter that is not finite',
      tamper({ tensors: { 'head.bias': { shape: [2], data: Float32Array.of(0, Number.NaN) } } }),
      'tensor "head.bias" holds NaN at 1; expected finite numbers',
    ],
    [
      'metadata that is no JSON',
      tamper({ metadata: { training: '{' } }),
      'metadata "training" is "{"; expected JSON',
    ],
    ['a negative seed', tamper({ metadata: { seed: '-1' } }), 'model metadata: seed is -1'],
    [
      'an unknown training key',
      tamper({ metadata: { training: '{"step":1}' } }),
      'unknown "training.step" (did you mean steps?); expected only steps, episodes, updates',
    ],
  ])('rejects %s in one line', (_case, bytes, message) => {
    expect(() => decodeModel(bytes)).toThrow(message);
    expect(() => decodeModel(bytes)).toThrow(/^[^\n]*$/);
  });

  it('ignores metadata that other tools add', () => {
    expect(decodeModel(tamper({ metadata: { format: 'pt' } }))).toEqual(model);
  });
});

describe('model files', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'touchdown-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('load what was saved, replacing an older file and leaving nothing else behind', async () => {
    const path = join(folder, 'best.safetensors');
    await writeFile(path, 'older');
    await saveModel(path, model);
    expect(await loadModel(path)).toEqual(model);
    expect(new Uint8Array(await readFile(path))).toEqual(encodeModel(model));
    expect(await readdir(folder)).toEqual(['best.safetensors']);
  });

  it('are named in the error when they are missing, damaged or folders', async () => {
    const missing = join(folder, 'missing.safetensors');
    await expect(loadModel(missing)).rejects.toThrow(
      `cannot read model: "${missing}" or its folder does not exist`,
    );
    const damaged = join(folder, 'damaged.safetensors');
    await writeFile(damaged, encodeModel(model).subarray(0, 100));
    await expect(loadModel(damaged)).rejects.toThrow(
      `cannot read model "${damaged}": safetensors: a header of`,
    );
    await expect(loadModel(folder)).rejects.toThrow(`cannot read model: "${folder}" is a folder`);
  });

  it('are written into folders that are missing, but not in place of folders or below files', async () => {
    await saveModel(join(folder, 'new', 'model.safetensors'), model);
    expect(await readdir(join(folder, 'new'))).toEqual(['model.safetensors']);
    const lost = join(folder, 'new', 'model.safetensors', 'model.safetensors');
    await expect(saveModel(lost, model)).rejects.toThrow(`cannot write model: "${lost}" or its folder`);
    const taken = join(folder, 'taken');
    await mkdir(taken);
    await expect(saveModel(taken, model)).rejects.toThrow(`cannot write model: "${taken}" is a folder`);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('are not written into a read-only folder', async () => {
    const locked = join(folder, 'locked');
    await mkdir(locked);
    await chmod(locked, 0o555);
    await chmod(folder, 0o755);
    const saving = unprivileged(() => saveModel(join(locked, 'm.safetensors'), model));
    await expect(saving).rejects.toThrow('no permission for');
    expect(await readdir(locked)).toEqual([]);
  });
});
