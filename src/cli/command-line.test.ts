/** The command as a stranger meets it, whatever it is told to do: a process of its own, its output and its exit status. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, smallTraining } from '../../test/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-cli-'));

/** Someone who may not write everywhere: root may. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

const touchdown = (args: readonly string[], env?: Record<string, string>) => runCommand(folder, args, env);
const model = join(folder, 'small.safetensors');
beforeAll(() => {
  touchdown([...smallTraining, '-o', model]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('tells the versions that decide what a result is', () => {
  expect(touchdown(['--version']).stdout).toMatch(
    /^touchdown \d+\.\d+\.\d+ · Node \d+\.\d+\.\d+ · kernels \S+\n$/,
  );
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
  const { stdout, stderr } = touchdown(['evaluate', 'heuristic', '--episodes', '2'], { NO_COLOR: '' });
  expect(stdout).toContain('mean return');
  // oxlint-disable-next-line no-control-regex
  expect(stdout + stderr).not.toMatch(/\u001b/);
});

describe('bad input ends in one clear line and a non-zero exit', () => {
  const expectRefusal = (args: readonly string[], message: RegExp | string, powerless = false): void => {
    const { status, stdout, stderr } = runCommand(folder, args, {}, powerless ? nobody : {});
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
      [...smallTraining, '-o', model],
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
      [...smallTraining, '-o', 'locked/model.safetensors'],
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
