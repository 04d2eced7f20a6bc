/** The memory that LunarLander shares with native/lander.c: the arrays of a workspace and the kernels' record. */
import { float32, float64, int32, uint8, type Workspace } from '../kernels/backend.ts';

export const observationSize = 8;

/** Bytes of one environment's state (`lander_state` in native/lander/world.h). */
export const stateBytes = 3840;

/** Bytes of what a step works on (`island` in native/lander/velocity-iterations.h), and how many it has at once. */
const islandBytes = 3640;
const queueSize = 64;

export function landerArrays(count: number, continuous: boolean) {
  return {
    record: int32(20),
    powers: float64(3),
    states: uint8(count * stateBytes),
    random: int32(10),
    actions: continuous ? float32(2 * count) : int32(count),
    observations: float32(count * observationSize),
    finalObservations: float32(count * observationSize),
    rewards: float64(count),
    terminated: uint8(count),
    truncated: uint8(count),
    scene: float64(30),
    islands: uint8(Math.min(count, queueSize) * islandBytes),
  };
}

export type LanderWorkspace = Workspace<ReturnType<typeof landerArrays>>;

export interface LanderRecord {
  readonly count: number;
  readonly continuous: boolean;
  readonly gravity: number;
  readonly wind: boolean;
  readonly windPower: number;
  readonly turbulencePower: number;
  /** Whether the wind goes on through resets without a seed instead of being drawn at each. */
  readonly keepsWind: boolean;
  readonly autoreset: boolean;
  readonly maxEpisodeSteps: number;
}

/** Positions in the record (`lander_record` in native/lander.c) of what changes from call to call. */
export const recordFields = { seeded: 6, windIndex: 7, torqueIndex: 8 } as const;

export function writeRecord({ arrays, offsets }: LanderWorkspace, record: LanderRecord): void {
  arrays.powers.set([record.gravity, record.windPower, record.turbulencePower]);
  arrays.record.set([
    record.count,
    Number(record.continuous),
    Number(record.wind),
    Number(record.keepsWind),
    Number(record.autoreset),
    record.maxEpisodeSteps,
    0, // the fields of recordFields
    0,
    0,
    offsets.powers,
    offsets.states,
    offsets.random,
    offsets.actions,
    offsets.observations,
    offsets.finalObservations,
    offsets.rewards,
    offsets.terminated,
    offsets.truncated,
    offsets.scene,
    offsets.islands,
  ]);
}
