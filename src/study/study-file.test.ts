import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseStudyConfiguration } from './configuration.ts';
import { presets } from './presets.ts';
import { loadStudy, overrideStudy, resolveStudyFile } from './study-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-study-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('resolveStudyFile', () => {
  const resolve = (content: unknown) => resolveStudyFile(content, 'my.yaml');

  test('without a preset it is a configuration, written out in full', () => {
    expect(resolve({})).toEqual(parseStudyConfiguration({}));
    const content = { strategy: { name: 'random', trials: 3 }, seed: 7, hyperparameters: { gamma: 0.9 } };
    expect(resolve(content)).toEqual(parseStudyConfiguration(content));
  });

  test('what it says is on top of the preset, setting by setting', () => {
    const study = resolve({
      preset: 'quick',
      strategy: { name: 'children', iterations: 2 },
      verification: { seeds: 9 },
    });
    const { strategy, verification, ...rest } = parseStudyConfiguration(presets.quick.configuration);
    expect(study).toEqual({
      ...rest,
      strategy: { ...strategy, iterations: 2 },
      verification: { ...verification, seeds: 9 },
    });
  });

  test('another strategy has nothing of the preset’s', () => {
    expect(resolve({ preset: 'quick', strategy: { name: 'random' } }).strategy).toEqual({
      name: 'random',
      trials: 30,
    });
  });

  test('a preset from outside takes the place of its own', () => {
    const content = { preset: 'quick', seed: 3 };
    const study = resolveStudyFile(content, 'my.yaml', 'thorough');
    expect(study).toEqual(parseStudyConfiguration({ ...presets.thorough.configuration, seed: 3 }));
  });

  test('a definition of a space without a name has the file’s', () => {
    const { space } = resolve({ space: { layers: 1, units: 8 }, strategy: { name: 'grid' } });
    expect(space).toMatchObject({ name: 'my', decisions: [{ kind: 'units' }, { kind: 'activation' }] });
  });

  test.each<[unknown, string]>([
    [null, ' is null; expected settings by name'],
    [['preset'], ' is ["preset"]; expected settings by name'],
    [{ preset: 'quik' }, ': preset is "quik"; unknown preset (did you mean quick?); expected one of quick,'],
    [{ sed: 3 }, ': unknown "sed" (did you mean seed?); expected only preset, environment, space,'],
    [
      { strategy: { name: 'enas', iteratons: 3 } },
      ': unknown "strategy.iteratons" (did you mean iterations?); expected only name, replicas,',
    ],
    [
      { preset: 'quick', strategy: { iterations: 3 } },
      ': strategy.name is undefined; expected an object with the name',
    ],
    [
      { strategy: { name: 'rondom' } },
      ': strategy.name is "rondom"; unknown strategy "rondom" (did you mean random?)',
    ],
    [{ verification: { seeds: 0 } }, ': verification.seeds is 0; too small: expected number to be >0'],
    [
      { trial: { steps: '600k' } },
      ': trial.steps is "600k"; invalid input: expected number, received string',
    ],
    [{ trial: null }, ': trial is null; invalid input: expected object'],
    [{ hyperparameters: { batchSize: 17 } }, ': hyperparameters.batchSize is 17; '],
    [
      { hyperparameters: { bufferSize: 32 } },
      ': hyperparameters.bufferSize is 32; expected at least batchSize',
    ],
    [
      { space: 'lunar-lander-10' },
      ': space is "lunar-lander-10"; unknown search space "lunar-lander-10" (did you mean',
    ],
    [{ space: { layers: 1, units: [8, 8] } }, ': space: units.1 is 8; expected each choice once'],
    [
      { space: { layer: 1, units: 8 } },
      ': space: unknown "layer" (did you mean layers?); expected only name, layers,',
    ],
    [
      { environment: { id: 'LunarLandr-v3' } },
      ': environment: unknown environment "LunarLandr-v3" (did you mean',
    ],
    [
      { environment: { options: { gravty: -3 } } },
      ': environment: LunarLander-v3: unknown "gravty" (did you mean gravity?); expected only',
    ],
    [{ budget: { work: 1e9 } }, ': budget is {"work":1000000000}; strategy enas can\'t keep to a budget'],
    [JSON.parse('{"__proto__": {"seed": 3}}'), ': unknown "__proto__"; expected only preset'],
  ])('%j is refused in one line that names the file', (content, message) => {
    expect(() => resolve(content)).toThrow(RangeError);
    expect(() => resolve(content)).toThrow(`study "my.yaml"${message}`);
    expect(() => resolve(content)).toThrow(/^[^\n]+$/);
  });
});

