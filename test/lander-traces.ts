/** Reference episodes of LunarLander, as test/data/traces/README.md describes them. */
import { readFileSync } from 'node:fs';
import { pilotAction } from '../src/environments/heuristic.ts';

const read = (name: string) => readFileSync(new URL(`data/traces/${name}`, import.meta.url), 'utf8');

interface StoredEpisode {
  readonly seed: number;
  readonly continuous: boolean;
  readonly wind: readonly [number, number] | null;
  readonly steps: number;
  readonly terminated: boolean;
  readonly actions: string;
  readonly obs_f32_b64: string;
  readonly reward_f64_b64: string;
}

export interface ReferenceEpisode {
  readonly seed: number;
  readonly continuous: boolean;
  readonly wind: boolean;
  readonly steps: number;
  /** Whether its last step terminated it. */
  readonly terminated: boolean;
  readonly actions: readonly (number | readonly number[])[];
  /** Rows of 8: what the reset and every step led to. */
  readonly observations: readonly Float32Array[];
  readonly rewards: Float64Array;
}

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64')).buffer;

function rowsOf(numbers: Float32Array, size: number): Float32Array[] {
  return Array.from({ length: numbers.length / size }, (_, i) => numbers.subarray(i * size, (i + 1) * size));
}

export const traceNames = [
  'noop',
  'random',
  'noisy',
  'heuristic',
  'heuristic_wind',
  'crandom',
  'cheuristic',
] as const;

export function readTraces(name: (typeof traceNames)[number]): readonly ReferenceEpisode[] {
  return (JSON.parse(read(`${name}.json`)) as StoredEpisode[]).map((stored) => ({
    seed: stored.seed,
    continuous: stored.continuous,
    wind: stored.wind !== null,
    steps: stored.steps,
    terminated: stored.terminated,
    actions: stored.continuous
      ? rowsOf(new Float32Array(bytesOf(stored.actions)), 2).map((row) => [...row])
      : Array.from(stored.actions, Number),
    observations: rowsOf(new Float32Array(bytesOf(stored.obs_f32_b64)), 8),
    rewards: new Float64Array(bytesOf(stored.reward_f64_b64)),
  }));
}

/** Lines `h n return`, one per seed from 0 on. */
export const readHashes = (file: 0 | 1 | 2): readonly string[] => read(`hash_${file}.txt`).trim().split('\n');

/** Chooses the actions of an episode of file K, and hashes what comes of them. */
export class HashedEpisode {
  readonly #file: 0 | 1 | 2;
  readonly #row = new DataView(new ArrayBuffer(40));
  #random: number;
  #hash = 0x811c_9dc5;
  #steps = 0;
  #return = 0;

  constructor(file: 0 | 1 | 2, seed: number) {
    this.#file = file;
    this.#random = (Math.imul(seed, 2_654_435_761) + 12_345) >>> 0;
  }

  act(observation: Float32Array): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    const isRandom = this.#file === 0 || (this.#file === 2 && ((this.#random >>> 28) & 3) === 0);
    return isRandom ? this.#random >>> 30 : pilotAction(observation);
  }

  record(observation: Float32Array, reward: number): void {
    for (let i = 0; i < 8; i++) this.#row.setFloat32(4 * i, observation[i], true);
    this.#row.setFloat64(32, reward, true);
    for (let i = 0; i < 40; i++) this.#hash = Math.imul(this.#hash ^ this.#row.getUint8(i), 0x0100_0193);
    this.#steps += 1;
    this.#return += reward;
  }

  /** Whether a line of the file is this episode, now over. */
  isLine(line: string, terminated: boolean): boolean {
    const [hash, steps, total] = line.split(' ').map(Number);
    return hash === this.#hash >>> 0 && steps === this.#steps - Number(terminated) && total === this.#return;
  }
}
