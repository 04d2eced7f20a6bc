/**
 * Box2D in C++ without Python: box2d_environment.cpp on the engine's sources. Gymnasium's dependency box2d 2.3.10 comes
 * without them; they are in the last source distribution of the same project, 2.3.2, which lies beside the Python of
 * the other peers (requirements.txt tells how it gets there). Its one line that asks for Python is taken out, and with
 * it the assertions.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createEnvironment } from '../../src/environments/registry.ts';
import { RandomStream } from '../../src/random/random-stream.ts';
import { bytesPerStep, type Episode, playEpisode } from '../contest/episode.ts';
import { findPython } from './python.ts';

const version = '2.3.2';
const source = path.join(import.meta.dirname, 'box2d_environment.cpp');
/** No contraction: every operation is rounded on its own. -O3 or -march=native are no faster. */
const flags = ['-std=c++17', '-O2', '-DNDEBUG', '-ffp-contract=off', '-w'];
const compiler = process.env['CXX'] ?? 'c++';
const checkedSeeds = 20;
const episodesPerSeed = 5;

/** A compiled environment that did the same as ours. */
export interface Box2d {
  readonly versions: { readonly box2d: string; readonly compiler: string };
  /** Steps per second of processor time, random actions, measured for so many seconds. */
  measure(count: number, seconds: number): number;
}

/** Compiles in a folder of its own, and moves the program to where it is kept. */
function compile(archive: string, program: string): void {
  console.log("compiling Box2D's C++ sources, once");
  mkdirSync(path.dirname(program), { recursive: true });
  const folder = mkdtempSync(`${program}-`);
  try {
    execFileSync('tar', ['-xzf', archive, '-C', folder, '--strip-components=1']);
    const settings = path.join(folder, 'Box2D/Common/b2Settings.h');
    writeFileSync(settings, readFileSync(settings, 'utf8').replace(/^#define USE_EXCEPTIONS$/m, ''));
    const sources = globSync('Box2D/**/*.cpp', { cwd: folder });
    const output = ['-o', 'program'];
    execFileSync(compiler, [...flags, '-I.', ...sources, source, ...output], { cwd: folder, stdio: 'pipe' });
    renameSync(path.join(folder, 'program'), program);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The program, compiled unless it has been before by the same compiler. */
function prepareProgram(archive: string, compilerVersion: string): string {
  const hash = createHash('sha256');
  for (const part of [readFileSync(archive), readFileSync(source), flags.join(' '), compilerVersion]) {
    hash.update(part);
  }
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  const program = path.join(cache, 'touchdown-bench', `box2d-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(program)) compile(archive, program);
  return program;
}

/** Whole episodes of random actions, the first of which begins with the seed. */
function playEpisodes(seed: number): Episode<number>[] {
  const environment = createEnvironment('LunarLander-v3');
  const random = new RandomStream(seed).fork('box2d');
  return Array.from({ length: episodesPerSeed }, (_, i) =>
    playEpisode(environment, i === 0 ? seed : undefined, () => random.integers(0, 4)),
  );
}

/** @throws Error unless every observation, reward and end of an episode is ours, bit for bit. */
function checkEpisodes(program: string): void {
  for (let seed = 0; seed < checkedSeeds; seed++) {
    const episodes = playEpisodes(seed);
    const input = episodes.flatMap(({ actions }) => actions).join('');
    const ours = Buffer.concat(episodes.map(({ seen }) => seen));
    const maxBuffer = 2 * bytesPerStep * input.length;
    if (!ours.equals(execFileSync(program, ['play', String(seed)], { input, maxBuffer }))) {
      throw new Error(`its episodes with seed ${seed} are not bit for bit ours`);
    }
  }
}

/** @returns undefined where there is no C++ compiler. */
function findCompilerVersion(): string | undefined {
  try {
    return execFileSync(compiler, ['--version'], { encoding: 'utf8', stdio: 'pipe' }).split('\n')[0];
  } catch {
    return undefined;
  }
}

/** @returns the engine, or one line that says what is missing and how to get it. */
export function prepareBox2d(): Box2d | string {
  const python = findPython() ?? '.venv-peers/bin/python';
  const folder = path.join(path.dirname(python), '../src');
  const archive = path.join(folder, `Box2D-${version}.tar.gz`);
  if (!existsSync(archive)) {
    const download = `-m pip download --no-deps --no-binary :all: --dest ${folder} Box2D==${version}`;
    return `no Box2D in C++ to compare with: ${python} ${download}`;
  }
  const compilerVersion = findCompilerVersion();
  if (compilerVersion === undefined) {
    return `no Box2D in C++ to compare with: "${compiler}" is no C++ compiler; install one or name it in CXX`;
  }
  try {
    const program = prepareProgram(archive, compilerVersion);
    checkEpisodes(program);
    return {
      versions: { box2d: version, compiler: compilerVersion },
      measure: (count, seconds) =>
        Number(execFileSync(program, ['speed', String(count), String(seconds)], { encoding: 'utf8' })),
    };
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
    return `no Box2D in C++ to compare with: ${reason}`;
  }
}
