/** Episodes as bytes: two that did the same have the same ones. */
import type { Environment } from '../../src/environments/environment.ts';

const observationBytes = 8 * 4;
/** An observation (8 float32), the reward (float64), terminated, truncated (a byte each). */
export const bytesPerStep = observationBytes + 8 + 2;

export interface Episode<Action> {
  readonly actions: readonly Action[];
  /** The reset's observation, then the bytes of every step. */
  readonly seen: Buffer;
}

/** @param seed undefined to go on with the environment's random numbers. */
export function playEpisode<Action extends number | Float32Array>(
  environment: Environment,
  seed: number | undefined,
  choose: (observation: Float32Array) => Action,
): Episode<Action> {
  let { observation } = environment.reset(seed === undefined ? {} : { seed });
  const seen = [Buffer.from(observation.buffer)];
  const actions: Action[] = [];
  for (let ended = false; !ended; ) {
    const action = choose(observation);
    const result = environment.step(action);
    actions.push(action);
    const tail = Buffer.alloc(bytesPerStep - observationBytes);
    tail.writeDoubleLE(result.reward, 0);
    tail[8] = Number(result.terminated);
    tail[9] = Number(result.truncated);
    seen.push(Buffer.from(result.observation.buffer), tail);
    observation = result.observation;
    ended = result.terminated || result.truncated;
  }
  return { actions, seen: Buffer.concat(seen) };
}

/** The first step (0: the reset) at which bytes differ, or undefined. */
export function firstDifference(ours: Buffer, theirs: Buffer): number | undefined {
  if (ours.equals(theirs)) return undefined;
  const at = ours.findIndex((byte, i) => byte !== theirs[i]);
  return Math.max(0, Math.floor((at - observationBytes) / bytesPerStep) + 1);
}