describe('loadStudy', () => {
  const text = 'strategy: { name: random, trials: 2 }\n';
  const study = parseStudyConfiguration({ strategy: { name: 'random', trials: 2 } });

  test('YAML and JSON say the same; the address of a schema says nothing', async () => {
    const json = '{ "$schema": "study.schema.json", "strategy": { "name": "random", "trials": 2 } }';
    expect(await loadStudy(write('a.yaml', text))).toEqual(study);
    expect(await loadStudy(write('a.YML', text))).toEqual(study);
    expect(await loadStudy(write('a.json', json))).toEqual(study);
  });

  test('a space in a file is found beside the study, from anywhere', async () => {
    mkdirSync(join(folder, 'spaces'));
    write('spaces/tiny.yaml', 'layers: 1\nunits: [8, 16]\n');
    const { space } = await loadStudy(write('b.yaml', `space: spaces/tiny.yaml\n${text}`));
    expect(space).toMatchObject({ name: 'tiny' });
  });

  test('modules of JavaScript and TypeScript say it by default', async () => {
    const content = "{ strategy: { name: 'random', trials: 2 } }";
    expect(await loadStudy(write('c.mjs', `export default ${content};`))).toEqual(study);
    const typed = `const trials: number = 2;\nexport default { strategy: { name: 'random', trials } };`;
    expect(await loadStudy(write('c.mts', typed))).toEqual(study);
  });

  test.each<[string, string, RegExp]>([
    ['d.yaml', 'strategy: [', /^study ".*d\.yaml" is not YAML: Flow sequence/],
    ['d.json', '{', /^study ".*d\.json" is not JSON: /],
    ['d.yaml', 'seed: -1', /^study ".*d\.yaml": seed is -1; /],
    ['d.yaml', 'space: no.yaml', /^cannot read search space ".*no\.yaml": it does not exist$/],
    [
      'd.mjs',
      'export const study = {};',
      /^study ".*d\.mjs" has no default export; expected export default defineStudy/,
    ],
    ['e.mjs', 'throw new Error("two\\nlines");', /^cannot run study ".*e\.mjs": two lines$/],
    ['d.txt', '', /^study ".*d\.txt"; expected a file that ends in \.yaml, \.json or \.ts$/],
  ])('%s with %j is refused', async (name, content, message) => {
    const loading = loadStudy(write(name, content));
    await expect(loading).rejects.toThrow(RangeError);
    await expect(loading).rejects.toThrow(message);
  });

  test('so are files that are not there', async () => {
    for (const name of ['none.yaml', 'none.ts']) {
      await expect(loadStudy(join(folder, name))).rejects.toThrow(
        /^cannot read study ".*": it does not exist$/,
      );
    }
    await expect(loadStudy(folder)).rejects.toThrow('expected a file that ends in');
  });
});

describe('overrideStudy', () => {
  test('options of an environment complete those of the same one, and replace those of another', () => {
    const base = { environment: { id: 'A', options: { wind: true } }, seed: 1 };
    expect(overrideStudy(base, { environment: { id: 'A', options: { gravity: -1 } } })).toEqual({
      environment: { id: 'A', options: { wind: true, gravity: -1 } },
      seed: 1,
    });
    expect(overrideStudy(base, { environment: { id: 'B', options: {} } })['environment']).toEqual({
      id: 'B',
      options: {},
    });
  });

  test('what is undefined says nothing; a space is never completed', () => {
    const base = { space: { layers: 1, units: 8 }, seed: 1 };
    expect(overrideStudy(base, { seed: undefined })).toEqual(base);
    expect(overrideStudy(base, { space: { decisions: [] } })['space']).toEqual({ decisions: [] });
  });
});

test('docs/configuration.md has errors as they are, and its examples are studies', async () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  write('my-space.yaml', 'layers: 1\nunits: 8\n');
  const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, example]) => example);
  expect(examples).toHaveLength(1);
  for (const [i, example] of examples.entries()) {
    await expect(loadStudy(write(`example-${i}.yaml`, example))).resolves.toBeDefined();
  }
  const wrong = {
    strategy: { strategy: { name: 'enas', iteratons: 3 } },
    verification: { verification: { seeds: 0 } },
    space: { space: { layers: 1, units: [8, 64, 64].slice(1) } },
    environment: { environment: { options: { gravty: 1 } } },
  };
  const lines = /```\n(study [^`]*)```/.exec(page)?.[1].trim().split('\n') ?? [];
  expect(lines).toHaveLength(Object.keys(wrong).length);
  for (const [i, content] of Object.values(wrong).entries()) {
    const [begin] = lines[i].split(' …');
    expect(() => resolveStudyFile(content, 'my.yaml')).toThrow(begin.replace(/, $/, ''));
  }
});
