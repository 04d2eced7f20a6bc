/** Greedy episodes on given seeds: how good a policy is. */
import type { VectorEnvironment } from '../environments/environment.ts';
import type { Policy } from '../kernels/kernels.ts';

/** Chooses `count` actions for `count` observations (count × observation size, row by row). */
export type BatchActor = (observations: Float32Array, count: number, actions: Int32Array) => void;

/** One entry per seed, in the order of the seeds. */
export interface EvaluationResult {
  /** Undiscounted sums of rewards. */
  readonly returns: Float64Array;
  /** Steps. */
  readonly lengths: Int32Array;
}

/** Environments that evaluate a training in lockstep, at most. */
export const evaluationLanes = 64;

const idle = -1;

/** Has the lanes in use act, and no others: their observations move together and their actions back. */
class LaneActor {
  readonly #environment: VectorEnvironment;
  readonly #act: BatchActor;
  readonly #lanes: Int32Array;
  readonly #observations: Float32Array;
  readonly #chosen: Int32Array;
  /** One per lane; of a lane that is not in use the latest. */
  readonly actions: Int32Array;

  constructor(environment: VectorEnvironment, act: BatchActor) {
    this.#environment = environment;
    this.#act = act;
    this.#lanes = new Int32Array(environment.count);
    this.#observations = new Float32Array(environment.observations.length);
    this.#chosen = new Int32Array(environment.count);
    this.actions = new Int32Array(environment.count);
  }

  /** @param episodes of every lane, or `idle`. */
  act(episodes: Int32Array): void {
    const { observations, observationSize: size } = this.#environment;
    let count = 0;
    for (let lane = 0; lane < episodes.length; lane++) {
      if (episodes[lane] === idle) continue;
      for (let i = 0; i < size; i++) this.#observations[count * size + i] = observations[lane * size + i];
      this.#lanes[count++] = lane;
    }
    this.#act(this.#observations, count, this.#chosen);
    for (let k = 0; k < count; k++) this.actions[this.#lanes[k]] = this.#chosen[k];
  }
}

/**
 * Plays one whole episode per seed. All lanes of the environment work at once, each taking the next seed when its
 * episode ends; results don't depend on how many lanes there are.
 * @param policy acts on as many observations at once as the environment has lanes.
 * @param environment is reset, and left in the middle of episodes.
 * @param seeds integers ≥ 0.
 */
export function evaluate(
  policy: Policy | BatchActor,
  environment: VectorEnvironment,
  seeds: ArrayLike<number | bigint>,
): EvaluationResult {
  const returns = new Float64Array(seeds.length);
  const lengths = new Int32Array(seeds.length);
  if (seeds.length === 0) return { returns, lengths };
  const lanes = environment.count;
  const actor = new LaneActor(
    environment,
    typeof policy === 'function'
      ? policy
      : (observations, count, into) => policy.act(observations, count, into),
  );
  // Lanes step in lockstep, so that those without a seed play an episode too; it counts for nothing.
  environment.reset(Array.from({ length: lanes }, (_, lane) => seeds[lane < seeds.length ? lane : 0]));
  const episodes = Int32Array.from({ length: lanes }, (_, lane) => (lane < seeds.length ? lane : idle));
  let next = Math.min(lanes, seeds.length);
  for (let left = seeds.length; left > 0; ) {
    actor.act(episodes);
    environment.step(actor.actions);
    for (let lane = 0; lane < lanes; lane++) {
      const episode = episodes[lane];
      if (episode === idle) continue;
      returns[episode] += environment.rewards[lane];
      lengths[episode]++;
      if (environment.terminated[lane] === 0 && environment.truncated[lane] === 0) continue;
      left--;
      episodes[lane] = next < seeds.length ? next++ : idle;
      if (episodes[lane] !== idle) environment.resetAt(lane, seeds[episodes[lane]]);
    }
  }
  return { returns, lengths };
}
