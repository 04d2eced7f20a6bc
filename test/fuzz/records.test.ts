// Files that the program has written itself, and damaged since: some seconds. Every one is read from the disk.
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { parseDqnHyperparameters } from '../../src/agents/dqn.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/files/checkpoint-file.ts';
import { loadModel } from '../../src/networks/model-file.ts';
import { openAblationFolder, readAblationFolder } from '../../src/storage/ablation-folder.ts';
import { openComparisonFolder } from '../../src/storage/comparison-folder.ts';
import { createStudyFolder, openStudyFolder } from '../../src/storage/study-folder.ts';
import { parseAblationConfiguration } from '../../src/study/ablation-configuration.ts';
import { parseStudyConfiguration } from '../../src/study/configuration.ts';
import { parseSearchComparison } from '../../src/study/search-comparison-configuration.ts';
import { createReader } from '../command-reader.ts';
import { nearBytes, nearText, tolerate, tolerateAsync } from './fuzzed.ts';

const versions = { touchdown: '1.2.3', node: '24.0.0', kernels: 'wasm' };
const study = {
  space: { layers: [1], units: [8], activations: ['relu'] },
  strategy: { name: 'grid' },
} as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchdown-fuzz-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Puts inputs in place of a file, and reads. */
async function check(
  file: string,
  inputs: fc.Arbitrary<string | Uint8Array>,
  read: () => Promise<unknown>,
  runs = 1500,
) {
  const put = async (content: string | Uint8Array) => {
    await writeFile(file, content);
    await read();
  };
  await fc.assert(fc.asyncProperty(inputs, tolerateAsync(put)), { numRuns: runs });
}

describe('whatever is left of a file, one line says what is wrong with it:', () => {
  test('records of ablations', async () => {
    const path = join(folder, 'ablation');
    const configuration = parseAblationConfiguration({
      environment: { id: 'LunarLander-v3', options: {} },
      hyperparameters: parseDqnHyperparameters({}),
      steps: 1000,
      episodes: 2,
      seed: 0,
      architectures: [{ architecture: '8,relu', seeds: 1 }],
    });
    const record = await openAblationFolder(path, configuration, versions);
    const run = { architecture: '8,relu', parameterCount: 100, round: 1, seed: 3 };
    await record.add(
      { ...run, state: 'failed', error: 'the loss is NaN' },
      { seconds: 1, secondsToSolve: null },
    );
    await record.close();
    for (const name of ['ablation.json', 'runs.jsonl']) {
      const file = join(path, name);
      const valid = await readFile(file, 'utf8');
      await check(file, nearText(valid), () => readAblationFolder(path));
      await writeFile(file, valid);
    }
  });

  test('records of comparisons', async () => {
    const path = join(folder, 'comparison');
    const configuration = parseSearchComparison({
      seeds: 1,
      studies: [study, { ...study, strategy: { name: 'random', trials: 1 } }],
    });
    await openComparisonFolder(path, configuration, versions);
    const finished = [{ strategy: 'grid', seed: 0, work: 1e9, seconds: 2.5 }];
    await writeFile(join(path, 'studies.json'), JSON.stringify(finished));
    for (const name of ['configuration.json', 'studies.json']) {
      const file = join(path, name);
      const valid = await readFile(file, 'utf8');
      await check(file, nearText(valid), () => openComparisonFolder(path, configuration, versions));
      await writeFile(file, valid);
    }
  });

  test('checkpoints', async () => {
    const file = join(folder, 'checkpoint');
    await writeCheckpoint(file, 'trial 3', {
      step: 3,
      parameters: new Float32Array(8),
      curve: [{ step: 1 }],
    });
    await check(file, nearBytes(await readFile(file)), () => readCheckpoint(file, 'trial 3'));
  });

  test('model files', async () => {
    const file = join(folder, 'model.safetensors');
    const whole = await readFile(new URL('../../models/lunar-lander.safetensors', import.meta.url));
    await check(file, nearBytes(whole), () => loadModel(file), 500);
  });

  test('databases of studies', async () => {
    const whole = join(folder, 'whole');
    const written = await createStudyFolder(whole, parseStudyConfiguration(study), versions);
    await written.startTrial({
      state: 'running',
      number: 0,
      phase: 'search',
      sample: [0, 0],
      name: '8,relu',
      architecture: '8,relu',
      parameterCount: 108,
      seed: 1,
      budget: 10,
    });
    await written.close();
    const damaged = join(folder, 'damaged');
    await mkdir(damaged);
    await copyFile(join(whole, 'study.db'), join(damaged, 'study.db'));
    const file = join(damaged, 'study.db');
    const read = async () => {
      const storage = await openStudyFolder(damaged);
      await storage.read().finally(() => storage.close());
    };
    await read();
    await check(file, nearBytes(await readFile(file)), read, 50);
  });
});

test('whatever is typed, it is understood or refused', () => {
  const words = 'search studies list evaluate MODEL --seed 3 --preset quick --json -n 1.5M --env -- - --help';
  const nearWords = nearText(...words.split(' '));
  const parse = (line: readonly string[]) => {
    try {
      createReader().parse(['node', 'touchdown', ...line]);
    } catch (error) {
      // As the command prints it.
      if (error instanceof Error) error.message = error.message.replaceAll(/\s*\n\s*/g, ' ');
      throw error;
    }
  };
  fc.assert(fc.property(fc.array(nearWords, { maxLength: 6 }), tolerate(parse)), { numRuns: 1000 });
});
