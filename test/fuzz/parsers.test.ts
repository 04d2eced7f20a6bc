// A hundred thousand inputs and more over everything that reads what people or disks give: seconds.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { stringify } from 'yaml';
import { parseDqnHyperparameters } from '../../src/agents/dqn.ts';
import { numberWhere, share, wholeNumber } from '../../src/cli/parse.ts';
import { createVectorEnvironment } from '../../src/environments/registry.ts';
import { parseDataFile } from '../../src/files/data-file.ts';
import { parseArchitecture } from '../../src/networks/architecture.ts';
import { decodeSafetensors } from '../../src/networks/formats/safetensors.ts';
import { decodeModel, encodeModel } from '../../src/networks/model.ts';
import { createSpace } from '../../src/search/create-space.ts';
import { parseSpaceDefinition } from '../../src/search/space-definition.ts';
import { parseSpaceFile } from '../../src/search/space-file.ts';
import { resolveSpace } from '../../src/search/space-definition.ts';
import { parseStudyConfiguration } from '../../src/study/configuration.ts';
import { resolveStudyFile } from '../../src/study/study-file.ts';
import { nearBytes, nearData, nearText, tolerate } from './fuzzed.ts';

const space = {
  layers: [1, 2],
  units: [8, 64],
  activations: ['relu', 'sigmoid'],
  heads: ['plain', 'dueling'],
  hyperparameters: { learningRate: [0.001, 0.0005], nSteps: [1, 3] },
};
const study = {
  preset: 'standard',
  environment: { id: 'LunarLander-v3', options: { enableWind: true, gravity: -9 } },
  space: 'lunar-lander-100',
  strategy: { name: 'enas', iterations: 3, totalSteps: 1000, warmup: 0.5 },
  seed: 3,
  trial: { steps: 1000, stopWhenSolved: true, validationEpisodes: 3 },
  verification: { finalists: 2, seeds: 3, steps: 1000, episodes: 4, maxParameters: 20_000, control: true },
  hyperparameters: { learningRate: 0.001, bufferSize: 5000, batchSize: 32, loss: 'huber' },
};
const architecture = parseArchitecture('3,relu,2,tanh');
const model = encodeModel({
  architecture,
  inputs: 2,
  outputs: 2,
  parameters: new Float32Array(3 * 3 + 4 * 2 + 3 * 2).fill(0.5),
  metadata: {
    environment: { id: 'LunarLander-v3', options: {} },
    hyperparameters: {},
    seed: 1,
    training: { steps: 1, episodes: 1, updates: 1 },
    scores: {},
  },
});
const examples = ['quick.yaml', 'one-shot.yaml', 'small-space.yaml'].map((name) =>
  readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8'),
);

/** Inputs of every check below: there are sixteen of them. */
const runs = 6500;
const check = <Input>(inputs: fc.Arbitrary<Input>, parse: (input: Input) => unknown) =>
  fc.assert(fc.property(inputs, tolerate(parse)), { numRuns: runs });

describe('whatever it is given, one line says what is wrong with it:', () => {
  test('architectures', () => {
    check(nearText('64,relu,128,relu', '8,leaky_relu', '2048,sigmoid,1024,elu,dueling'), parseArchitecture);
  });
  test('numbers of the command line', () => {
    const texts = nearText('600_000', '1.5M', '12', '-3', '0.25', '600,000');
    check(texts, wholeNumber(1, 1e9));
    check(
      texts,
      numberWhere((value) => value > 0, 'a number above 0'),
    );
    check(texts, share);
  });
  test('hyperparameters', () => {
    check(nearData(study.hyperparameters), parseDqnHyperparameters);
  });
  test('search spaces, and what is made of them', () => {
    check(nearData(space), (data) => parseSpaceDefinition(data));
    check(nearData(space), (data) => createSpace(parseSpaceDefinition(data)));
  });
  test('names of search spaces', () => {
    check(nearText('lunar-lander-100', 'lunar-lander-quick'), (name) => resolveSpace(name));
  });
  test('files of search spaces', () => {
    check(nearText(stringify(space), ...examples), (text) => parseSpaceFile(text, 'a.yaml'));
    check(nearText(JSON.stringify(space)), (text) => parseSpaceFile(text, 'a.json'));
  });
  test('configurations of studies', () => {
    check(nearData({ ...study, preset: undefined }), parseStudyConfiguration);
  });
  test('files of studies', () => {
    const read = (path: string) => (text: string) =>
      resolveStudyFile(parseDataFile(text, `study "${path}"`, path), path);
    check(nearText(stringify(study), ...examples), read('a.yaml'));
    check(nearText(JSON.stringify(study)), read('a.json'));
    check(nearData(study), (data) => resolveStudyFile(data, 'a.yaml'));
  });
  test('environments and their options', () => {
    check(nearData({ id: 'LunarLander-v3', options: study.environment.options }), (data) => {
      const { id, options } = (data ?? {}) as { id: string; options: Record<string, unknown> };
      if (typeof id === 'string' && typeof options === 'object' && options !== null) {
        createVectorEnvironment(id, 1, options);
      }
    });
  });
  test('model files', () => {
    check(nearBytes(model), decodeSafetensors);
    check(nearBytes(model), decodeModel);
  });
});
