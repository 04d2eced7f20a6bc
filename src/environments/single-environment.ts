/** One environment with Gymnasium's interface, over a vector environment of one. */
import type {
  BoxSpace,
  EnvironmentSpec,
  ResetResult,
  Space,
  StepResult,
  VectorEnvironment,
} from './environment.ts';
import type { VisibleEnvironment } from './rendering/renderer.ts';

/**
 * A vector environment whose episodes are begun by hand: after an episode's end, `step` throws until the
 * environment is reset.
 */
export interface ManualEnvironment<Scene> extends VectorEnvironment {
  /** Without a seed the random stream goes on. @throws Error for a first reset without one. */
  resetAt(index: number, seed?: number | bigint): void;
  scene(index: number): Scene;
}

/** @throws RangeError naming an action that the space doesn't have. Numbers outside a box are the box's business. */
function writeAction(
  space: Space,
  action: number | ArrayLike<number>,
  into: Int32Array | Float32Array,
): void {
  if (space.kind === 'discrete') {
    if (typeof action !== 'number' || !(Number.isInteger(action) && action >= 0 && action < space.n)) {
      throw new RangeError(`action ${show(action)}; expected an integer from 0 to ${space.n - 1}`);
    }
    into[0] = action;
    return;
  }
  const isBox = typeof action !== 'number' && action.length === space.low.length;
  if (
    !isBox ||
    Array.prototype.some.call(action, (number) => typeof number !== 'number' || Number.isNaN(number))
  ) {
    throw new RangeError(`action ${show(action)}; expected ${space.low.length} numbers`);
  }
  into.set(action);
}

const show = (action: number | ArrayLike<number>) =>
  typeof action === 'number' ? String(action) : `[${Array.from(action, String).join(', ')}]`;

export class SingleEnvironment<Scene> implements VisibleEnvironment<Scene> {
  readonly #environment: ManualEnvironment<Scene>;
  readonly #action: Int32Array | Float32Array;

  /** @param environment of count 1; it belongs to this one from here on. */
  constructor(environment: ManualEnvironment<Scene>) {
    this.#environment = environment;
    const { actionSpace } = environment.spec;
    this.#action =
      actionSpace.kind === 'discrete' ? new Int32Array(1) : new Float32Array(actionSpace.low.length);
  }

  get spec(): EnvironmentSpec {
    return this.#environment.spec;
  }

  get observationSpace(): BoxSpace {
    return this.spec.observationSpace;
  }

  get actionSpace(): Space {
    return this.spec.actionSpace;
  }

  reset(options: { readonly seed?: number | bigint } = {}): ResetResult {
    this.#environment.resetAt(0, options.seed);
    return { observation: this.#environment.observations.slice(), info: {} };
  }

  step(action: number | ArrayLike<number>): StepResult {
    writeAction(this.actionSpace, action, this.#action);
    this.#environment.step(this.#action);
    const { finalObservations, rewards, terminated, truncated } = this.#environment;
    return {
      observation: finalObservations.slice(),
      reward: rewards[0],
      terminated: terminated[0] === 1,
      truncated: truncated[0] === 1,
      info: {},
    };
  }

  save(): Uint8Array {
    return this.#environment.save(0);
  }

  restore(state: Uint8Array): void {
    this.#environment.restore(0, state);
  }

  scene(): Scene {
    return this.#environment.scene(0);
  }
}
