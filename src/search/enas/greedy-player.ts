/** Greedy episodes that score a network of a shared training. */
import { evaluate } from '../../agents/evaluate.ts';
import type { VectorEnvironment } from '../../environments/environment.ts';
import { type Kernels, type NetworkShape, parameterCount } from '../../kernels/kernels.ts';
import { mean } from '../../statistics/sample.ts';
import { workPerStep } from '../work.ts';

/** Environments in which a network plays so many episodes in lockstep. */
export const scoringLanes = (episodes: number): number => Math.min(episodes, 64);

export class GreedyPlayer {
  readonly #kernels: Kernels;
  readonly #createEnvironment: (count: number) => VectorEnvironment;
  /** By their number of lanes. */
  readonly #environments = new Map<number, VectorEnvironment>();

  /** @param createEnvironment of so many environments, with a discrete action space. */
  constructor(kernels: Kernels, createEnvironment: (count: number) => VectorEnvironment) {
    this.#kernels = kernels;
    this.#createEnvironment = createEnvironment;
  }

  /** Plays an episode per seed. @returns the mean return, and the work in the multiply-adds of src/search/work.ts. */
  play(
    shape: NetworkShape,
    parameters: Float32Array,
    seeds: readonly number[],
  ): { readonly score: number; readonly work: number } {
    const lanes = scoringLanes(seeds.length);
    const environment = this.#environments.get(lanes) ?? this.#createEnvironment(lanes);
    this.#environments.set(lanes, environment);
    const policy = this.#kernels.createPolicy(shape, lanes);
    policy.writeParameters(parameters);
    const { returns, lengths } = evaluate(policy, environment, seeds);
    const steps = lengths.reduce((sum, length) => sum + length, 0);
    return { score: mean([...returns]), work: steps * (workPerStep + parameterCount(shape)) };
  }
}
