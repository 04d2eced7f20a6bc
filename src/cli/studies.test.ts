// `touchdown studies`, on records that are written without any training; processes of their own where the shell counts.
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command, runCommand } from '../../test/command.ts';
import { candidate, runsOf } from '../../test/constructed-runs.ts';
import { RandomStream } from '../random/random-stream.ts';
import { createStudyFolder, isStudyRunning } from '../storage/study-folder.ts';
import { parseStudyConfiguration, type StudyConfigurationInput } from '../study/configuration.ts';
import type { Storage } from '../study/storage.ts';
import { loadStudy } from '../study/study-file.ts';
import type { TrialStart } from '../study/trial.ts';
import { createVerdict } from '../study/verdict.ts';
import { exportStudy, writeTrials } from './study-export.ts';
import { formatAge, listStudies, readStudyFolder } from './study-list.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-studies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const touchdown = (...args: readonly string[]) => runCommand(folder, args);

const space = {
  name: 'tiny',
  layers: [1, 2],
  units: [8, 16],
  hyperparameters: { gamma: [0.9, 0.99] },
};
const versions = { touchdown: '1.2.3', node: '24.0.0', kernels: 'wasm' };
const create = (name: string, input: StudyConfigurationInput = {}) =>
  createStudyFolder(
    join(folder, name),
    parseStudyConfiguration({ space, strategy: { name: 'random', trials: 3 }, seed: 5, ...input }),
    versions,
  );

const start = (number: number, sample: readonly number[], name: string): TrialStart => ({
  number,
  phase: 'search',
  sample,
  name,
  architecture: name.split(' ')[0],
  parameterCount: 108,
  seed: 9,
  budget: 1000,
});

async function addTrials(storage: Storage): Promise<void> {
  const training = { steps: 1000, episodes: 7, updates: 400, solvedAt: undefined, curve: [] };
  const first = start(0, [0, 1, 0, 0, 0, 1], '16,relu gamma 0.99');
  await storage.startTrial({ ...first, state: 'running' });
  await storage.finishTrial({ ...first, state: 'complete', score: -12.5, training, seconds: 2 });
  const second = start(1, [1, 0, 0, 1, 0, 0], '8,relu,16,relu gamma 0.9');
  await storage.startTrial({ ...second, state: 'running' });
  await storage.finishTrial({ ...second, state: 'failed', error: 'the "loss", it is NaN', seconds: 0.5 });
  const third = start(2, [0, 0, 0, 0, 0, 0], '8,relu gamma 0.9');
  await storage.startTrial({ ...third, state: 'running' });
}

beforeAll(async () => {
  const running = await create('studies/tiny-10');
  await addTrials(running);
  await running.close();
  const complete = await create('studies/tiny-9', { strategy: { name: 'grid' } });
  await addTrials(complete);
  const racer = {
    candidate: candidate('16,relu', 212),
    runs: runsOf([210, 230, 220]),
    droppedAfter: undefined,
  };
  const verdict = createVerdict({
    finalists: [racer],
    leftOut: undefined,
    control: undefined,
    ranking: [],
    trials: [],
    threshold: 200,
    random: new RandomStream(0),
  });
  await complete.finish('complete', verdict);
  await complete.close();
  mkdirSync(join(folder, 'studies', 'broken'));
  writeFileSync(join(folder, 'studies', 'broken', 'study.db'), 'no database'.repeat(1000));
  mkdirSync(join(folder, 'studies', 'other'));
});

