/** The options of LunarLander, and what its registered names stand for. */
import { z } from 'zod';
import { validate } from '../errors/validate.ts';
import type { EnvironmentSpec } from './environment.ts';

export interface LunarLanderOptions {
  /** Engines of any power instead of four discrete actions. */
  readonly continuous: boolean;
  /** Metres per second squared, inside (-12, 0). */
  readonly gravity: number;
  readonly enableWind: boolean;
  /** Largest force of the wind in newtons; 0 to 20 is recommended. */
  readonly windPower: number;
  /** Largest torque of the wind in newton metres; 0 to 2 is recommended. */
  readonly turbulencePower: number;
  /** Steps after which an episode is truncated, 1 to 1,000,000. */
  readonly maxEpisodeSteps: number;
}

const between = (low: number, high: number) => `expected a number between ${low} and ${high}`;

/** Unknown keys are errors; absent ones take the default. */
export const lunarLanderOptionsSchema = z.strictObject({
  continuous: z.boolean().default(false).describe('engines of any power instead of four actions'),
  gravity: z
    .number(between(-12, 0))
    .gt(-12, between(-12, 0))
    .lt(0, between(-12, 0))
    .default(-10)
    .describe('metres per second squared'),
  enableWind: z.boolean().default(false).describe('whether there is wind'),
  windPower: z
    .number()
    .min(-1000)
    .max(1000)
    .default(15)
    .describe('largest force of the wind in newtons; 0 to 20 is recommended'),
  turbulencePower: z
    .number()
    .min(-1000)
    .max(1000)
    .default(1.5)
    .describe('largest torque of the wind in newton metres; 0 to 2 is recommended'),
  maxEpisodeSteps: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1000)
    .describe('steps after which an episode is truncated'),
});

interface Variant {
  readonly continuous: boolean;
  /** 2: earlier bounds of the observations, and wind that goes on through resets without a seed. */
  readonly version: 2 | 3;
}

const variants = {
  'LunarLander-v3': { continuous: false, version: 3 },
  'LunarLanderContinuous-v3': { continuous: true, version: 3 },
  'LunarLander-v2': { continuous: false, version: 2 },
  'LunarLanderContinuous-v2': { continuous: true, version: 2 },
} as const satisfies Record<string, Variant>;

export type LunarLanderId = keyof typeof variants;

export const lunarLanderIds = Object.keys(variants) as readonly LunarLanderId[];

/** Bounds of position x, y, velocity x, y, angle, angular velocity; those of the legs are 0 and 1. */
const observationBounds = {
  2: [1.5, 1.5, 5, 5, Math.PI, 5],
  3: [2.5, 2.5, 10, 10, 2 * Math.PI, 10],
};

export interface LunarLanderSpec extends EnvironmentSpec {
  readonly options: LunarLanderOptions & Readonly<Record<string, unknown>>;
}

export const keepsWind = (id: string): boolean => variants[id as LunarLanderId].version === 2;

/** @throws RangeError naming the option, the value seen and what was expected. */
export function describeLunarLander(id: LunarLanderId, given: unknown): LunarLanderSpec {
  const variant: Variant = variants[id];
  const options = validate(
    lunarLanderOptionsSchema.extend({ continuous: z.boolean().default(variant.continuous) }),
    given,
    id,
  );
  const bounds = observationBounds[variant.version];
  return {
    id,
    observationSpace: {
      kind: 'box',
      low: [...bounds.map((bound) => -bound), 0, 0],
      high: [...bounds, 1, 1],
    },
    actionSpace: options.continuous
      ? { kind: 'box', low: [-1, -1], high: [1, 1] }
      : { kind: 'discrete', n: 4 },
    maxEpisodeSteps: options.maxEpisodeSteps,
    rewardThreshold: 200,
    options: { ...options },
  };
}
