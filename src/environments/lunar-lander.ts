/**
 * LunarLander: land a rocket between two flags. Gymnasium 1.3's environment (Oleg Klimov's, first in OpenAI
 * Gym 2016), with the same observations, rewards and ends of episodes to the last bit, for every seed and every
 * sequence of actions; native/lander.c has the physics, docs/environments/lunar-lander.md how this is shown.
 *
 * ## Action
 * Discrete (`LunarLander-v3`): 0 nothing, 1 left orientation engine, 2 main engine, 3 right orientation engine.
 * Continuous (`LunarLanderContinuous-v3`): [main, lateral], clipped to ±1. The main engine is off for main ≤ 0 and
 * has between 50 and 100 % of its power above; an orientation engine fires with |lateral| of its power from 0.5 on,
 * the left one for lateral < 0.
 *
 * ## Observation
 * Eight numbers; positions relative to the landing pad, which is always at (0, 0), lengths in half widths of the
 * view (10 m) and two thirds of its height (6.67 m).
 *
 * | # | what | declared range, v3 |
 * |---|---|---|
 * | 0, 1 | position x, y | ±2.5 |
 * | 2, 3 | velocity x, y | ±10 |
 * | 4 | angle, radians | ±2π |
 * | 5 | angular velocity, 0.4 s · rad/s | ±10 |
 * | 6, 7 | 1 where the right, the left leg touches the ground, else 0 | 0 to 1 |
 *
 * ## Reward
 * The gain in −100 · distance − 100 · speed − 100 · |angle| + 10 per leg on the ground (a potential, in the units of
 * the observation), minus 0.3 for the main engine and 0.03 for an orientation engine, times their power. A step that
 * terminates the episode gets −100 (crash, out of view) or +100 (at rest) instead. Solved: 200 points.
 *
 * ## Start
 * Top centre of the view over random terrain, with a random push.
 *
 * ## Termination and truncation
 * Terminated when the hull touches the ground, the lander leaves the view sideways (|x| ≥ 1), or it comes to rest.
 * Truncated after `maxEpisodeSteps` steps (1000).
 *
 * ## Options
 * `continuous` (by id), `gravity` (−10, inside (−12, 0)), `enableWind` (false), `windPower` (15; 0 to 20
 * recommended), `turbulencePower` (1.5; 0 to 2 recommended), `maxEpisodeSteps` (1000).
 * Wind blows, while no leg touches the ground, with force tanh(sin(0.02 k) + sin(0.01 π k)) · windPower; k counts
 * steps from a random start. Turbulence is a torque of the same kind.
 *
 * ## Versions
 * v3: the start of the wind is drawn at every reset; every episode has a new world; wider declared ranges.
 * v2: the wind starts at a reset with a seed and goes on through those without (Gymnasium draws it once, from an
 * unseeded generator); narrower declared ranges. Gymnasium's v2 also lets traces of one episode's world and
 * the exhaust work on the next; this one doesn't, so v2 is not bit-exact.
 */
import type { Backend } from '../kernels/backend.ts';
import { Pcg64 } from '../random/pcg64.ts';
import { RandomStream } from '../random/random-stream.ts';
import {
  type LanderWorkspace,
  landerArrays,
  observationSize,
  recordFields,
  stateBytes,
  writeRecord,
} from './lunar-lander-kernels.ts';
import {
  describeLunarLander,
  keepsWind,
  type LunarLanderId,
  type LunarLanderSpec,
} from './lunar-lander-options.ts';
import type { Flame } from './rendering/lander-particles.ts';
import type { LanderScene } from './rendering/lander-scene.ts';
import { packState, unpackState } from './saved-state.ts';
import type { ManualEnvironment } from './single-environment.ts';

export interface LunarLanderSettings {
  readonly backend: Backend;
  /** Whether a step that ends an episode begins the next; if not, `step` throws until the reset. */
  readonly autoreset: boolean;
}

const maxCount = 4096;
const corners = 11;
const bodies = 3;
const flameKinds = ['main', 'side'] as const;

/** Where the wind of v2 starts: force, torque. */
function drawWind(seed: number | bigint): readonly [number, number] {
  const random = new RandomStream(seed).fork('wind');
  return [random.integers(-9999, 9999), random.integers(-9999, 9999)];
}

export class LunarLander implements ManualEnvironment<LanderScene> {
  readonly spec: LunarLanderSpec;
  readonly count: number;
  readonly observationSize = observationSize;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly #workspace: LanderWorkspace;
  readonly #keepsWind: boolean;
  /** What saved states must agree on to be restored here. */
  readonly #label: string;