describe('list', () => {
  test('has a line per study, in order of number, and says what can’t be read', async () => {
    const studies = await listStudies(join(folder, 'studies'));
    expect(studies).toMatchObject([
      { study: join(folder, 'studies', 'broken'), error: expect.stringContaining('not a database') },
      {
        study: join(folder, 'studies', 'tiny-9'),
        state: 'complete',
        environment: 'LunarLander-v3',
        space: 'tiny',
        strategy: 'grid',
        seed: 5,
        trials: 2,
        best: -12.5,
        winner: { name: '16,relu', parameterCount: 212 },
        interquartileMean: 220,
      },
      { study: join(folder, 'studies', 'tiny-10'), state: 'stopped', strategy: 'random', trials: 2 },
    ]);
    expect(await listStudies(join(folder, 'studies', 'tiny-9'))).toHaveLength(1);
  });

  test('as a command prints a table, or JSON', () => {
    const { status, stdout, stderr } = touchdown('studies', 'list');
    expect(status).toBe(0);
    expect(stdout).toMatch(/study .* state .* winner .* IQM .* age/);
    expect(stdout).toMatch(
      /studies\/tiny-9 .*complete.*tiny.*grid.* 5 .* 2 .*-12\.5 .*16,relu.*220\.0.* \d+ s/,
    );
    expect(stdout).toMatch(/studies\/broken .*unreadable/);
    expect(stderr).toMatch(/^studies\/broken: cannot open the study/);
    expect(JSON.parse(touchdown('studies', 'list', '--json').stdout)).toHaveLength(3);
  });

  test('says where there is nothing to list', () => {
    expect(touchdown('studies', 'list', 'studies/other')).toEqual({
      status: 0,
      stdout: '',
      stderr: 'no studies in studies/other\n',
    });
    expect(touchdown('studies', 'list', 'nowhere').stderr).toBe(
      'touchdown: no folder "nowhere"; expected one that has studies in it\n',
    );
  });

  test.each([
    [0.5, '0 s'],
    [59, '59 s'],
    [3599, '59 min'],
    [86_399, '23 h'],
    [86_400 * 40, '40 d'],
    [-3, '0 s'],
  ])('an age of %d seconds is %s', (seconds, text) => {
    expect(formatAge(seconds)).toBe(text);
  });
});

test('show tells what a study is, its best architectures and its verdict', () => {
  const { status, stdout } = touchdown('studies', 'show', 'studies/tiny-9');
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /state +complete\n +begun +20\d\d-.*by touchdown 1\.2\.3 on Node 24\.0\.0, kernels wasm/,
  );
  expect(stdout).toMatch(/trials +2, 1 failed\n/);
  expect(stdout).toMatch(/space +tiny: 12 combinations of architecture and hyperparameters/);
  expect(stdout).toMatch(/│ +0 │ 16,relu gamma 0\.99 +│ +108 │ +-12\.5 │ +1,000 │ +│ +2 s │/);
  expect(stdout).toMatch(/winner +16,relu \(212 parameters\): the only finalist/);
  const json: unknown = JSON.parse(touchdown('studies', 'show', 'studies/tiny-9', '--json').stdout);
  expect(json).toMatchObject({ state: 'complete', trials: [{ number: 0 }, { number: 1 }] });
  expect(touchdown('studies', 'show', 'studies/tiny-10').stdout).toMatch(
    /trials +3, 1 failed, 1 not finished/,
  );
});

describe('export', () => {
  test('csv has a row per trial and a column per decision', async () => {
    const snapshot = await readStudyFolder(join(folder, 'studies', 'tiny-10'));
    expect(writeTrials(snapshot)).toBe(
      [
        'number,phase,state,name,architecture,parameters,seed,budget,score,steps,episodes,updates,solved_at,seconds,error,depth,units 1,activation 1,units 2,activation 2,gamma',
        '0,search,complete,"16,relu gamma 0.99","16,relu",108,9,1000,-12.5,1000,7,400,,2,,1,16,relu,,,0.99',
        '1,search,failed,"8,relu,16,relu gamma 0.9","8,relu,16,relu",108,9,1000,,,,,,0.5,"the ""loss"", it is NaN",2,8,relu,16,relu,0.9',
        '2,search,running,"8,relu gamma 0.9","8,relu",108,9,1000,,,,,,,,1,8,relu,,,0.9',
        '',
      ].join('\n'),
    );
  });

  test.each(['config.yaml', 'config.json'])('%s is a file that stands for the same study', async (name) => {
    const args = ['export', 'studies/tiny-10', '--format', 'config', '--output', name];
    expect(touchdown('studies', ...args)).toEqual({ status: 0, stdout: '', stderr: '' });
    const { configuration } = await readStudyFolder(join(folder, 'studies', 'tiny-10'));
    expect(await loadStudy(join(folder, name))).toEqual(configuration);
    expect(touchdown('studies', ...args).stderr).toMatch(
      /exists already; expected a new name, or --overwrite/,
    );
    expect(touchdown('studies', ...args, '--overwrite').status).toBe(0);
  });

  test('json is everything, on standard output', async () => {
    const { stdout } = touchdown('studies', 'export', 'studies/tiny-9', '--format', 'json');
    const snapshot = await readStudyFolder(join(folder, 'studies', 'tiny-9'));
    expect(stdout).toBe(exportStudy(snapshot, 'json', false));
    expect(JSON.parse(stdout)).toMatchObject({ state: 'complete', verdict: { winner: { name: '16,relu' } } });
  });
});

