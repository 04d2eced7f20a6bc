/** The environments by name. */
import type { Backend } from '../kernels/backend.ts';
import { loadBackend } from '../kernels/load.ts';
import { workspaceBytes } from '../kernels/memory.ts';
import type { VectorEnvironment } from './environment.ts';
import { LunarLander } from './lunar-lander.ts';
import { landerArrays } from './lunar-lander-kernels.ts';
import { lunarLanderIds, lunarLanderOptionsSchema } from './lunar-lander-options.ts';
import type { LanderScene } from './rendering/lander-scene.ts';
import type { VisibleEnvironment } from './rendering/renderer.ts';
import { SingleEnvironment } from './single-environment.ts';
import { unknownName } from '../errors/unknown-name.ts';

/** The names of the environments there are. */
export const environmentIds = lunarLanderIds;

/** The options of every environment there is. */
export const environmentOptionsSchema = lunarLanderOptionsSchema;

export interface EnvironmentSettings {
  /** What computes; by default the fastest that this machine has. */
  readonly backend?: Backend;
}

function create(
  id: string,
  count: number,
  options: unknown,
  settings: EnvironmentSettings,
  autoreset: boolean,
) {
  const known = lunarLanderIds.find((name) => name === id);
  if (known === undefined) throw unknownName('environment', id, environmentIds);
  return new LunarLander(known, count, options, { backend: settings.backend ?? loadBackend(), autoreset });
}

/**
 * One environment with Gymnasium's interface.
 * @param id one of `environmentIds`. @param options of that environment, as its page names them.
 * @throws RangeError naming an id or an option that doesn't exist, or a value out of range.
 */
export function createEnvironment(
  id: string,
  options: Readonly<Record<string, unknown>> = {},
  settings: EnvironmentSettings = {},
): VisibleEnvironment<LanderScene> {
  return new SingleEnvironment(create(id, 1, options, settings, false));
}

/**
 * `count` environments in lockstep, 1 to 4096.
 * @throws RangeError as createEnvironment does, and for a count out of range.
 */
export function createVectorEnvironment(
  id: string,
  count: number,
  options: Readonly<Record<string, unknown>> = {},
  settings: EnvironmentSettings = {},
): VectorEnvironment {
  return create(id, count, options, settings, true);
}

/** Bytes that `count` environments in lockstep take. */
export const vectorEnvironmentBytes = (count: number): number => workspaceBytes(landerArrays(count, false));