  /**
   * @param count of environments, 1 to 4096. @param options some of `LunarLanderOptions`.
   * @throws RangeError naming a count or an option that is out of range.
   */
  constructor(
    id: LunarLanderId,
    count: number,
    options: unknown,
    { backend, autoreset }: LunarLanderSettings,
  ) {
    if (!(Number.isInteger(count) && count >= 1 && count <= maxCount)) {
      throw new RangeError(`${count} environments; expected 1 to ${maxCount}`);
    }
    this.spec = describeLunarLander(id, options);
    this.count = count;
    const { options: chosen } = this.spec;
    this.#keepsWind = keepsWind(id);
    this.#label = `${id} ${JSON.stringify(chosen)}, layout 1`;
    this.#workspace = backend.createWorkspace(landerArrays(count, chosen.continuous));
    writeRecord(this.#workspace, {
      count,
      continuous: chosen.continuous,
      gravity: chosen.gravity,
      wind: chosen.enableWind,
      windPower: chosen.windPower,
      turbulencePower: chosen.turbulencePower,
      keepsWind: this.#keepsWind,
      autoreset,
      maxEpisodeSteps: chosen.maxEpisodeSteps,
    });
    const { arrays } = this.#workspace;
    this.observations = arrays.observations;
    this.finalObservations = arrays.finalObservations;
    this.rewards = arrays.rewards;
    this.terminated = arrays.terminated;
    this.truncated = arrays.truncated;
  }

  /** @throws RangeError unless there are `count` seeds, all integers ≥ 0. */
  reset(seeds: ArrayLike<number | bigint>): void {
    if (seeds.length !== this.count) {
      throw new RangeError(`${seeds.length} seeds; expected ${this.count}, one for each environment`);
    }
    const streams = Array.from(seeds, (seed) => new Pcg64().seed(seed));
    for (let i = 0; i < this.count; i++) this.#begin(i, seeds[i], streams[i]);
  }

  /**
   * Without a seed the random stream goes on.
   * @throws RangeError for a seed that is not an integer ≥ 0 or an index outside 0 to count − 1; Error for a first
   * reset without a seed.
   */
  resetAt(index: number, seed?: number | bigint): void {
    this.#checkIndex(index);
    if (seed !== undefined) this.#begin(index, seed, new Pcg64().seed(seed));
    else if (this.#isNew(index)) throw new Error('a first reset without a seed; expected an integer ≥ 0');
    else this.#reset(index, false);
  }

  /**
   * One step of all. Actions that are out of the box count as the nearest inside.
   * @throws RangeError naming an action that is none (NaN, or an integer outside 0 to 3), TypeError for another
   * type of array, Error when an environment has no episode under way; no environment has moved then.
   */
  step(actions: Int32Array | Float32Array): void {
    const own = this.#workspace.arrays.actions;
    if (actions.constructor !== own.constructor) {
      throw new TypeError(`actions in ${actions.constructor.name}; expected ${own.constructor.name}`);
    }
    if (actions.length !== own.length) {
      throw new RangeError(`${actions.length} numbers of action; expected ${own.length}`);
    }
    own.set(actions);
    const result = this.#workspace.call('lander_step', this.#workspace.offsets.record);
    if (result !== 0) this.#explain(result);
  }

  #explain(result: number): never {
    const index = Math.abs(result) - 1;
    if (result < 0) {
      throw new Error(`environment ${index} has no episode under way; expected a reset before this step`);
    }
    if (!this.spec.options.continuous) {
      const action = this.#workspace.arrays.actions[index];
      throw new RangeError(`action ${action} for environment ${index}; expected an integer from 0 to 3`);
    }
    const action = this.#workspace.arrays.actions.subarray(2 * index, 2 * index + 2).join(', ');
    throw new RangeError(`action [${action}] for environment ${index}; expected two numbers`);
  }

  save(index: number): Uint8Array {
    this.#checkIndex(index);
    if (this.#isNew(index)) throw new Error(`environment ${index} has no state before its first reset`);
    return packState(this.#label, this.#state(index));
  }

  restore(index: number, state: Uint8Array): void {
    this.#checkIndex(index);
    this.#state(index).set(unpackState(this.#label, state));
    this.#workspace.call('lander_observe', this.#workspace.offsets.record, index);
  }

  /** What there is to see of one environment, as its state is now: after an autoreset, the new episode's start. */
  scene(index: number): LanderScene {
    this.#checkIndex(index);
    this.#workspace.call('lander_scene', this.#workspace.offsets.record, index);
    const numbers = this.#workspace.arrays.scene;
    const terrain = Array.from({ length: corners }, (_, i) => ({ x: 2 * i, y: numbers[i] }));
    const poses = Array.from({ length: bodies }, (_, i) => {
      const [x, y, angle] = numbers.subarray(corners + 3 * i);
      return { x, y, angle };
    });
    const flames = flameKinds.map((kind, i): Flame => {
      const [x, y, impulseX, impulseY, power] = numbers.subarray(corners + 3 * bodies + 5 * i);
      return { kind, x, y, impulseX, impulseY, power };
    });
    return { terrain, bodies: poses, flames: flames.filter((flame) => flame.power > 0) };
  }

  #begin(index: number, seed: number | bigint, stream: Pcg64): void {
    const { arrays } = this.#workspace;
    arrays.random.set(stream.words);
    if (this.#keepsWind) {
      const [wind, torque] = drawWind(seed);
      arrays.record[recordFields.windIndex] = wind;
      arrays.record[recordFields.torqueIndex] = torque;
    }
    this.#reset(index, true);
  }

  #reset(index: number, seeded: boolean): void {
    this.#workspace.arrays.record[recordFields.seeded] = Number(seeded);
    const bytes = this.#workspace.call('lander_reset', this.#workspace.offsets.record, index);
    if (bytes !== stateBytes) {
      throw new Error(`the kernels keep ${bytes} bytes per lander; expected ${stateBytes}: rebuild them`);
    }
  }

  #state(index: number): Uint8Array {
    return this.#workspace.arrays.states.subarray(index * stateBytes, (index + 1) * stateBytes);
  }

  /** A state is zero until its first reset. */
  #isNew(index: number): boolean {
    return this.#state(index).every((byte) => byte === 0);
  }

  #checkIndex(index: number): void {
    if (!(Number.isInteger(index) && index >= 0 && index < this.count)) {
      throw new RangeError(`environment ${index}; expected an index from 0 to ${this.count - 1}`);
    }
  }
}