describe('remove', () => {
  const fresh = async (name: string): Promise<string> => {
    await (await create(name)).close();
    return name;
  };

  test('takes studies away when told so, all or none', async () => {
    const names = [await fresh('r/one'), await fresh('r/two')];
    const partly = touchdown('studies', 'remove', names[0], 'r', '--yes');
    expect(partly.stderr).toMatch(/^touchdown: no study in ".*r"; expected a folder with study\.db\n$/);
    expect(partly.status).toBe(1);
    expect(readdirSync(join(folder, 'r')).sort()).toEqual(['one', 'two']);
    const { status, stdout } = touchdown('studies', 'remove', ...names, '--yes', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ removed: names });
    expect(readdirSync(join(folder, 'r'))).toEqual([]);
  });

  test('needs --yes where nobody can be asked', async () => {
    await fresh('r/asked');
    const { status, stderr } = touchdown('studies', 'remove', 'r/asked');
    expect(stderr).toMatch(
      /Remove r\/asked \(0 trials, \d+ KiB\)\? Nobody can be asked here; expected --yes\n$/,
    );
    expect(status).toBe(1);
    expect(existsSync(join(folder, 'r', 'asked'))).toBe(true);
  });

  test('leaves what isn’t a study, and the folder that one is in', async () => {
    await fresh('r/here');
    writeFileSync(join(folder, 'r', 'notes.txt'), 'mine');
    expect(touchdown('studies', 'remove', 'r', '--yes').status).toBe(1);
    const inside = spawnSync(process.execPath, [command, 'studies', 'remove', '.', '--yes'], {
      cwd: join(folder, 'r', 'here'),
      encoding: 'utf8',
    });
    expect(inside.stderr).toMatch(
      /^touchdown: "\." is where you are; expected a study to be removed from outside/,
    );
    expect(existsSync(join(folder, 'r', 'here', 'study.db'))).toBe(true);
    expect(readFileSync(join(folder, 'r', 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('leaves a study that a process works on; one whose process was killed can go', async () => {
    const args = ['--strategy', 'random', '--trials', '500', '--space', 'lunar-lander-quick'];
    const search = spawn(process.execPath, [command, 'search', ...args, '--study', 'r/busy', '-q'], {
      cwd: folder,
      stdio: 'ignore',
    });
    const closed = new Promise((resolve) => search.once('close', resolve));
    const database = join(folder, 'r', 'busy', 'study.db');
    while (!existsSync(database)) await new Promise((resolve) => setTimeout(resolve, 50));
    await expect.poll(() => isStudyRunning(join(folder, 'r', 'busy')), { timeout: 20_000 }).toBe(true);
    const refused = touchdown('studies', 'remove', 'r/busy', '--yes');
    expect(refused.stderr).toMatch(
      /the study in ".*busy" is being run by process \d+ on .*; expected one that/,
    );
    expect(touchdown('studies', 'list', 'r/busy').stdout).toMatch(/ running /);
    expect(existsSync(database)).toBe(true);
    search.kill('SIGKILL');
    await closed;
    expect(touchdown('studies', 'list', 'r/busy').stdout).toMatch(/ stopped /);
    expect(touchdown('studies', 'remove', 'r/busy', '--yes').status).toBe(0);
    expect(existsSync(join(folder, 'r', 'busy'))).toBe(false);
  });
});
