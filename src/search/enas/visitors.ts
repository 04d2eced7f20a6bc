/**
 * Whose turn it is in a shared training: in the warm-up networks are drawn uniformly, afterwards by a controller's policy;
 * then the work of an update counts, and whether a network is small enough to be retrained.
 */
import { parameterCount } from '../../kernels/kernels.ts';
import type { RandomStream } from '../../random/random-stream.ts';
import { drawSample, type SearchSpace } from '../space.ts';
import { type Controller, createController } from './controller.ts';
import type { SharedNetwork, SharedNetworks } from './shared-networks.ts';

export interface VisitSettings {
  /** Environment steps of the shared training. */
  readonly totalSteps: number;
  /** Share of them before the controller has a say; architectures are drawn uniformly until then. In (0, 1). */
  readonly warmup: number;
  /** Share of the visits that are drawn uniformly after the warm-up too. */
  readonly uniformShare: number;
  /** Visits of a network of more parameters than `maxParameters`, as a share of those it would have else. In (0, 1]. */
  readonly tooLargeShare: number;
}

interface VisitOptions extends VisitSettings {
  /** Of a network that may be retrained. */
  readonly maxParameters: number;
  /** Of an update of the smallest network. */
  readonly leastWork: number;
}

/** Draws of a visitor before there is taken to be none. */
const maxDraws = 1_000_000;

export class Visitors {
  readonly #space: SearchSpace;
  readonly #networks: SharedNetworks;
  readonly #options: VisitOptions;
  readonly #controller: Controller;
  readonly #visits: RandomStream;
  /** Of the controller as it is: large networks are drawn many times before one is accepted. */
  #sample: (random: RandomStream) => number[];

  /** @param initialisation of the controller, until a policy is set. @param visits every draw of a visitor comes from it. */
  constructor(
    space: SearchSpace,
    networks: SharedNetworks,
    options: VisitOptions,
    initialisation: RandomStream,
    visits: RandomStream,
  ) {
    this.#space = space;
    this.#networks = networks;
    this.#options = options;
    this.#controller = createController(space, initialisation);
    this.#visits = visits;
    this.#sample = this.#controller.sampler();
  }

  /** A copy of the controller's parameters. */
  get policy(): Float64Array {
    return this.#controller.parameters.slice();
  }

  setPolicy(parameters: Float64Array): void {
    this.#controller.parameters.set(parameters);
    this.#sample = this.#controller.sampler();
  }

  /**
   * The next one: drawn uniformly or from the controller, and accepted with a probability in inverse proportion to the
   * work of its updates, so that networks have equal work, not equally many updates; those that are too large to be
   * retrained have a share of it.
   * @param step environment steps so far.
   */
  draw(step: number): SharedNetwork {
    const { warmup, totalSteps, uniformShare, tooLargeShare, maxParameters, leastWork } = this.#options;
    for (let i = 0; i < maxDraws; i++) {
      const uniform = step < warmup * totalSteps || this.#visits.random() < uniformShare;
      const sample = uniform ? drawSample(this.#space, this.#visits) : this.#sample(this.#visits);
      const network = this.#networks.of(sample);
      const share = parameterCount(network.shape) > maxParameters ? tooLargeShare : 1;
      const accepted = this.#visits.random() < (share * leastWork) / network.work;
      if (accepted && network.failure === undefined) return network;
    }
    throw new Error('the training of every network drawn has diverged; expected one that goes on');
  }
}
