/** The command as a stranger meets it: a process of its own, its output and its exit status. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
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
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../test/command.ts';
import { readScalars } from '../../test/tensorboard-reader.ts';
import { listBackends } from '../kernels/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-cli-'));

/** Someone who may not write everywhere: root may. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

function touchdown(
  args: readonly string[],
  options: { env?: Record<string, string>; powerless?: boolean } = {},
) {
  const result = spawnSync(process.execPath, [command, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    ...(options.powerless ? nobody : {}),
  });
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}

const model = join(folder, 'small.safetensors');
const training = ['train', '-a', '16,relu', '-n', '3000', '--episodes', '8', '--learning-starts', '500'];

let trained: ReturnType<typeof touchdown>;
beforeAll(() => {
  trained = touchdown([...training, '-o', model]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('touchdown', () => {
  it('tells the versions that decide what a result is', () => {
    expect(touchdown(['--version']).stdout).toMatch(
      /^touchdown \d+\.\d+\.\d+ · Node \d+\.\d+\.\d+ · kernels \S+\n$/,
    );
  });

  it('trains to a model file and a learning curve, with a line of progress when piped', () => {
    expect(trained.status).toBe(0);
    expect(trained.stderr).toMatch(/^training 16,relu \(212 parameters\) on LunarLander-v3, seed 0\n100 %/);
    expect(readdirSync(folder).sort()).toEqual(['small.png', 'small.safetensors', 'small.svg']);
    expect(readFileSync(join(folder, 'small.svg'), 'utf8')).toContain('Training on LunarLander-v3');
  });

  it('writes byte-identical models for one seed, on every kernel target', () => {
    for (const { target } of listBackends()) {
      const again = join(folder, `${target}.safetensors`);
      touchdown([...training, '-o', again], { env: { TOUCHDOWN_KERNELS: target } });
      expect(readFileSync(again)).toEqual(readFileSync(model));
    }
  });

  it('writes byte-identical models however many threads share an update', () => {
    const [first, ...others] = [1, 2, 3].map((threads) => {
      const file = join(folder, `${threads}-threads.safetensors`);
      const wide = ['train', '-a', '160,relu,160,tanh', '-n', '3000', '--episodes', '1'];
      expect(touchdown([...wide, '--threads', String(threads), '-o', file]).status).toBe(0);
      return readFileSync(file);
    });
    for (const other of others) expect(other).toEqual(first);
  });

  it('writes the learning curve for TensorBoard, to the same model as without', () => {
    const again = join(folder, 'watched.safetensors');
    const args = [...training, '-o', again, '--overwrite', '--tensorboard', 'board', '--json'];
    const first = touchdown(args);
    const { tensorboard } = JSON.parse(first.stdout) as { tensorboard: string };
    expect(tensorboard).toBe(join('board', 'watched-1'));
    expect(readFileSync(again)).toEqual(readFileSync(model));
    const [file] = readdirSync(join(folder, tensorboard));
    const scalars = readScalars(readFileSync(join(folder, tensorboard, file)));
    const returns = scalars.filter(({ tag }) => tag === 'rollout/ep_rew_mean');
    expect(returns.at(-1)?.step).toBe(3000);
    expect(first.stderr).toContain(`average of 100: ${returns.at(-1)?.value.toFixed(1)} ·`);
    // Another training of that name is another run.
    expect(touchdown(args).stdout).toContain('watched-2');
    expect(readdirSync(join(folder, 'board')).sort()).toEqual(['watched-1', 'watched-2']);
  });

  it('evaluates a model and says so with its uncertainty', () => {
    const { stdout, status } = touchdown(['evaluate', model, '--episodes', '20', '--seed', '7']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/episodes +20, seeds 7 to 26/);
    expect(stdout).toMatch(/mean return +-?\d+\.\d\d +95 % interval -?\d+\.\d\d to -?\d+\.\d\d/);
    const json: unknown = JSON.parse(touchdown(['evaluate', model, '--episodes', '20', '--json']).stdout);
    expect(json).toMatchObject({ count: 20, environment: { id: 'LunarLander-v3' } });
  });

  it('flies the heuristic pilot at the mean that Gymnasium has for these seeds', () => {
    const json = JSON.parse(touchdown(['evaluate', 'heuristic', '--episodes', '1000', '--json']).stdout) as {
      mean: number;
    };
    expect(json.mean.toFixed(2)).toBe('243.37');
  });

  it('films a flight', () => {
    const { status, stdout } = touchdown(['play', model, '--video', 'flight.gif']);
    expect(status).toBe(0);
    expect(stdout).toContain('flight.gif');
    expect(readFileSync(join(folder, 'flight.gif')).subarray(0, 6).toString('latin1')).toBe('GIF89a');
  });

  it('films several agents on the same seeds, side by side', () => {
    const args = ['play', model, 'heuristic', '--side-by-side', '--episodes', '2', '--json'];
    const { status, stdout } = touchdown([...args, '--video', 'beside.gif']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      agents: [model, 'heuristic'],
      episodes: [
        { agent: model, seed: 0 },
        { agent: 'heuristic', seed: 0 },
        { agent: model, seed: 1 },
        { agent: 'heuristic', seed: 1 },
      ],
    });
    const bytes = readFileSync(join(folder, 'beside.gif'));
    expect([bytes.readUInt16LE(6), bytes.readUInt16LE(8)]).toEqual([604, 476]);
  });

  // Six flights of an agent that has learnt little, the longest of which may take a thousand steps.
  it('films an agent at six stages of its training, which comes to the same bytes as without a film', () => {
    const again = join(folder, 'filmed.safetensors');
    const { status, stdout } = touchdown([...training, '-o', again, '--film', 'learning.gif']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/film +learning\.gif/);
    expect(readFileSync(again)).toEqual(readFileSync(model));
    const bytes = readFileSync(join(folder, 'learning.gif'));
    expect([bytes.readUInt16LE(6), bytes.readUInt16LE(8)]).toEqual([908, 476]);
  });

  it("films the repository's winner landing in a GIF under 2 MB", () => {
    const winner = fileURLToPath(new URL('../../models/lunar-lander.safetensors', import.meta.url));
    const { stdout } = touchdown(['play', winner, '--video', 'winner.gif', '--json']);
    const { bytes, episodes } = JSON.parse(stdout) as {
      bytes: number;
      episodes: readonly { terminated: boolean; episodeReturn: number }[];
    };
    expect(bytes).toBe(readFileSync(join(folder, 'winner.gif')).length);
    expect(bytes).toBeLessThan(2e6);
    expect(episodes[0].terminated).toBe(true);
    expect(episodes[0].episodeReturn).toBeGreaterThan(200);
  });

  it('searches, records the study and leaves nothing to look for', () => {
    const args = [
      'search',
      '--space',
      'lunar-lander-quick',
      '--strategy',
      'random',
      '--trials',
      '2',
      '-n',
      '1500',
    ];
    const verification = [
      '--finalists',
      '2',
      '--verification-seeds',
      '2',
      '--verification-timesteps',
      '1500',
    ];
    const output = ['--verification-episodes', '5', '--control', '--study', 'study', '-j', '2'];
    const { status, stdout, stderr } = touchdown([...args, ...verification, ...output]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/verdict +2 finalists retrained from scratch on 2 fresh seeds, 1,500 steps each/);
    expect(stderr).toMatch(/control +1 +\d+,(relu|sigmoid)/);
    expect(stderr).toMatch(/seed 2\/2 +\d+,(relu|sigmoid).* over 5 test episodes/);
    expect(readdirSync(join(folder, 'study')).sort()).toEqual([
      'charts',
      'models',
      'report.html',
      'study.db',
      'winner.mp4',
    ]);
    expect(stdout).toMatch(/finalist .* IQM of runs .* 95 % interval .* episodes ≥ 200/);
    expect(stdout).toMatch(
      /winner +\d+,(relu|sigmoid),\d+,(relu|sigmoid) \([\d,]+ parameters\): the best of 2/,
    );
    expect(stdout).toMatch(/evaluated +5 greedy episodes after each, on seeds that nothing has seen/);
    expect(stdout).toMatch(/control +random search, \d+ trials?, [\d.]+ % of the search's work/);
    expect(stdout).toMatch(/outcome +not known: 2 seeds can't tell search and random search apart/);
  });

  it('has everything of a search as JSON, without a control unless asked for', () => {
    const args = ['search', '--strategy', 'random', '--trials', '2', '-n', '1500', '--max-parameters', '1'];
    const { stdout, stderr } = touchdown([...args, '--no-control', '--study', 'small', '--json']);
    expect(stderr).toContain('2 finalists of at most 1 parameters');
    const { verdict, trials } = JSON.parse(stdout) as { verdict: object; trials: object[] };
    expect(verdict).toMatchObject({ finalists: [], leftOut: { count: 2 } });
    expect(verdict).not.toHaveProperty('control');
    expect(trials).toMatchObject([{ phase: 'search' }, { phase: 'search' }]);
  });
});

describe('a search space in a file', () => {
  it('is searched, hyperparameters and all', () => {
    writeFileSync(
      join(folder, 'mine.yaml'),
      'layers: [1, 2]\nunits: 8\nhyperparameters: { learningRate: [0.001, 0.002] }\n',
    );
    const args = ['search', '--space', 'mine.yaml', '--strategy', 'random', '--trials', '2', '-n', '1500'];
    const { status, stdout, stderr } = touchdown([
      ...args,
      '--verification-timesteps',
      '1500',
      '--study',
      'mine',
    ]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/space +mine: 4 combinations of architecture and hyperparameters/);
    expect(stderr).toMatch(/trial 1\/2 +8,relu(,8,relu)? lr 0\.00[12] +score/);
    expect(stdout).toMatch(/winner +8,relu(,8,relu)? lr 0\.00[12] \(/);
  });
});

describe('a study in a file', () => {
  const example = (name: string) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

  it.each(['quick.yaml', 'one-shot.yaml', 'hyperparameters.ts'])(
    'example %s is planned with time and memory; nothing runs, nothing is written',
    (name) => {
      const before = readdirSync(folder);
      const { status, stdout, stderr } = touchdown(['search', example(name), '--dry-run']);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(stdout).toMatch(/space +\S.*\n +strategy +\S/);
      expect(stdout).toMatch(new RegExp(`study +studies/${name.split('.')[0]}-1\n`));
      expect(stdout).toMatch(/time +about .* on this machine/);
      expect(stdout).toMatch(/memory +at most \d+ MiB for networks, experience and environments/);
      expect(readdirSync(folder)).toEqual(before);
    },
  );

  it('is planned as JSON, options on top of the file, the file on top of its preset', () => {
    writeFileSync(
      join(folder, 'mine-too.yaml'),
      'preset: quick\nseed: 3\nstrategy: { name: random, trials: 4 }\nverification: { seeds: 1 }\n',
    );
    const options = ['--trials', '5', '--verification-timesteps', '700', '--gamma', '0.9', '-j', '1'];
    const { stdout, stderr } = touchdown(['search', 'mine-too.yaml', ...options, '--dry-run', '--json']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      study: 'studies/mine-too-1',
      workers: 1,
      configuration: {
        space: 'lunar-lander-quick',
        strategy: { name: 'random', trials: 5 },
        seed: 3,
        trial: { steps: 300_000 },
        hyperparameters: { gamma: 0.9 },
        verification: { seeds: 1, steps: 700, finalists: 2 },
      },
      trials: 5,
      searchSteps: 1_500_000,
      seconds: {
        control: 0,
        total: expect.closeTo(JSON.parse(stdout).seconds.search + JSON.parse(stdout).seconds.verification),
      },
      bytes: { peak: expect.any(Number) },
    });
    const thorough = touchdown(['search', 'mine-too.yaml', '--preset', 'thorough', '--dry-run', '--json']);
    expect(JSON.parse(thorough.stdout)).toMatchObject({
      configuration: { space: 'lunar-lander-100', verification: { finalists: 5, seeds: 1, control: true } },
    });
  });

  it('runs, quietly, and what it leaves behind says the same again', () => {
    writeFileSync(
      join(folder, 'tiny.mts'),
      `import { defineStudy } from 'touchdown';
      const units: number[] = [8, 16];
      export default defineStudy({
        space: { layers: 1, units },
        strategy: { name: 'grid' },
        trial: { steps: 1500, validationEpisodes: 5 },
        verification: { finalists: 1, seeds: 1, steps: 1500, episodes: 5 },
      });`,
    );
    const { status, stdout, stderr } = touchdown(['search', 'tiny.mts', '--study', 'tiny', '--quiet']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/winner +(8|16),relu/);
    const exported = touchdown(['studies', 'export', 'tiny', '--format', 'config']).stdout;
    writeFileSync(join(folder, 'again.yaml'), exported);
    const again = touchdown(['search', 'again.yaml', '--study', 'again', '--quiet', '--json']);
    const trials = (text: string): unknown => {
      const result = JSON.parse(text) as { trials: object[] };
      return result.trials.map((trial) => ({ ...trial, seconds: 0 }));
    };
    expect(trials(again.stdout)).toEqual(trials(touchdown(['studies', 'show', 'tiny', '--json']).stdout));
  });
});

describe('a search that is stopped', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s has exit status %i and a result that says so', async (signal, expected) => {
    // In a space of wide networks, whose times take seconds to measure.
    const wide = ['--space', 'lunar-lander-100', '--strategy', 'random', '--trials', '500'];
    const args = ['search', ...wide, '--study', signal, '--json'];
    const search = spawn(process.execPath, [command, ...args], { cwd: folder });
    let [stdout, stderr] = ['', ''];
    search.stdout.on('data', (text) => (stdout += text));
    search.stderr.on('data', (text) => (stderr += text));
    const ended = new Promise((resolve) => search.once('close', resolve));
    // While the time is estimated.
    await expect.poll(() => stderr, { timeout: 30_000 }).toMatch(/study +SIG/);
    search.kill(signal);
    expect(await ended).toBe(expected);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'interrupted', trials: [] });
    expect(stderr).not.toMatch(/time +about/);
  });
});

describe('with --json', () => {
  it.each([
    [['search', '--space', 'nope'], 1, /^study configuration: space is "nope"; unknown search space/],
    [['evaluate', 'nope'], 1, /^cannot read model/],
    [['studies', 'show', 'nope'], 1, /^no study in /],
    [
      ['search', '--trials', 'x'],
      2,
      /^option '--trials <n>' argument 'x' is invalid. Expected a whole number/,
    ],
    [['serch'], 2, /^unknown command 'serch' \(Did you mean search\?\)$/],
  ])('an error of %j is data on standard output and a line on standard error', (args, expected, message) => {
    const { status, stdout, stderr } = touchdown([...args, '--json']);
    expect(status).toBe(expected);
    expect(JSON.parse(stdout)).toEqual({ error: expect.stringMatching(message) });
    expect(stderr).toMatch(/^(touchdown|error): /);
  });
});

it('has no colours in files, whatever standard output is, nor where NO_COLOR is set', () => {
  const { stdout, stderr } = touchdown(['evaluate', 'heuristic', '--episodes', '2'], {
    env: { NO_COLOR: '' },
  });
  expect(stdout).toContain('mean return');
  // oxlint-disable-next-line no-control-regex
  expect(stdout + stderr).not.toMatch(/\u001b/);
});

describe('bad input ends in one clear line and a non-zero exit', () => {
  const expectRefusal = (args: readonly string[], message: RegExp | string, powerless = false): void => {
    const { status, stdout, stderr } = touchdown(args, { powerless });
    expect(stderr).toMatch(message);
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('(')),
    ).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBeGreaterThan(0);
  };

  it('refuses what it cannot understand, naming the value and what was expected', () => {
    expectRefusal(['serch'], /unknown command 'serch'/);
    expectRefusal(
      ['train', '-e', 'LunarLandr-v3'],
      /unknown environment "LunarLandr-v3" \(did you mean LunarLander-v3\?\)/,
    );
    expectRefusal(
      ['train', '-e', 'LunarLanderContinuous-v3'],
      /actions of kind "box"; DQN expects "discrete"/,
    );
    expectRefusal(['train', '-a', '128,relu,128'], /architecture "128,relu,128" has 3 parts; expected pairs/);
    expectRefusal(['train', '-a', '0,relu'], /"0" units; expected a whole number from 1/);
    expectRefusal(
      ['train', '-a', '64,rleu'],
      /activation "rleu"; expected relu, leaky-relu, elu, silu, sigmoid, tanh/,
    );
    expectRefusal(['train', '--batch-size', '17'], /batchSize is 17/);
    expectRefusal(['train', '--gamma', '2'], /'2' is invalid. Expected a number from 0 to 1/);
    expectRefusal(['evaluate', model, '--episodes', '0'], /'0' is invalid. Expected a whole number from 1/);
    expectRefusal(['evaluate', model, '--episodes', 'ten'], /'ten' is invalid/);
    expectRefusal(
      ['play', model, '--video', 'flight.avi'],
      /video "flight.avi": expected a name that ends in .mp4 or .gif/,
    );
    expectRefusal(['train', '--film', 'film.avi'], /video "film.avi": expected a name/);
    expectRefusal(['play', model, 'heuristic'], /2 agents; expected one, or --side-by-side/);
    expectRefusal(['play', model, '--side-by-side'], /1 flights \(1 agents × 1 episodes\); expected 2 to 9/);
    expectRefusal(['search', '--space', 'lunar-lander-10'], /unknown search space "lunar-lander-10"/);
    writeFileSync(join(folder, 'bad.yaml'), 'layers: 2\nunits: [64, 64]\n');
    expectRefusal(['search', '--space', 'bad.yaml'], /"bad.yaml": units.1 is 64; expected each choice once/);
    expectRefusal(['search', '--space', 'no.json'], /cannot read search space "no.json": it does not exist/);
    expectRefusal(['search', '--strategy', 'randm'], /unknown strategy "randm"/);
  });

  it('refuses a model file that is missing, empty, truncated or something else', () => {
    const whole = readFileSync(model);
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'truncated'), whole.subarray(0, whole.length - 100));
    writeFileSync(join(folder, 'picture'), readFileSync(join(folder, 'small.png')));
    for (const [name, reason] of [
      ['missing', 'does not exist'],
      ['empty', 'expected'],
      ['truncated', 'expected'],
      ['picture', 'expected'],
      ['.', 'is a folder'],
    ]) {
      expectRefusal(['evaluate', name], new RegExp(`cannot read model.*${reason}`));
    }
  });

  it('never overwrites a model or a study', () => {
    expectRefusal(
      [...training, '-o', model],
      /small.safetensors" exists already; expected a new name, or --overwrite/,
    );
    mkdirSync(join(folder, 'taken'));
    writeFileSync(join(folder, 'taken', 'notes.txt'), 'mine');
    expectRefusal(
      ['search', '--study', 'taken'],
      /cannot create a study: .*taken" is not empty; expected a new or empty folder/,
    );
    expect(readdirSync(join(folder, 'taken'))).toEqual(['notes.txt']);
  });

  it('refuses a folder that it may not write, before any work, leaving nothing behind', () => {
    const locked = join(folder, 'locked');
    mkdirSync(locked);
    chmodSync(folder, 0o755);
    chmodSync(locked, 0o555);
    cpSync(model, join(folder, 'readable.safetensors'));
    expectRefusal(
      [...training, '-o', 'locked/model.safetensors'],
      /cannot write to ".*locked" \(EACCES\)/,
      true,
    );
    expectRefusal(
      ['play', 'readable.safetensors', '--video', 'locked/flight.gif'],
      /cannot write to ".*locked" \(EACCES\)/,
      true,
    );
    expectRefusal(
      ['search', '--study', 'locked/study'],
      /locked.*\(EACCES\); expected a writable folder/,
      true,
    );
    expect(readdirSync(locked)).toEqual([]);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });
});
